import type { ServiceRevision } from '@aws-sdk/client-ecs';
import type { DeploymentSpec } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Pass, Subject } from '../../../core/driver.ts';
import { type ServiceLive, targetGroupHealth } from '../live.ts';

/** What is known of a service under ECS's own controller besides the service itself. */
export interface NativeLive {
  /** When it was looked at. */
  readonly at: Date;
  /** What the manifest says of the deployment, for the hooks that wait; undefined without a manifest. */
  readonly manifest: DeploymentSpec | undefined;
}

/**
 * Adds what the manifest says of the deployment, and looks at the targets where they are: once traffic has shifted, the
 * tasks stand in the other target group than the one that the service names first. It costs no read of its own.
 */
export async function observeNative(
  live: ServiceLive,
  { desired }: Subject<ServiceSpec>,
  pass: Pass,
): Promise<ServiceLive> {
  const native: NativeLive = {
    at: pass.now,
    manifest: desired === undefined ? undefined : (desired.spec.deployment ?? {}),
  };
  const serving = targetGroupsOf(live.revision);
  if (serving.length === 0) return { ...live, native };
  const targetGroups = await Promise.all(serving.map((arn) => targetGroupHealth(pass, arn)));
  return { ...live, native, targetGroups };
}

/**
 * Where the tasks of a revision are registered: ECS tells which of the two it took.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ResolvedConfiguration.html
 */
export function targetGroupsOf(revision: ServiceRevision | undefined): readonly string[] {
  return (revision?.resolvedConfiguration?.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
}

/** The two target groups of a service whose traffic shifts; undefined for others. */
export function pairOf({ service }: Pick<ServiceLive, 'service'>): readonly [string, string] | undefined {
  const entry = service.loadBalancers?.find(({ advancedConfiguration }) => advancedConfiguration !== undefined);
  const { targetGroupArn, advancedConfiguration } = entry ?? {};
  const alternate = advancedConfiguration?.alternateTargetGroupArn;
  return targetGroupArn === undefined || alternate === undefined ? undefined : [targetGroupArn, alternate];
}
