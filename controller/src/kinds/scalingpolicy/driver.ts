import {
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing, isAbsent, wrapAws } from '../../aws/errors.ts';
import { equalJson } from '../../core/canonical.ts';
import type { Claim, Desired, Driver, Outputs, Pass, Progress } from '../../core/driver.ts';
import { TerminalError, WaitError } from '../../core/errors.ts';
import { asJson } from '../../core/json.ts';
import { tagChanges } from '../../core/ownership.ts';
import { health } from './health.ts';
import { type LiveScaling, observe, SCALABLE_TARGET, serviceRef, wantedResourceId } from './live.ts';
import { capacityOf, diff, liveTree, type ScalingTree, type ScheduledTree, wantedTree } from './normalize.ts';
import { predictiveInput, stepInput, trackingInput } from './requests.ts';

const SERVICE_RETRY_MS = 5_000;

/** What every call says of the service that it is about. */
interface Target {
  readonly ServiceNamespace: 'ecs';
  readonly ScalableDimension: 'ecs:service:DesiredCount';
  readonly ResourceId: string;
}

/**
 * Makes and keeps a scalable target with its policies and scheduled actions. AWS answers ConcurrentUpdateException while
 * it works on the same target: that is waited for like every busy answer.
 */
export function scalingPolicyDriver(aws: AwsContext): Driver<ScalingPolicySpec, LiveScaling> {
  return {
    observe,
    diff,
    health,
    claims,
    outputs,
    parts: (live) => [{ type: SCALABLE_TARGET, id: live.resourceId, tags: live.tags }],
    rollout: () => undefined,
    events: () => [],
    ensure: (desired, live, pass) => ensure(aws, desired, live, pass),
    act: async (action) => {
      throw new TerminalError('NotSupported', `a scaling policy has no rollout to ${action}`);
    },
    remove: (live, pass) => remove(aws, live, pass),
  };
}

/** The ARN of a policy is what a CloudWatch alarm names as its action. */
function outputs(live: LiveScaling): Outputs {
  return {
    resourceId: live.resourceId,
    ...(live.target.ScalableTargetARN !== undefined && { arn: live.target.ScalableTargetARN }),
    ...Object.fromEntries(
      live.policies.map(({ PolicyName, PolicyARN }) => [`policyArn(${PolicyName})`, PolicyARN ?? '']),
    ),
  };
}

/** The service's count is the autoscaler's, within the limits that hold now. */
function claims(desired: Desired<ScalingPolicySpec>, live: LiveScaling | undefined): readonly Claim[] {
  const on = serviceRef(desired.spec);
  if (on === undefined) return [];
  const wanted = wantedResourceId(desired);
  const limits = live === undefined || live.resourceId !== wanted ? desired.spec : capacityOf(live.target);
  const reason = `Application Auto Scaling keeps it between ${limits.minCapacity} and ${limits.maxCapacity}`;
  return [
    { on, path: '/desiredCount', by: desired.id, reason, holds: { between: [limits.minCapacity, limits.maxCapacity] } },
  ];
}

async function ensure(
  aws: AwsContext,
  desired: Desired<ScalingPolicySpec>,
  found: LiveScaling | undefined,
  pass: Pass,
): Promise<Progress> {
  const resourceId = wantedResourceId(desired);
  if (resourceId === undefined) {
    throw new WaitError(
      `${desired.id}: ${serviceRef(desired.spec) ?? 'its service'} does not exist yet`,
      SERVICE_RETRY_MS,
    );
  }
  const current = found?.resourceId === resourceId ? found : undefined;
  const target: Target = {
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: resourceId,
  };
  const wanted = wantedTree(desired, current, pass.now);
  const live = current === undefined ? undefined : liveTree(desired, current, pass.now);
  await ensureTarget(aws, target, wanted, live, pass.signal);
  if (current !== undefined) await ensureTags(aws, desired, current, wanted, pass.signal);
  await ensurePolicies(aws, target, wanted, live, pass.signal);
  await ensureActions(aws, target, wanted.scheduled, live?.scheduled ?? {}, pass.signal);
  return { done: true };
}

async function ensureTarget(
  aws: AwsContext,
  target: Target,
  wanted: ScalingTree,
  live: ScalingTree | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  const { minCapacity, maxCapacity, suspend } = wanted;
  const settings = { minCapacity, maxCapacity, suspend: { ...suspend } };
  if (
    live !== undefined &&
    equalJson(settings, { minCapacity: live.minCapacity, maxCapacity: live.maxCapacity, suspend: { ...live.suspend } })
  ) {
    return;
  }
  const command = new RegisterScalableTargetCommand({
    ...target,
    MinCapacity: minCapacity,
    MaxCapacity: maxCapacity,
    SuspendedState: {
      DynamicScalingInSuspended: suspend.scaleIn,
      DynamicScalingOutSuspended: suspend.scaleOut,
      ScheduledScalingSuspended: suspend.scheduled,
    },
    // Tags of a target that exists are changed with TagResource.
    ...(live === undefined && { Tags: wanted.tags }),
  });
  await doing(`RegisterScalableTarget ${target.ResourceId}`, aws.autoscaling.send(command, { abortSignal }));
}

