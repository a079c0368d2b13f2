import {
  DeregisterTargetsCommand,
  type ModifyTargetGroupCommandInput,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupSpec } from '../../src/api/targetgroup.ts';
import { below } from '../../src/core/pointer.ts';
import { targetGroupKind } from '../../src/kinds/targetgroup/index.ts';
import type { LiveTargetGroup } from '../../src/kinds/targetgroup/live.ts';
import { targetGroups } from './arbitraries/targetgroup.ts';
import type { KindProperty, Mutable, Mutation } from './property.ts';
import { tagMutations } from './tags.ts';

type On = Mutable<TargetGroupSpec, LiveTargetGroup>;

/** Target groups of every target type. */
export const targetGroupProperty: KindProperty<TargetGroupSpec, LiveTargetGroup> = {
  kind: targetGroupKind,
  setUp: async () => ({}),
  specs: () => targetGroups,
  mutations: (on) => [
    ...healthCheck(on),
    ...attributes(on),
    ...targets(on),
    ...alternate(on),
    ...tagMutations(on.aws, on.live.arn, on.desired.spec.tags ?? {}, '/tags'),
  ],
};

/** The other of a pair has settings of its own to change. */
function alternate({ aws, live }: On): readonly Mutation[] {
  const group = live.alternate?.targetGroup;
  if (group === undefined) return [];
  const UnhealthyThresholdCount = group.UnhealthyThresholdCount === 10 ? 2 : (group.UnhealthyThresholdCount ?? 0) + 1;
  const input = { TargetGroupArn: group.TargetGroupArn, UnhealthyThresholdCount };
  return [{ path: '/healthCheck/unhealthyThreshold', send: () => aws.elbv2.send(new ModifyTargetGroupCommand(input)) }];
}

function healthCheck({ aws, live }: On): readonly Mutation[] {
  const group = live.targetGroup;
  const { HealthCheckIntervalSeconds: interval = 0, HealthyThresholdCount: healthy = 0 } = group;
  const { UnhealthyThresholdCount: unhealthy = 0, TargetType, Matcher, HealthCheckPath: path, HealthCheckPort } = group;
  const modify = (field: string, input: Partial<ModifyTargetGroupCommandInput>): Mutation => ({
    path: `/healthCheck/${field}`,
    send: () => aws.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: live.arn, ...input })),
  });
  return [
    modify('intervalSeconds', { HealthCheckIntervalSeconds: interval === 300 ? 299 : interval + 1 }),
    modify('healthyThreshold', { HealthyThresholdCount: healthy === 10 ? 2 : healthy + 1 }),
    modify('unhealthyThreshold', { UnhealthyThresholdCount: unhealthy === 10 ? 2 : unhealthy + 1 }),
    ...(path === undefined ? [] : [modify('path', { HealthCheckPath: `${path}x` })]),
    ...(Matcher?.HttpCode === undefined ? [] : [modify('matcher', { Matcher: { HttpCode: '204' } })]),
    ...(Matcher?.GrpcCode === undefined ? [] : [modify('matcher', { Matcher: { GrpcCode: '7' } })]),
    ...(TargetType === 'lambda'
      ? [modify('enabled', { HealthCheckEnabled: group.HealthCheckEnabled !== true })]
      : [modify('port', { HealthCheckPort: HealthCheckPort === '9' ? '10' : '9' })]),
  ];
}

/** Another value for each attribute whose values are numbers or flags. */
function attributes({ aws, live }: On): readonly Mutation[] {
  const fixed = new Set(['target_health_state.unhealthy.connection_termination.enabled', 'preserve_client_ip.enabled']);
  return Object.entries(live.attributes).flatMap(([Key, value]) => {
    const Value =
      value === 'true' ? 'false' : value === 'false' ? 'true' : /^\d+$/.test(value) ? other(value) : undefined;
    if (Value === undefined || fixed.has(Key) || Key === 'slow_start.duration_seconds') return [];
    const command = new ModifyTargetGroupAttributesCommand({ TargetGroupArn: live.arn, Attributes: [{ Key, Value }] });
    return [{ path: below('/attributes', Key), send: () => aws.elbv2.send(command) }];
  });
}

function other(value: string): string {
  return value === '7' ? '8' : '7';
}

function targets({ aws, desired: { spec }, live }: On): readonly Mutation[] {
  const [first] = live.targets;
  const Target = first?.Target;
  if (spec.targets === undefined || Target === undefined) return [];
  const key = spec.targetType === 'lambda' ? (Target.Id ?? '') : `${Target.Id}:${Target.Port}`;
  const gone: Mutation = {
    path: below('/targets', key),
    send: () => aws.elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: live.arn, Targets: [Target] })),
  };
  if (spec.targetType === 'lambda' || spec.targetType === 'alb') return [gone];
  const extra = { Id: spec.targetType === 'instance' ? 'i-0fff' : '10.0.1.1', Port: 1234 };
  const more: Mutation = {
    path: below('/targets', `${extra.Id}:${extra.Port}`),
    send: () => aws.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: live.arn, Targets: [extra] })),
  };
  return [gone, more];
}
