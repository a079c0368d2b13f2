import { CreateServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import type { Change, Desired, Pass, Progress, Rollout } from '../../../core/driver.ts';
import { TerminalError } from '../../../core/errors.ts';
import { wantedTags } from '../../../core/ownership.ts';
import { ensureRevision } from '../../../ecs/revisions.ts';
import { ensureTags } from '../../../ecs/tags.ts';
import { causeOf, plural } from '../causes.ts';
import { heldError, hold } from '../hold.ts';
import { primaryDeployment, type ServiceLive } from '../live.ts';
import { refuseDraining, resolvedCluster, revisionOf, tagOwnRevision } from '../making.ts';
import { FIRST_STEP_TAG, HOLD_TAG, SCALE_TAG } from '../names.ts';
import { trimService } from '../remove.ts';
import { createRequest, updateRequest } from '../requests.ts';
import { isScaled } from '../scale.ts';
import { isFirstStep, isMarkOver, markFirstStep, nextChanges } from './firststep.ts';
import { guard, stopDeployment } from './guard.ts';
import { isHeldInFlight, phaseOf, rolloutOf, verdictOn } from './rollout.ts';
import { hasShifts } from './stages.ts';
import { isStranded } from './stranded.ts';
import { changesOf } from '../target.ts';
import { isFailing, verifyAfter } from '../verification/after.ts';
import { expectVerification } from '../verification/index.ts';

type Want = Desired<ServiceSpec>;

/** How often a deployment is looked at, in milliseconds. */
const POLL_MS = 5_000;
/** How seldom it is looked at while it bakes, in milliseconds. */
const MAX_POLL_MS = 60_000;

/** Makes the service so: one CreateService or UpdateService for all changes, then until its deployment is over. */
export async function ensureService(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive | undefined,
  pass: Pass,
): Promise<Progress> {
  const cluster = resolvedCluster(desired);
  const existing = live?.service.clusterArn === cluster ? live : undefined;
  if (existing === undefined) return create(aws, desired, cluster, pass);
  refuseDraining(existing);
  if (isFailing(existing)) return (await verifyAfter(aws, desired, existing, pass)) ?? { done: true };
  await stopHeld(aws, desired, existing, pass);
  await refuseHeld(aws, desired, existing, pass);
  if (rolloutOf(existing)?.phase === 'RollingBack') return waiting('ECS to end the rollback of the last deployment');
  const changes = nextChanges(desired, existing, changesOf(desired, existing, aws));
  const first = await beforeUpdate(aws, desired, existing, changes, pass);
  if (first !== undefined) return first;
  const sent = await update(aws, desired, existing, changes, pass);
  if (sent) return waiting('the deployment to begin');
  return settle(aws, desired, existing, pass);
}

/** What has to be over before another deployment begins; undefined: it can begin now. */
async function beforeUpdate(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  changes: readonly Change[],
  pass: Pass,
): Promise<Progress | undefined> {
  const rollout = rolloutOf(live);
  if (live.standing !== undefined || (rollout?.phase !== 'InProgress' && rollout?.phase !== 'AwaitingPromotion')) {
    return undefined;
  }
  const strategy = changes.some(({ path }) => path === '/deployment/strategy');
  const begins = strategy || changes.some(({ effect }) => effect === 'restartsTasks');
  if (!begins) return undefined;
  const itsEnd = async (): Promise<Progress> =>
    (await guard(aws, desired, live, pass)) ?? waiting('the deployment under way to end');
  if (desired.spec.deployment?.onNewRevision === 'Queue') return itsEnd();
  // ECS replaces a deployment by another, but changes the strategy of a service at rest alone.
  if (!strategy) return undefined;
  if (!hasShifts(live)) return itsEnd();
  await stopDeployment(aws, live, pass);
  return waiting('the deployment under way to be rolled back');
}

/** A deployment that is held goes back, also when the controller was killed between the hold and the call that stops it. */
async function stopHeld(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<void> {
  if (isHeldInFlight(desired, live, aws)) await stopDeployment(aws, live, pass);
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
  const firstStep = isFirstStep(desired, live, changes);
  const managed = [
    ...(desired.managedTagKeys ?? []),
    HOLD_TAG,
    ...(isScaled(desired) ? [] : [SCALE_TAG]),
    ...(!firstStep && isMarkOver(live, phaseOf(live)) ? [FIRST_STEP_TAG] : []),
  ];
  const arn = live.service.serviceArn ?? '';
  const tagged = await ensureTags(aws, pass, arn, live.tags, wanted, managed);
  const newTask = changes.some((change) => change.part === 'ecs:task-definition');
  const taskDefinition = newTask ? await ensureRevision(aws, pass, revisionOf(aws, desired)) : undefined;
  if (!newTask) await tagOwnRevision(aws, desired, live, wanted, pass);
  const stranded = isStranded(desired, live, aws);
  const fields = updateRequest(desired, live.key.cluster, changes, taskDefinition, live.service);
  const request = stranded ? { ...live.key, ...fields, forceNewDeployment: true } : fields;
  if (request === undefined) return tagged;
  if (firstStep) await markFirstStep(aws, desired, live, pass);
  const restarts = stranded || changes.some((change) => change.effect === 'restartsTasks');
  if (restarts) await expectVerification(aws, desired, live, pass);
  await doing(
    `UpdateService ${live.key.service} in ${live.key.cluster}`,
    aws.ecs.send(new UpdateServiceCommand(request), { abortSignal: pass.signal }),
  );
  return true;
}

/** Nothing is left to be sent: waits for the deployment, then tidies up. */
async function settle(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<Progress> {
  const verifying = await verifyAfter(aws, desired, live, pass);
  if (verifying !== undefined) return verifying;
  const rollout = live.standing === undefined ? rolloutOf(live) : undefined;
  if (rollout?.phase === 'InProgress' || rollout?.phase === 'AwaitingPromotion') {
    const guarded = await guard(aws, desired, live, pass);
    return guarded ?? waiting(deploymentInWords(live, rollout), pollMs(rollout, pass.now));
  }
  const { family, tags } = revisionOf(aws, desired);
  await trimService(aws, live, pass, { family, tags, keep: desired.spec.revisionHistoryLimit ?? 10 });
  return { done: true };
}

function deploymentInWords(live: ServiceLive, { waitsFor }: Rollout): string {
  const primary = primaryDeployment(live.service);
  const count = `${primary?.runningCount ?? 0} of ${plural(primary?.desiredCount ?? 0, 'task')} run`;
  const more = waitsFor === undefined ? '' : `; ${waitsFor}`;
  return `the deployment of ${live.service.taskDefinition?.split('/').at(-1)}: ${count}${more}`;
}

/** What Git says failed before: it is held, and stays so until Git says something else or a person retries. */
async function refuseHeld(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<void> {
  const { held, failed } = verdictOn(desired, live, aws);
  if (!held && !failed) return;
  if (!held) await hold(aws, desired, live, pass);
  throw heldError(desired, `failed: ${causeOf(live)}`);
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

/** In the bake time nothing but time passes, and ECS watches the alarms: a long one is looked at less and less often. */
function pollMs({ steps = [], startedAt }: Rollout, now: Date): number {
  const bakes = steps.some(({ name, status }) => name === 'BAKE_TIME' && status === 'InProgress');
  const passed = bakes && startedAt !== undefined ? now.getTime() - startedAt.getTime() : 0;
  return Math.min(MAX_POLL_MS, Math.max(POLL_MS, passed / 20));
}

function waiting(waitsFor: string, pollAfterMs: number = POLL_MS): Progress {
  return { done: false, waitsFor, pollAfterMs };
}