async function ensureTags(
  aws: AwsContext,
  desired: Desired<ScalingPolicySpec>,
  live: LiveScaling,
  wanted: ScalingTree,
  abortSignal: AbortSignal,
): Promise<void> {
  const { set, remove: unset } = tagChanges(live.tags, wanted.tags, desired.managedTagKeys);
  const ResourceARN = live.target.ScalableTargetARN;
  if (Object.keys(set).length > 0) {
    const command = new TagResourceCommand({ ResourceARN, Tags: set });
    await doing(`TagResource ${live.resourceId}`, aws.autoscaling.send(command, { abortSignal }));
  }
  if (unset.length > 0) {
    const command = new UntagResourceCommand({ ResourceARN, TagKeys: [...unset] });
    await doing(`UntagResource ${live.resourceId}`, aws.autoscaling.send(command, { abortSignal }));
  }
}

/**
 * Policies that differ are put before those that are not wanted go: there is no moment without any. Only a policy whose
 * name is wanted for another type has to go first: PutScalingPolicy does not change the type.
 */
async function ensurePolicies(
  aws: AwsContext,
  target: Target,
  wanted: ScalingTree,
  live: ScalingTree | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  const inputs = [
    ...differing(wanted.targetTracking, live?.targetTracking).map(([name, tree]) => ({ name, ...trackingInput(tree) })),
    ...differing(wanted.step, live?.step).map(([name, tree]) => ({ name, ...stepInput(tree) })),
    ...differing(wanted.predictive, live?.predictive).map(([name, tree]) => ({ name, ...predictiveInput(tree) })),
  ];
  const take = async (PolicyName: string): Promise<void> => {
    const command = new DeleteScalingPolicyCommand({ ...target, PolicyName });
    await gone(`DeleteScalingPolicy ${PolicyName}`, aws.autoscaling.send(command, { abortSignal }));
  };
  const [types, there] = [typesOf(wanted), typesOf(live)];
  for (const [name, type] of there) if (types.has(name) && types.get(name) !== type) await take(name);
  for (const { name, ...input } of inputs) {
    const command = new PutScalingPolicyCommand({ ...target, PolicyName: name, ...input });
    await doing(`PutScalingPolicy ${name}`, aws.autoscaling.send(command, { abortSignal }));
  }
  for (const name of there.keys()) if (!types.has(name)) await take(name);
}

/** The type of each policy, by its name. */
function typesOf(tree: ScalingTree | undefined): ReadonlyMap<string, string> {
  const { targetTracking = {}, step = {}, predictive = {}, otherPolicies = {} } = tree ?? {};
  return new Map(
    Object.entries({ targetTracking, step, predictive, otherPolicies }).flatMap(([type, policies]) =>
      Object.keys(policies).map((name) => [name, type] as const),
    ),
  );
}

async function ensureActions(
  aws: AwsContext,
  target: Target,
  wanted: Readonly<Record<string, ScheduledTree>>,
  live: Readonly<Record<string, ScheduledTree>>,
  abortSignal: AbortSignal,
): Promise<void> {
  for (const [name, tree] of differing(wanted, live)) {
    const command = new PutScheduledActionCommand({
      ...target,
      ScheduledActionName: name,
      Schedule: tree.schedule,
      Timezone: tree.timezone,
      StartTime: tree.startTime === undefined ? undefined : new Date(tree.startTime),
      EndTime: tree.endTime === undefined ? undefined : new Date(tree.endTime),
      ScalableTargetAction: { MinCapacity: tree.minCapacity, MaxCapacity: tree.maxCapacity },
    });
    await doing(`PutScheduledAction ${name}`, aws.autoscaling.send(command, { abortSignal }));
  }
  for (const ScheduledActionName of Object.keys(live).filter((name) => !(name in wanted))) {
    const command = new DeleteScheduledActionCommand({ ...target, ScheduledActionName });
    await gone(`DeleteScheduledAction ${ScheduledActionName}`, aws.autoscaling.send(command, { abortSignal }));
  }
}

function differing<Tree extends object>(
  wanted: Readonly<Record<string, Tree>>,
  live: Readonly<Record<string, Tree>> = {},
): readonly (readonly [string, Tree])[] {
  return Object.entries(wanted).filter(([name, tree]) => !equalJson(asJson(tree), asJson(live[name] ?? {})));
}

/** Policies and scheduled actions go with the target. */
async function remove(aws: AwsContext, live: LiveScaling, pass: Pass): Promise<Progress> {
  const command = new DeregisterScalableTargetCommand({
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: live.resourceId,
  });
  await gone(
    `DeregisterScalableTarget ${live.resourceId}`,
    aws.autoscaling.send(command, { abortSignal: pass.signal }),
  );
  return { done: true };
}

/** Awaits a deletion; what is gone already is deleted. */
async function gone(what: string, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isAbsent(error)) throw wrapAws(error, what);
  }
}
