import {
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { driverContract } from '../../../test/driver-contract.ts';
import { desiredOf, ownerOf, sandboxed } from '../../../test/sandboxed.ts';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import { targetGroupKind } from './index.ts';

const spec: TargetGroupSpec = {
  vpcId: 'vpc-1',
  protocol: 'HTTP',
  port: 8000,
  healthCheck: { path: '/health', timeoutSeconds: 4 },
  attributes: { 'deregistration_delay.timeout_seconds': '30' },
  tags: { team: 'payments' },
};

driverContract('TargetGroup', async () => {
  const { sandbox, aws, close } = await sandboxed();
  return {
    kind: targetGroupKind,
    sandbox,
    aws,
    owner: ownerOf('TargetGroup/api'),
    desired: desiredOf('TargetGroup/api', spec),
    changed: desiredOf<TargetGroupSpec>('TargetGroup/api', {
      ...spec,
      healthCheck: { path: '/ready', intervalSeconds: 10, timeoutSeconds: 4, matcher: '200-299' },
      attributes: { 'stickiness.enabled': 'true' },
      tags: { team: 'checkout' },
    }),
    drift: async ({ arn }) => {
      await aws.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, UnhealthyThresholdCount: 7 }));
      const Attributes = [{ Key: 'slow_start.duration_seconds', Value: '45' }];
      await aws.elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes }));
    },
    close,
  };
});

driverContract('TargetGroup of a network load balancer', async () => {
  const { sandbox, aws, close } = await sandboxed();
  const network: TargetGroupSpec = { vpcId: 'vpc-1', protocol: 'TCP', port: 5432 };
  return {
    kind: targetGroupKind,
    sandbox,
    aws,
    owner: ownerOf('TargetGroup/db'),
    desired: desiredOf('TargetGroup/db', network),
    changed: desiredOf<TargetGroupSpec>('TargetGroup/db', {
      ...network,
      healthCheck: { protocol: 'HTTP', path: '/health' },
      attributes: { 'preserve_client_ip.enabled': 'true' },
    }),
    drift: async ({ arn }) => {
      await aws.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, HealthCheckIntervalSeconds: 20 }));
    },
    close,
  };
});
