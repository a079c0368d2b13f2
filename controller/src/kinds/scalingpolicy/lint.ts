import type { ScalingPolicySpec, ScheduledScaling } from '../../api/scalingpolicy.ts';
import type { Finding, LintContext } from '../../core/lint.ts';
import { isObject } from '../../core/json.ts';
import { parseSchedule } from '../../core/schedule.ts';
import { isTimezone } from '../../core/timezone.ts';
import { serviceRef } from './live.ts';
import { predictiveName, stepName, trackingName } from './policies.ts';

/** Mistakes in a scaling policy that are valid YAML. */
export function lint(spec: ScalingPolicySpec, context: LintContext): readonly Finding[] {
  return [
    ...owners(spec, context),
    ...limits(spec),
    ...(spec.scheduled ?? []).flatMap((action, index) => schedule(action, `/scheduled/${index}`)),
    ...declaredCount(spec, context),
    ...names(spec),
    ...fromZero(spec),
  ];
}

/** Two scalable targets of one service are one in AWS: each would undo the other. */
function owners(spec: ScalingPolicySpec, context: LintContext): readonly Finding[] {
  const self = context.manifest.metadata.name;
  const other = (context.all ?? []).find(
    (manifest) =>
      manifest.kind === 'ScalingPolicy' &&
      manifest.metadata.name !== self &&
      sameTarget((manifest.spec as ScalingPolicySpec).target, spec.target),
  );
  if (other === undefined) return [];
  const message = `ScalingPolicy/${other.metadata.name} scales the same service; expected one ScalingPolicy with all policies`;
  return [{ code: 'LS1201', severity: 'error', path: '/target', message }];
}

function sameTarget(a: ScalingPolicySpec['target'], b: ScalingPolicySpec['target']): boolean {
  return a.service === b.service && a.resourceId === b.resourceId;
}

function limits(spec: ScalingPolicySpec): readonly Finding[] {
  const sets = [
    { path: '', minCapacity: spec.minCapacity, maxCapacity: spec.maxCapacity },
    ...(spec.scheduled ?? []).map((action, index) => ({
      path: `/scheduled/${index}`,
      minCapacity: action.minCapacity ?? spec.minCapacity,
      maxCapacity: action.maxCapacity ?? spec.maxCapacity,
    })),
  ];
  return sets
    .filter(({ minCapacity, maxCapacity }) => minCapacity > maxCapacity)
    .map(({ path, minCapacity, maxCapacity }) => ({
      code: 'LS1202',
      severity: 'error',
      path: path === '' ? '/minCapacity' : path,
      message: `minCapacity ${minCapacity} is above maxCapacity ${maxCapacity}`,
    }));
}

function schedule(action: ScheduledScaling, path: string): readonly Finding[] {
  if (action.timezone !== undefined && !isTimezone(action.timezone)) {
    const message = `"${action.timezone}" is no time zone; expected a name of the IANA database such as Europe/Berlin`;
    return [{ code: 'LS1203', severity: 'error', path: `${path}/timezone`, message }];
  }
  try {
    const { kind } = parseSchedule(action.schedule);
    if (kind !== 'rate' || action.startTime !== undefined) return [];
    const message = 'nobody can say when a rate without startTime fires; expected startTime, or a cron expression';
    return [{ code: 'LS1204', severity: 'error', path: `${path}/schedule`, message }];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ code: 'LS1203', severity: 'error', path: `${path}/schedule`, message }];
  }
}

/** The count of the manifest only counts at creation; outside of the limits it is clamped at once. */
function declaredCount(spec: ScalingPolicySpec, context: LintContext): readonly Finding[] {
  const ref = serviceRef(spec);
  const service = ref === undefined ? undefined : context.find(ref)?.spec;
  const count = isObject(service) ? service['desiredCount'] : undefined;
  if (typeof count !== 'number' || (count >= spec.minCapacity && count <= spec.maxCapacity)) return [];
  const message = `${ref} declares desiredCount ${count}, outside of ${spec.minCapacity} to ${spec.maxCapacity}: two owners of one number`;
  return [
    { code: 'LS1205', severity: 'warning', path: count < spec.minCapacity ? '/minCapacity' : '/maxCapacity', message },
  ];
}

function names(spec: ScalingPolicySpec): readonly Finding[] {
  const all = [
    ...(spec.targetTracking ?? []).map((one, index) => ({
      path: `/targetTracking/${index}`,
      name: trackingName(one, index, ''),
    })),
    ...(spec.step ?? []).map((one, index) => ({ path: `/step/${index}`, name: stepName(one, index, '') })),
    ...(spec.predictive ?? []).map((one, index) => ({
      path: `/predictive/${index}`,
      name: predictiveName(one, index, ''),
    })),
  ];
  return all.flatMap(({ path, name }, index) => {
    if (all.findIndex((other) => other.name === name) === index) return [];
    const message = `another policy has the name "${name.replace(/^-/, '')}" already; expected a policyName of its own`;
    return [{ code: 'LS1206', severity: 'error' as const, path, message }];
  });
}

/** Averages over no tasks have no value: the alarm of a target tracking policy never leaves INSUFFICIENT_DATA. */
function fromZero(spec: ScalingPolicySpec): readonly Finding[] {
  if (spec.minCapacity > 0 || spec.maxCapacity === 0 || (spec.step ?? []).length > 0) return [];
  if (!(spec.targetTracking ?? []).some((one) => one.metric !== undefined)) return [];
  const message =
    'target tracking cannot start the first task: at zero tasks its metric has no data; expected minCapacity 1 or a step policy';
  return [{ code: 'LS1207', severity: 'warning', path: '/minCapacity', message }];
}
