import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import { readAutoscalingTags, readScalableTarget, readScalingPolicies, readScheduledActions } from '../../aws/reads.ts';
import type { Desired, Pass, Subject } from '../../core/driver.ts';
import type { Ref } from '../../core/manifest.ts';

/** Type of the part. Its id is the resource id: the API finds no scalable target by its ARN. */
export const SCALABLE_TARGET = 'autoscaling:scalable-target';

/** A scalable target with all that hangs on it. */
export interface LiveScaling {
  /** `service/<cluster>/<service>`. */
  readonly resourceId: string;
  readonly target: ScalableTarget;
  readonly policies: readonly ScalingPolicy[];
  readonly actions: readonly ScheduledAction[];
  readonly tags: Readonly<Record<string, string>>;
  /** When this was read: the limits to expect depend on the time. */
  readonly observedAt: Date;
}

/** The Service of the same Application that is scaled. */
export function serviceRef(spec: ScalingPolicySpec): Ref | undefined {
  return spec.target.service === undefined ? undefined : `Service/${spec.target.service}`;
}

/** The resource id that a manifest wants, `service/<cluster>/<service>`; undefined while the service does not exist. */
export function wantedResourceId({ spec, needs }: Desired<ScalingPolicySpec>): string | undefined {
  const ref = serviceRef(spec);
  if (ref === undefined) return spec.target.resourceId?.includes('${') === true ? undefined : spec.target.resourceId;
  const arn = needs[ref]?.['arn'];
  return typeof arn === 'string' ? arn.split(':').at(-1) : undefined;
}

/** The scalable target of the wanted service, else the recorded one. */
export async function observe(
  { desired, recorded }: Subject<ScalingPolicySpec>,
  pass: Pass,
): Promise<LiveScaling | undefined> {
  const wanted = desired === undefined ? undefined : wantedResourceId(desired);
  const known = recorded.filter(({ type }) => type === SCALABLE_TARGET).map(({ id }) => id);
  for (const resourceId of [...(wanted === undefined ? [] : [wanted]), ...known]) {
    const target = await readScalableTarget(pass, resourceId);
    if (target !== undefined) return observeTarget(resourceId, target, pass);
  }
  return undefined;
}

async function observeTarget(resourceId: string, target: ScalableTarget, pass: Pass): Promise<LiveScaling> {
  const [policies, actions, tags] = await Promise.all([
    readScalingPolicies(pass, resourceId),
    readScheduledActions(pass, resourceId),
    target.ScalableTargetARN === undefined ? {} : readAutoscalingTags(pass, target.ScalableTargetARN),
  ]);
  return { resourceId, target, policies, actions, tags: tags ?? {}, observedAt: pass.now };
}
