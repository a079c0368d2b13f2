import {
  CreateTargetGroupCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { driverContract } from '../../../test/driver-contract.ts';
import { ACCOUNT, desiredOf, ownerOf, REGION, sandboxed } from '../../../test/sandboxed.ts';
import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { AwsContext } from '../../aws/context.ts';
import type { Outputs } from '../../core/driver.ts';
import type { Ref } from '../../core/manifest.ts';
import { loadBalancerKind } from './index.ts';

const certificate = (id: string): string => `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/${id}`;

const spec: LoadBalancerSpec = {
  subnets: ['subnet-b', 'subnet-a'],
  securityGroups: ['sg-1'],
  attributes: { 'idle_timeout.timeout_seconds': '30' },
  listeners: [
    { port: 80, protocol: 'HTTP', redirectTo: { port: 443, protocol: 'HTTPS' } },
    {
      port: 443,
      protocol: 'HTTPS',
      certificates: [certificate('one'), certificate('two')],
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      default: { forward: [{ targetGroup: 'api' }] },
      rules: [
        { priority: 10, when: { pathPattern: ['/mcp/*', '/api/*'] }, then: { forward: [{ targetGroup: 'mcp' }] } },
        {
          priority: 20,
          when: { hostHeader: ['old.example.com'], httpHeader: [{ httpHeaderName: 'X-Kind', values: ['b', 'a'] }] },
          then: { fixedResponse: { statusCode: 410, messageBody: 'gone' } },
        },
      ],
    },
  ],
  tags: { team: 'payments' },
};

const changed: LoadBalancerSpec = {
  subnets: ['subnet-a', 'subnet-c'],
  securityGroups: ['sg-2'],
  listeners: [
    { port: 8080, protocol: 'HTTP', default: { fixedResponse: { statusCode: 503 } } },
    {
      port: 443,
      protocol: 'HTTPS',
      certificates: [certificate('two'), certificate('three')],
      default: {
        forward: [{ targetGroup: 'api', weight: 3 }, { targetGroup: 'mcp' }],
        targetGroupStickiness: { durationSeconds: 60 },
      },
      rules: [
        // The first two have changed places, and a third is new.
        { priority: 20, when: { pathPattern: ['/mcp/*', '/api/*'] }, then: { forward: [{ targetGroup: 'mcp' }] } },
        {
          priority: 10,
          when: { hostHeader: ['old.example.com'], httpHeader: [{ httpHeaderName: 'X-Kind', values: ['b', 'a'] }] },
          then: { redirectTo: { host: 'new.example.com', statusCode: 'HTTP_302' } },
        },
        { priority: 30, when: { sourceIp: ['10.0.0.0/8'] }, then: { forward: [{ targetGroup: 'api' }] } },
      ],
    },
  ],
  tags: { team: 'checkout' },
};

/** Makes target groups of these names; gives what needs them. */
async function targetGroups(
  aws: AwsContext,
  protocol: 'HTTP' | 'TCP',
  ...names: string[]
): Promise<Record<Ref, Outputs>> {
  const needs: Record<Ref, Outputs> = {};
  for (const name of names) {
    const input = { Name: name, Protocol: protocol, Port: 80, VpcId: 'vpc-1', TargetType: 'ip' as const };
    const { TargetGroups = [] } = await aws.elbv2.send(new CreateTargetGroupCommand(input));
    needs[`TargetGroup/${name}`] = { arn: TargetGroups[0]?.TargetGroupArn ?? '' };
  }
  return needs;
}

driverContract('LoadBalancer', async () => {
  const { sandbox, aws, close } = await sandboxed();
  const needs = await targetGroups(aws, 'HTTP', 'api', 'mcp');
  return {
    kind: loadBalancerKind,
    sandbox,
    aws,
    owner: ownerOf('LoadBalancer/public'),
    desired: desiredOf('LoadBalancer/public', spec, needs),
    changed: desiredOf('LoadBalancer/public', changed, needs),
    drift: async ({ arn, listeners }) => {
      const Attributes = [{ Key: 'routing.http2.enabled', Value: 'false' }];
      await aws.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes }));
      const DefaultActions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '500' } }];
      await aws.elbv2.send(new ModifyListenerCommand({ ListenerArn: listeners[0]?.arn, DefaultActions }));
    },
    close,
  };
});

driverContract('LoadBalancer of type network', async () => {
  const { sandbox, aws, close } = await sandboxed();
  const needs = await targetGroups(aws, 'TCP', 'db');
  const network: LoadBalancerSpec = {
    type: 'network',
    scheme: 'internal',
    subnets: ['subnet-a'],
    listeners: [{ port: 5432, protocol: 'TCP', default: { forward: [{ targetGroup: 'db' }] } }],
  };
  return {
    kind: loadBalancerKind,
    sandbox,
    aws,
    owner: ownerOf('LoadBalancer/db'),
    desired: desiredOf('LoadBalancer/db', network, needs),
    changed: desiredOf<LoadBalancerSpec>(
      'LoadBalancer/db',
      {
        ...network,
        attributes: { 'load_balancing.cross_zone.enabled': 'true' },
        listeners: [{ port: 5433, protocol: 'TCP', default: { forward: [{ targetGroup: 'db' }] } }],
      },
      needs,
    ),
    drift: async ({ arn }) => {
      const Attributes = [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }];
      await aws.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes }));
    },
    close,
  };
});
