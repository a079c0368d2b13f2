import type { ServiceSpec } from '../../api/service.ts';
import type { Desired } from '../../core/driver.ts';
import { splitRef } from '../../core/manifest.ts';
import { derivedName } from '../../core/names.ts';
import { MAX_NAME } from '../../ecs/names.ts';

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

/** Cluster and service name in a service's ARN, `arn:aws:ecs:eu-west-1:123456789012:service/main/api`. */
export function namesInArn(serviceArn: string): { readonly cluster: string; readonly service: string } | undefined {
  const [, cluster, service] = serviceArn.split(':').at(-1)?.split('/') ?? [];
  return cluster === undefined || service === undefined ? undefined : { cluster, service };
}
