import type { ServiceSpec } from '../../api/service.ts';
import type { Desired } from '../../core/driver.ts';
import { splitRef } from '../../core/manifest.ts';
import { derivedName } from '../../core/names.ts';

/** The longest name of a service or task definition family. */
const MAX_NAME = 255;

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

/** Family of the task definition: `<application>-<service>`. */
export function familyName(desired: Pick<Desired<ServiceSpec>, 'id' | 'application'>): string {
  return `${desired.application}-${splitRef(desired.id).name}`.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, MAX_NAME);
}

/** ARN of the cluster; undefined while it is not there yet. */
export function clusterArnOf(desired: Pick<Desired<ServiceSpec>, 'spec' | 'needs'>): string | undefined {
  const { cluster, clusterArn } = desired.spec;
  if (clusterArn !== undefined) return clusterArn;
  const arn = desired.needs[`Cluster/${cluster ?? ''}`]?.['arn'];
  return typeof arn === 'string' ? arn : undefined;
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
