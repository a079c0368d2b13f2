import {
  DeregisterTargetsCommand,
  RegisterTargetsCommand,
  type TargetDescription,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import type { LiveTargetGroup } from './live.ts';

/** Targets by `id:port`; functions, which have no port, by their ARN. */
export type TargetTrees = Readonly<Record<string, { readonly availabilityZone?: string }>>;

/**
 * The targets that a manifest wants; undefined when it says nothing of them: then they are ECS's, or somebody's who
 * registers them.
 */
export function wantedTargets({ targets, targetType, port }: TargetGroupSpec): TargetTrees | undefined {
  if (targets === undefined) return undefined;
  return Object.fromEntries(
    targets.map(({ id, port: own = port, availabilityZone: zone }) => [
      targetType === 'lambda' ? id : `${id}:${own}`,
      zone === undefined ? {} : { availabilityZone: zone },
    ]),
  );
}

/**
 * The targets that are registered. Those that drain are on their way out. AWS finds the zone of a target in the VPC
 * itself: it counts only where the manifest names one.
 */
export function liveTargets(
  { targetType }: TargetGroupSpec,
  live: readonly TargetHealthDescription[],
  wanted: TargetTrees,
): TargetTrees {
  const registered = live.filter((one) => one.TargetHealth?.State !== 'draining');
  return Object.fromEntries(
    registered.map(({ Target: { Id = '', Port, AvailabilityZone: zone } = { Id: '' } }) => {
      const key = targetType === 'lambda' ? Id : `${Id}:${Port}`;
      const compared = zone !== undefined && wanted[key]?.availabilityZone !== undefined;
      return [key, compared ? { availabilityZone: zone } : {}];
    }),
  );
}

/** Registers what is missing and deregisters what is too many: first the new ones, so that there is no moment without. */
export async function ensureTargets(
  aws: AwsContext,
  spec: TargetGroupSpec,
  { arn: TargetGroupArn, name, targets }: LiveTargetGroup,
  abortSignal: AbortSignal,
): Promise<void> {
  const wanted = wantedTargets(spec);
  if (wanted === undefined) return;
  const live = liveTargets(spec, targets, wanted);
  const missing = Object.entries(wanted).filter(
    ([key, { availabilityZone: zone }]) => live[key] === undefined || live[key].availabilityZone !== zone,
  );
  const surplus = Object.keys(live).filter((key) => wanted[key] === undefined);
  // A function stands alone: the old one has to go before the new one comes.
  const alone = spec.targetType === 'lambda' || spec.targetType === 'alb';
  const register = async (): Promise<void> => {
    if (missing.length === 0) return;
    const Targets = missing.map(([key, { availabilityZone: AvailabilityZone }]) => ({
      ...description(key, spec),
      ...(AvailabilityZone !== undefined && { AvailabilityZone }),
    }));
    const command = new RegisterTargetsCommand({ TargetGroupArn, Targets });
    await doing(`RegisterTargets ${name}`, aws.elbv2.send(command, { abortSignal }));
  };
  const deregister = async (): Promise<void> => {
    if (surplus.length === 0) return;
    const Targets = surplus.map((key) => description(key, spec));
    const command = new DeregisterTargetsCommand({ TargetGroupArn, Targets });
    await doing(`DeregisterTargets ${name}`, aws.elbv2.send(command, { abortSignal }));
  };
  for (const step of alone ? [deregister, register] : [register, deregister]) await step();
}

/** IPv6 addresses and ARNs hold colons too: the port is what comes after the last one. */
function description(key: string, { targetType }: TargetGroupSpec): TargetDescription {
  if (targetType === 'lambda') return { Id: key };
  const colon = key.lastIndexOf(':');
  return { Id: key.slice(0, colon), Port: Number(key.slice(colon + 1)) };
}
