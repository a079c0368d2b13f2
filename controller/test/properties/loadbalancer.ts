import {
  ModifyCapacityReservationCommand,
  ModifyIpPoolsCommand,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ForwardTarget } from '../../src/api/listenerrule.ts';
import type { LoadBalancerSpec } from '../../src/api/loadbalancer.ts';
import { below } from '../../src/core/pointer.ts';
import { loadBalancerKind } from '../../src/kinds/loadbalancer/index.ts';
import type { LiveListener, LiveLoadBalancer } from '../../src/kinds/loadbalancer/live.ts';
import { loadBalancers } from './arbitraries/loadbalancer.ts';
import { certificate, changedActions, changedConditions, makeTargetGroups } from './balancing.ts';
import type { KindProperty, Mutable, Mutation } from './property.ts';
import { tagMutations } from './tags.ts';

type On = Mutable<LoadBalancerSpec, LiveLoadBalancer>;

const HTTP = ['api', 'web', 'docs'];
const TCP = ['raw', 'bytes'];

/** Load balancers of both types with their listeners and rules. */
export const loadBalancerProperty: KindProperty<LoadBalancerSpec, LiveLoadBalancer> = {
  kind: loadBalancerKind,
  setUp: async ({ aws }) => ({
    ...(await makeTargetGroups(aws, 'HTTP', ...HTTP)),
    ...(await makeTargetGroups(aws, 'TCP', ...TCP)),
  }),
  specs: () => loadBalancers(HTTP.map(target), TCP.map(target)),
  mutations: (on) => [
    ...network(on),
    ...attributes(on),
    ...on.live.listeners.flatMap((listener) => ofListener(on, listener)),
    ...tagMutations(on.aws, on.live.arn, on.desired.spec.tags ?? {}, '/tags'),
  ],
  release: ({ aws, live }) =>
    aws.elbv2.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: live.arn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value: 'false' }],
      }),
    ),
};

function target(targetGroup: string): ForwardTarget {
  return { targetGroup };
}

function network({ aws, desired: { spec }, live }: On): readonly Mutation[] {
  const LoadBalancerArn = live.arn;
  const balancer = live.loadBalancer;
  const other = balancer.IpAddressType === 'ipv4' ? 'dualstack' : 'ipv4';
  const units = live.reservedCapacity + 1;
  const pool = { Ipv4IpamPoolId: 'ipam-pool-9' };
  const groups = balancer.SecurityGroups ?? [];
  const application = spec.type !== 'network';
  return [
    {
      path: '/ipAddressType',
      send: () => aws.elbv2.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: other })),
    },
    ...(spec.subnets === undefined
      ? []
      : [
          {
            path: '/subnets',
            send: () =>
              aws.elbv2.send(
                new SetSubnetsCommand({ LoadBalancerArn, Subnets: [...(spec.subnets ?? []), 'subnet-x'] }),
              ),
          },
        ]),
    ...(spec.securityGroups === undefined
      ? []
      : [
          {
            path: '/securityGroups',
            send: () => aws.elbv2.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: ['sg-hand'] })),
          },
        ]),
    ...(application || spec.securityGroups === undefined
      ? []
      : [
          {
            path: '/enforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
            send: () =>
              aws.elbv2.send(
                new SetSecurityGroupsCommand({
                  LoadBalancerArn,
                  SecurityGroups: groups,
                  EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic:
                    balancer.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic === 'off' ? 'on' : 'off',
                }),
              ),
          },
        ]),
    {
      path:
        spec.minimumLoadBalancerCapacity === undefined
          ? '/minimumLoadBalancerCapacity'
          : '/minimumLoadBalancerCapacity/capacityUnits',
      send: () =>
        aws.elbv2.send(
          new ModifyCapacityReservationCommand({
            LoadBalancerArn,
            MinimumLoadBalancerCapacity: { CapacityUnits: units },
          }),
        ),
    },
    ...(application
      ? [
          {
            path: spec.ipamPools === undefined ? '/ipamPools' : '/ipamPools/ipv4IpamPoolId',
            send: () => aws.elbv2.send(new ModifyIpPoolsCommand({ LoadBalancerArn, IpamPools: pool })),
          },
        ]
      : []),
  ];
}

