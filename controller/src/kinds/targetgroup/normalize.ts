import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { Change, Desired } from '../../core/driver.ts';
import { diffTrees } from '../../core/diff.ts';
import { asJson } from '../../core/json.ts';
import { managedTags, wantedTags } from '../../core/ownership.ts';
import type { Side } from '../../elbv2/pairs.ts';
import { comparableAttributes, targetGroupDefaults, type Attributes } from '../../elbv2/attributes.ts';
import { type HealthCheckTree, isHttp, liveHealthCheck, wantedHealthCheck } from './healthcheck.ts';
import { hasTargets, type LiveGroup, type LiveTargetGroup, TARGET_GROUP } from './live.ts';
import { liveTargets, type TargetTrees, wantedTargets } from './targets.ts';

/** What is decided at creation. A lambda target group has neither VPC nor protocol nor port. */
interface CreateOnlyTree {
  readonly vpcId?: string;
  readonly protocol?: string;
  readonly protocolVersion?: string;
  readonly port?: number;
  readonly targetType: string;
  readonly ipAddressType: string;
  readonly targetControlPort?: number;
}

/** A target group in comparable form. */
export interface TargetGroupTree extends CreateOnlyTree {
  readonly healthCheck: HealthCheckTree;
  readonly attributes: Attributes;
  /** Absent: not ours to decide. */
  readonly targets?: TargetTrees;
  readonly tags: Readonly<Record<string, string>>;
}

const BECOMES_PAIR: Change = { part: TARGET_GROUP, path: '/blueGreen', from: false, to: true, effect: 'inPlace' };

const REPLACES = [
  '/vpcId',
  '/protocol',
  '/protocolVersion',
  '/port',
  '/targetType',
  '/ipAddressType',
  '/targetControlPort',
];

/** Both sides in comparable form. The targets of a manifest are registered with the target group of its name alone. */
export function trees(
  desired: Desired<TargetGroupSpec>,
  live: LiveGroup,
  side: Side = 'primary',
): { readonly wanted: TargetGroupTree; readonly live: TargetGroupTree } {
  const { spec } = desired;
  const attributes = comparableAttributes(spec.attributes, targetGroupDefaults(spec), live.attributes);
  const tags = wantedTags(spec.tags, desired.ownership);
  const targets = side === 'primary' ? wantedTargets(spec) : undefined;
  return {
    wanted: {
      ...wantedCreateOnly(spec),
      healthCheck: wantedHealthCheck(spec),
      attributes: attributes.wanted,
      ...(targets !== undefined && { targets }),
      tags,
    },
    live: {
      ...liveCreateOnly(live.targetGroup),
      healthCheck: liveHealthCheck(live.targetGroup),
      attributes: attributes.live,
      ...(targets !== undefined && { targets: liveTargets(spec, live.targets, targets) }),
      tags: managedTags(live.tags, tags, desired.managedTagKeys),
    },
  };
}

function wantedCreateOnly(spec: TargetGroupSpec): CreateOnlyTree {
  const { vpcId, protocol, port, targetControlPort } = spec;
  return {
    ...(vpcId !== undefined && { vpcId }),
    ...(protocol !== undefined && { protocol }),
    ...(isHttp(protocol) && { protocolVersion: spec.protocolVersion ?? 'HTTP1' }),
    ...(port !== undefined && { port }),
    targetType: spec.targetType ?? 'ip',
    ipAddressType: spec.ipAddressType ?? 'ipv4',
    ...(targetControlPort !== undefined && { targetControlPort }),
  };
}

function liveCreateOnly(group: TargetGroup): CreateOnlyTree {
  const { VpcId: vpcId, Protocol: protocol, Port: port, TargetControlPort: targetControlPort } = group;
  return {
    ...(vpcId !== undefined && { vpcId }),
    ...(protocol !== undefined && { protocol }),
    ...(isHttp(protocol) && { protocolVersion: group.ProtocolVersion ?? 'HTTP1' }),
    ...(port !== undefined && { port }),
    targetType: group.TargetType ?? '',
    ipAddressType: group.IpAddressType ?? 'ipv4',
    ...(targetControlPort !== undefined && { targetControlPort }),
  };
}

/** What differs, field by field. Of a pair, in either of the two: they have the same settings. */
export function diff(desired: Desired<TargetGroupSpec>, found: LiveTargetGroup): readonly Change[] {
  const primary = diffGroup(desired, found, 'primary');
  const paired = desired.spec.blueGreen === true;
  if (found.alternate === undefined) return paired ? [...primary, BECOMES_PAIR] : primary;
  if (!paired) return [...primary, ...endsPair(found.alternate)];
  const told = new Set(primary.map(({ path }) => path));
  const alternate = diffGroup(desired, found.alternate, 'alternate').filter(({ path }) => !told.has(path));
  return [...primary, ...alternate];
}

function diffGroup(desired: Desired<TargetGroupSpec>, found: LiveGroup, side: Side): readonly Change[] {
  const { wanted, live } = trees(desired, found, side);
  return diffTrees(TARGET_GROUP, asJson(live), asJson(wanted), {
    effects: Object.fromEntries(REPLACES.map((path) => [path, 'replaces' as const])),
    unknown: desired.unknown,
    claims: desired.claims,
  });
}

/**
 * The alternate goes when nothing forwards to it any more: rules take it out first, which they do as soon as they are not
 * told of it. While it serves, nobody takes it away.
 */
export function endsPair(alternate: LiveGroup): readonly Change[] {
  const change: Change = { part: TARGET_GROUP, path: '/blueGreen', from: true, to: false, effect: 'inPlace' };
  if (hasTargets(alternate)) {
    const refused =
      `the alternate ${alternate.name} has the targets of the service now, and would be taken away under them; keep ` +
      'blueGreen: true until a rollout has brought the service back to the other one';
    return [{ ...change, refused }];
  }
  return (alternate.targetGroup.LoadBalancerArns ?? []).length > 0 ? [] : [change];
}
