import type { Desired } from '../core/driver.ts';
import { splitRef } from '../core/manifest.ts';

/** The longest name of a service or task definition family. */
export const MAX_NAME = 255;

/** Family of the task definition: `<application>-<name>`. */
export function familyName(desired: Pick<Desired<unknown>, 'id' | 'application'>): string {
  return `${desired.application}-${splitRef(desired.id).name}`.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, MAX_NAME);
}

/** Where a manifest says which cluster it runs in: one of the same Application by its name, or any by its ARN. */
export interface InCluster {
  readonly cluster?: string;
  readonly clusterArn?: string;
}

/** ARN of the cluster; undefined while it is not there yet. */
export function clusterArnOf(desired: Pick<Desired<InCluster>, 'spec' | 'needs'>): string | undefined {
  const { cluster, clusterArn } = desired.spec;
  if (clusterArn !== undefined) return clusterArn;
  const arn = desired.needs[`Cluster/${cluster ?? ''}`]?.['arn'];
  return typeof arn === 'string' ? arn : undefined;
}
