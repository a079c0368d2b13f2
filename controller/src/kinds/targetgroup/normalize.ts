import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { Change, Desired } from '../../core/driver.ts';
import { diffTrees } from '../../core/diff.ts';
import { asJson } from '../../core/json.ts';
import { managedTags, wantedTags } from '../../core/ownership.ts';
import { comparableAttributes, targetGroupDefaults, type Attributes } from '../../elbv2/attributes.ts';
import { type HealthCheckTree, isHttp, liveHealthCheck, wantedHealthCheck } from './healthcheck.ts';
import { type LiveTargetGroup, TARGET_GROUP } from './live.ts';
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

const REPLACES = [
  '/vpcId',
  '/protocol',
  '/protocolVersion',
  '/port',
  '/targetType',
  '/ipAddressType',
  '/targetControlPort',
];

/** Both sides in comparable form. */
export function trees(
  desired: Desired<TargetGroupSpec>,
  live: LiveTargetGroup,
): { readonly wanted: TargetGroupTree; readonly live: TargetGroupTree } {
  const { spec } = desired;
  const attributes = comparableAttributes(spec.attributes, targetGroupDefaults(spec), live.attributes);
  const tags = wantedTags(spec.tags, desired.ownership);
  const targets = wantedTargets(spec);
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

/** What differs, field by field. */
export function diff(desired: Desired<TargetGroupSpec>, found: LiveTargetGroup): readonly Change[] {
  const { wanted, live } = trees(desired, found);
  return diffTrees(TARGET_GROUP, asJson(live), asJson(wanted), {
    effects: Object.fromEntries(REPLACES.map((path) => [path, 'replaces' as const])),
    unknown: desired.unknown,
    claims: desired.claims,
  });
}
