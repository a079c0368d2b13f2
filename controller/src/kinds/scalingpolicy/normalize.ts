import type { ScalableTarget, ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import type { ScalingPolicySpec, ScheduledScaling } from '../../api/scalingpolicy.ts';
import type { Change, Desired } from '../../core/driver.ts';
import { diffTrees } from '../../core/diff.ts';
import { asJson } from '../../core/json.ts';
import { splitRef } from '../../core/manifest.ts';
import { managedTags, wantedTags } from '../../core/ownership.ts';
import { type Capacity, DEFAULT_TIMEZONE, isOver, wantedCapacity } from './capacity.ts';
import { type LiveScaling, SCALABLE_TARGET, serviceRef, wantedResourceId } from './live.ts';
import { livePolicies, type PolicyTrees, wantedPolicies } from './policies.ts';

/** What is switched off. */
interface SuspendTree {
  readonly scaleIn: boolean;
  readonly scaleOut: boolean;
  readonly scheduled: boolean;
}

/** A scheduled action with every default filled in. Times in ISO 8601. */
export interface ScheduledTree {
  readonly schedule: string;
  readonly timezone?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly minCapacity?: number;
  readonly maxCapacity?: number;
}

/** A scalable target in comparable form; policies and actions by name. */
export interface ScalingTree extends Capacity, PolicyTrees {
  /** The resource id. */
  readonly target: string;
  readonly suspend: SuspendTree;
  readonly scheduled: Readonly<Record<string, ScheduledTree>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is wanted at a moment, given what is there. */
export function wantedTree(desired: Desired<ScalingPolicySpec>, live: LiveScaling | undefined, now: Date): ScalingTree {
  const { spec } = desired;
  const { scaleIn = false, scaleOut = false, scheduled = false } = spec.suspend ?? {};
  return {
    target: wantedResourceId(desired) ?? pendingTarget(spec),
    ...wantedCapacity(spec, live === undefined ? undefined : capacityOf(live.target), now),
    suspend: { scaleIn, scaleOut, scheduled },
    ...wantedPolicies(spec, prefixOf(desired)),
    scheduled: Object.fromEntries(
      namedActions(desired)
        .filter(({ action }) => !isOver(action, now))
        .map(({ name, action }) => [name, wantedAction(action)]),
    ),
    tags: wantedTags(spec.tags, desired.ownership),
  };
}

/** What is there. Actions of the manifest that are over are left out: AWS may keep or delete them. */
export function liveTree(desired: Desired<ScalingPolicySpec>, live: LiveScaling, now: Date): ScalingTree {
  const suspended = live.target.SuspendedState;
  const over = new Set(
    namedActions(desired)
      .filter(({ action }) => isOver(action, now))
      .map(({ name }) => name),
  );
  return {
    target: live.resourceId,
    ...capacityOf(live.target),
    suspend: {
      scaleIn: suspended?.DynamicScalingInSuspended ?? false,
      scaleOut: suspended?.DynamicScalingOutSuspended ?? false,
      scheduled: suspended?.ScheduledScalingSuspended ?? false,
    },
    ...livePolicies(live.policies),
    scheduled: Object.fromEntries(
      live.actions
        .filter((action) => !over.has(action.ScheduledActionName ?? ''))
        .map((action) => [action.ScheduledActionName ?? '', liveAction(action)]),
    ),
    tags: managedTags(live.tags, wantedTags(desired.spec.tags, desired.ownership), desired.managedTagKeys),
  };
}

/** The live limits. */
export function capacityOf(target: ScalableTarget): Capacity {
  return { minCapacity: target.MinCapacity ?? 0, maxCapacity: target.MaxCapacity ?? 0 };
}

/** Stands for the service until it exists. */
function pendingTarget(spec: ScalingPolicySpec): string {
  return spec.target.resourceId ?? `\${Service/${spec.target.service}:arn}`;
}

/** What default names of policies and actions begin with. */
function prefixOf(desired: Desired<ScalingPolicySpec>): string {
  return `${desired.application}-${splitRef(desired.id).name}`;
}

function namedActions(
  desired: Desired<ScalingPolicySpec>,
): readonly { readonly name: string; readonly action: ScheduledScaling }[] {
  return (desired.spec.scheduled ?? []).map((action, index) => ({
    name: action.scheduledActionName ?? `${prefixOf(desired)}-${index + 1}`,
    action,
  }));
}

function wantedAction({
  schedule,
  timezone,
  startTime,
  endTime,
  minCapacity,
  maxCapacity,
}: ScheduledScaling): ScheduledTree {
  return actionTree({
    schedule,
    timezone,
    startTime: startTime === undefined ? undefined : new Date(startTime),
    endTime: endTime === undefined ? undefined : new Date(endTime),
    minCapacity,
    maxCapacity,
  });
}

function liveAction(action: ScheduledAction): ScheduledTree {
  return actionTree({
    schedule: action.Schedule ?? '',
    timezone: action.Timezone,
    startTime: action.StartTime,
    endTime: action.EndTime,
    minCapacity: action.ScalableTargetAction?.MinCapacity,
    maxCapacity: action.ScalableTargetAction?.MaxCapacity,
  });
}

function actionTree(fields: {
  readonly schedule: string;
  readonly timezone: string | undefined;
  readonly startTime: Date | undefined;
  readonly endTime: Date | undefined;
  readonly minCapacity: number | undefined;
  readonly maxCapacity: number | undefined;
}): ScheduledTree {
  const { schedule, timezone = DEFAULT_TIMEZONE, startTime, endTime, minCapacity, maxCapacity } = fields;
  return {
    schedule,
    // A rate has no zone, and two names stand for UTC.
    ...(!schedule.startsWith('rate') && { timezone: timezone === 'UTC' ? DEFAULT_TIMEZONE : timezone }),
    ...(startTime !== undefined && { startTime: startTime.toISOString() }),
    ...(endTime !== undefined && { endTime: endTime.toISOString() }),
    ...(minCapacity !== undefined && { minCapacity }),
    ...(maxCapacity !== undefined && { maxCapacity }),
  };
}

/** What differs, field by field, at the moment of the look. */
export function diff(desired: Desired<ScalingPolicySpec>, live: LiveScaling): readonly Change[] {
  const from = asJson(liveTree(desired, live, live.observedAt));
  const to = asJson(wantedTree(desired, live, live.observedAt));
  const service = serviceRef(desired.spec);
  return diffTrees(SCALABLE_TARGET, from, to, {
    effects: { '/target': 'replaces' },
    unknown: [...desired.unknown, ...(service === undefined ? [] : [{ path: '/target', after: [service] }])],
    claims: desired.claims,
  });
}