function attributes({ aws, live }: On): readonly Mutation[] {
  return Object.entries(live.attributes).flatMap(([Key, value]) => {
    // AWS keeps it on for applications; and logs cannot be turned on without a bucket.
    if (
      Key.includes('.s3.') ||
      (Key === 'load_balancing.cross_zone.enabled' && live.loadBalancer.Type === 'application')
    )
      return [];
    const number = value === '7' ? '6' : '7';
    const seconds = value === '77' ? '78' : '77';
    const Value =
      value === 'true'
        ? 'false'
        : value === 'false'
          ? 'true'
          : !/^\d+$/.test(value)
            ? undefined
            : Key.startsWith('secondary')
              ? number
              : seconds;
    if (Value === undefined) return [];
    const command = new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: live.arn,
      Attributes: [{ Key, Value }],
    });
    return [{ path: below('/attributes', Key), send: () => aws.elbv2.send(command) }];
  });
}

function ofListener(
  { aws, desired, live }: On,
  { arn: ListenerArn, port, listener, rules, tags }: LiveListener,
): readonly Mutation[] {
  const path = `/listeners/${port}`;
  const declared = desired.spec.listeners?.find((one) => one.port === port);
  const short = declared?.redirectTo !== undefined;
  const secure = listener.Protocol === 'HTTPS' || listener.Protocol === 'TLS';
  const header = 'routing.http.response.x_content_type_options.header_value';
  const application = live.loadBalancer.Type === 'application';
  const SslPolicy = 'ELBSecurityPolicy-TLS-1-2-2017-01';
  return [
    ...changedActions(listener.DefaultActions ?? [], desired.needs)
      .filter(() => application)
      .map((changed) => ({
        path: short ? `${path}${changed.path}` : `${path}/default${changed.path}`,
        send: () => aws.elbv2.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: changed.actions })),
      })),
    ...(secure
      ? [
          {
            path: `${path}/sslPolicy`,
            send: () => aws.elbv2.send(new ModifyListenerCommand({ ListenerArn, SslPolicy })),
          },
          {
            path: `${path}/certificates`,
            send: () =>
              aws.elbv2.send(
                new ModifyListenerCommand({ ListenerArn, Certificates: [{ CertificateArn: certificate('hand') }] }),
              ),
          },
        ]
      : []),
    ...(listener.Protocol === 'HTTPS' && declared?.mutualAuthentication?.mode !== 'verify'
      ? [
          {
            path:
              declared?.mutualAuthentication?.mode === 'passthrough'
                ? `${path}/mutualAuthentication`
                : `${path}/mutualAuthentication`,
            send: () =>
              aws.elbv2.send(
                new ModifyListenerCommand({
                  ListenerArn,
                  MutualAuthentication: {
                    Mode: declared?.mutualAuthentication?.mode === 'passthrough' ? 'off' : 'passthrough',
                  },
                }),
              ),
          },
        ]
      : []),
    ...(application
      ? [
          {
            path: below(`${path}/attributes`, header),
            send: () =>
              aws.elbv2.send(
                new ModifyListenerAttributesCommand({ ListenerArn, Attributes: [{ Key: header, Value: 'hand' }] }),
              ),
          },
        ]
      : []),
    ...tagMutations(
      aws,
      ListenerArn,
      Object.fromEntries(Object.entries(tags).filter(([key]) => desired.spec.tags?.[key] !== undefined)),
      `${path}/tags`,
    ),
    ...rules.flatMap(({ arn: RuleArn, priority, rule }): readonly Mutation[] => {
      const at = `${path}/rules/${priority}`;
      const when = changedConditions(rule.Conditions ?? []);
      return [
        ...changedActions(rule.Actions ?? [], desired.needs).map((changed) => ({
          path: `${at}/then${changed.path}`,
          send: () => aws.elbv2.send(new ModifyRuleCommand({ RuleArn, Actions: changed.actions })),
        })),
        ...(when === undefined
          ? []
          : [
              {
                path: `${at}/when${when.path}`,
                send: () => aws.elbv2.send(new ModifyRuleCommand({ RuleArn, Conditions: when.conditions })),
              },
            ]),
      ];
    }),
  ];
}
