import { CreateServiceCommand, TagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../api/service.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import { readTaskDefinition } from '../../aws/reads.ts';
import type { Change, Desired, Pass, Progress } from '../../core/driver.ts';
import { TerminalError, WaitError } from '../../core/errors.ts';
import { wantedTags } from '../../core/ownership.ts';
import { taskSetting } from '../../ecs/capacity.ts';
import { clusterArnOf, familyName } from '../../ecs/names.ts';
import { ensureRevision, SERVICE_TAG, type WantedRevision } from '../../ecs/revisions.ts';
import { ensureTags, tagMap } from '../../ecs/tags.ts';
import { causeOf, plural } from './causes.ts';
import { HOLD_TAG, primaryDeployment, type ServiceLive } from './live.ts';
import { serviceName } from './names.ts';
import { trimService } from './remove.ts';
import { createRequest, updateRequest } from './requests.ts';
import { rolloutOf, verdictOn } from './rollout.ts';
import { changesOf, holdDigest } from './target.ts';

type Want = Desired<ServiceSpec>;

/** How often a deployment is looked at, in milliseconds. */
const POLL_MS = 5_000;
/** How long a service of the same name that is being deleted is waited for at a time, in milliseconds. */
const DRAINING_POLL_MS = 10_000;

/** Makes the service so: one CreateService or UpdateService for all changes, then until its deployment is over. */
export async function ensureService(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive | undefined,
  pass: Pass,
): Promise<Progress> {
  const cluster = resolvedCluster(desired);
  const existing =
    live?.service.serviceName === serviceName(desired) && live.service.clusterArn === cluster ? live : undefined;
  if (existing === undefined) return create(aws, desired, cluster, pass);
  refuseOtherControllers(existing);
  if (existing.service.status === 'DRAINING') {
    throw new WaitError(
      `service ${existing.key.service} is still draining; it can be made again when it is gone`,
      DRAINING_POLL_MS,
    );
  }
  await refuseHeld(aws, desired, existing, pass);
  if (rolloutOf(existing)?.phase === 'RollingBack') return waiting('ECS to end the rollback of the last deployment');
  const changes = changesOf(desired, existing, aws);
  const sent = await update(aws, desired, existing, changes, pass);
  if (sent) return waiting('the deployment to begin');
  return settle(aws, desired, existing, pass);
}

function resolvedCluster(desired: Want): string {
  const after = desired.unknown.flatMap((unknown) => unknown.after);
  if (after.length > 0) throw new WaitError(`waits for ${[...new Set(after)].join(', ')}`, POLL_MS);
  const cluster = clusterArnOf(desired);
  if (cluster === undefined) throw new WaitError(`Cluster/${desired.spec.cluster} is not there yet`, POLL_MS);
  return cluster;
}

async function create(aws: AwsContext, desired: Want, cluster: string, pass: Pass): Promise<Progress> {
  const taskDefinition = await ensureRevision(aws, pass, revisionOf(aws, desired));
  const request = createRequest(desired, cluster, taskDefinition);
  await doing(
    `CreateService ${request.serviceName} in ${cluster}`,
    aws.ecs.send(new CreateServiceCommand(request), { abortSignal: pass.signal }),
  );
  return waiting('the first tasks to start');
}

/** True when something was sent that the next look has to show. */
async function update(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  changes: readonly Change[],
  pass: Pass,
): Promise<boolean> {
  refuseLaunchType(desired, live, changes);
  const wanted = wantedTags(desired.spec.tags, desired.ownership);
  const managed = [...(desired.managedTagKeys ?? []), HOLD_TAG];
  const arn = live.service.serviceArn ?? '';
  const tagged = await ensureTags(aws, pass, arn, live.tags, wanted, managed);
  const newTask = changes.some((change) => change.part === 'ecs:task-definition');
  const taskDefinition = newTask ? await ensureRevision(aws, pass, revisionOf(aws, desired)) : undefined;
  if (!newTask) await tagOwnRevision(aws, desired, live, wanted, pass);
  const request = updateRequest(desired, live.key.cluster, changes, taskDefinition);
  if (request === undefined) return tagged;
  await doing(
    `UpdateService ${live.key.service} in ${live.key.cluster}`,
    aws.ecs.send(new UpdateServiceCommand(request), { abortSignal: pass.signal }),
  );
  return true;
}

/** Tags of the revision in use follow those of the service; one that others made is left alone. */
async function tagOwnRevision(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  wanted: Readonly<Record<string, string>>,
  pass: Pass,
): Promise<void> {
  const tags = tagMap(live.taskDefinition?.tags);
  const arn = live.taskDefinition?.taskDefinition.taskDefinitionArn;
  if (arn === undefined || tags[SERVICE_TAG] === undefined) return;
  const changed = await ensureTags(aws, pass, arn, tags, wanted, desired.managedTagKeys ?? []);
  if (changed) await readTaskDefinition(pass, arn, { fresh: true });
}

/** Nothing is left to be sent: waits for the deployment, then tidies up. */
async function settle(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<Progress> {
  const phase = rolloutOf(live)?.phase;
  if (phase === 'InProgress') {
    const primary = primaryDeployment(live.service);
    const count = `${primary?.runningCount ?? 0} of ${plural(primary?.desiredCount ?? 0, 'task')} run`;
    return waiting(`the deployment of ${live.service.taskDefinition?.split('/').at(-1)}: ${count}`);
  }
  const { family, tags } = revisionOf(aws, desired);
  await trimService(aws, live, pass, { family, tags, keep: desired.spec.revisionHistoryLimit ?? 10 });
  return { done: true };
}

/** What Git says failed before: it is held, and stays so until Git says something else or a person retries. */
async function refuseHeld(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<void> {
  const { held, failed } = verdictOn(desired, live, aws);
  if (!held && !failed) return;
  if (!held) {
    const command = new TagResourceCommand({
      resourceArn: live.service.serviceArn ?? '',
      tags: [{ key: HOLD_TAG, value: holdDigest(desired, aws) }],
    });
    await doing(`TagResource ${live.service.serviceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
  }
  throw new TerminalError(
    'RolloutFailed',
    `the rollout of ${desired.id} failed: ${causeOf(live)}. It is held until the manifest changes or the rollout is retried`,
  );
}

function refuseOtherControllers({ service, key }: ServiceLive): void {
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') {
    throw new TerminalError(
      'DeploymentController',
      `service ${key.service} has the deployment controller ${controller}; the strategy Rolling needs ECS. ` +
        'Give the service another name, so that a new one takes its place, or change the controller first',
    );
  }
}

/** UpdateService takes no launch type: from one to another a service comes only by way of a capacity provider. */
function refuseLaunchType(desired: Want, live: ServiceLive, changes: readonly Change[]): void {
  const change = changes.find((candidate) => candidate.path === '/launchType');
  const { launchType } = desired.spec;
  const wasOther = live.service.launchType !== undefined && live.service.launchType !== launchType;
  if (change === undefined || launchType === undefined || !wasOther) return;
  throw new TerminalError(
    'LaunchType',
    `ECS cannot change the launch type of service ${live.key.service} from ${live.service.launchType} to ${launchType}; ` +
      'declare a capacityProviderStrategy in place of launchType, or give the service another name',
  );
}

/** The task definition that Git wants. */
function revisionOf(aws: AwsContext, desired: Want): WantedRevision {
  const tags = { ...wantedTags(desired.spec.tags, desired.ownership), [SERVICE_TAG]: serviceName(desired) };
  return { family: familyName(desired), task: desired.spec.task, setting: taskSetting(desired.spec, aws), tags };
}

function waiting(waitsFor: string): Progress {
  return { done: false, waitsFor, pollAfterMs: POLL_MS };
}
