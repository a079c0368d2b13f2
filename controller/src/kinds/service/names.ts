import type { ServiceSpec } from '../../api/service.ts';
import type { Desired } from '../../core/driver.ts';
import { DOMAIN, splitRef } from '../../core/manifest.ts';
import { derivedName } from '../../core/names.ts';
import { MAX_NAME } from '../../ecs/names.ts';

/** Tag on the service: digest of the spec whose rollout failed. It is not tried again until Git says something else. */
export const HOLD_TAG = `${DOMAIN}/hold`;

/** Tag on the service beside the hold: why the rollout failed, as far as a tag takes it. */
export const CAUSE_TAG = `${DOMAIN}/hold-cause`;

/**
 * Tag on the service while it comes from Rolling to a strategy that shifts traffic: what for, and the deployment before,
 * `<digest>/<deployment>`. See native/firststep.ts.
 */
export const FIRST_STEP_TAG = `${DOMAIN}/first-step`;

/** Tag on the service: another number of tasks than Git says, by whom and until when. */
export const SCALE_TAG = `${DOMAIN}/scale`;

/** Name of the service in AWS. The scheduling strategy cannot be changed, so that another one gives another name. */
export function serviceName(desired: Pick<Desired<ServiceSpec>, 'id' | 'application' | 'spec'>): string {
  return derivedName({
    application: desired.application,
    name: splitRef(desired.id).name,
    createOnly: { schedulingStrategy: desired.spec.schedulingStrategy ?? 'REPLICA' },
    maxLength: MAX_NAME,
    override: desired.spec.nameOverride,
  });
}

/** ARN of a target group of the same Application; undefined while it is not there yet. */
export function targetGroupArnOf(
  desired: Pick<Desired<ServiceSpec>, 'needs'>,
  targetGroup: string,
): string | undefined {
  const arn = desired.needs[`TargetGroup/${targetGroup}`]?.['arn'];
  return typeof arn === 'string' ? arn : undefined;
}

/** ARNs of the target groups that a TargetGroup of the same Application is: one, or a pair. Empty while it is not there. */
export function targetGroupArnsOf(
  desired: Pick<Desired<ServiceSpec>, 'needs'>,
  targetGroup: string,
): readonly string[] {
  const { arn, alternateArn } = desired.needs[`TargetGroup/${targetGroup}`] ?? {};
  return [arn, alternateArn].filter((value) => typeof value === 'string');
}

/** Cluster and service name in a service's ARN, `arn:aws:ecs:eu-west-1:123456789012:service/main/api`. */
export function namesInArn(serviceArn: string): { readonly cluster: string; readonly service: string } | undefined {
  const [, cluster, service] = serviceArn.split(':').at(-1)?.split('/') ?? [];
  return cluster === undefined || service === undefined ? undefined : { cluster, service };
}
