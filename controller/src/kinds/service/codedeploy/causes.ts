import type { DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import { stoppedTasksInWords, unhealthyTargetsInWords } from '../causes.ts';
import type { ServiceLive } from '../live.ts';
import { CAUSE_TAG, HOLD_TAG } from '../names.ts';
import { failedDeployment } from './verdict.ts';

/**
 * Why a deployment by CodeDeploy does not succeed: what CodeDeploy says of it, of the event that failed, of the tasks that
 * stopped, and of the targets. Of one that is held, what was the cause when the hold was put on.
 */
export function causeOf(live: ServiceLive): string {
  const written = live.tags[HOLD_TAG] === undefined ? undefined : live.tags[CAUSE_TAG];
  if (written !== undefined && written !== '') return written;
  const failed = failedDeployment(live);
  const run = live.codeDeploy?.active ?? live.codeDeploy?.last;
  const event = run && failedEventInWords(run.id === failed?.deploymentId ? run.target : run.taken);
  const parts = [errorInWords(failed), event, stoppedTasksInWords(asOf(live, failed)), unhealthyTargetsInWords(live)];
  const told = parts.filter((part) => part !== undefined && part !== '');
  if (told.length === 0) told.push(`CodeDeploy gives no reason for ${failed?.deploymentId ?? 'it'}`);
  return told.map((part) => part?.replace(/\.$/, '')).join('; ');
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ErrorInformation.html */
function errorInWords(info: DeploymentInfo | undefined): string | undefined {
  const { code, message } = info?.errorInformation ?? {};
  const words = [code, message].filter((part) => part !== undefined && part !== '').join(': ');
  if (words !== '') return words;
  return info?.status === 'Stopped' ? `${info.deploymentId} was stopped` : undefined;
}

function failedEventInWords(target: ECSTarget | undefined): string | undefined {
  const event = target?.lifecycleEvents?.find(({ status }) => status === 'Failed');
  if (event === undefined) return undefined;
  const { errorCode, message, logTail } = event.diagnostics ?? {};
  const why = [errorCode, message, logTail].filter((part) => part !== undefined && part !== '').join(' ');
  return `${event.lifecycleEventName} failed${why === '' ? '' : `: ${why}`}`;
}

/** Stopped tasks are those of what the deployment went to, whose task set may be gone. */
function asOf(live: ServiceLive, failed: DeploymentInfo | undefined): ServiceLive {
  const since = failed?.createTime?.getTime();
  const primary = live.service.taskDefinition;
  const tasks = live.stopped.filter(
    ({ createdAt, taskDefinitionArn }) =>
      taskDefinitionArn !== primary && since !== undefined && (createdAt?.getTime() ?? 0) >= since,
  );
  const [newest] = tasks;
  if (newest === undefined) return live;
  return { ...live, stopped: tasks, service: { ...live.service, taskDefinition: newest.taskDefinitionArn } };
}
