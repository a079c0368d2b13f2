import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, converged, type Drive, freshPass, removed } from '../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { Desired } from '../../core/driver.ts';
import { WaitError } from '../../core/errors.ts';
import { serviceKind } from './index.ts';
import type { ServiceLive } from './live.ts';

let running: Sandboxed;
let drive: Drive<ServiceSpec, ServiceLive>;
let targetGroupArn: string;
let clusterArn: string;

beforeEach(async () => {
  running = await sandboxed({ behaviours: { 'example/broken': { status: 500 } } });
  drive = { kind: serviceKind, sandbox: running.sandbox, aws: running.aws };
  const { cluster } = await running.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  clusterArn = cluster?.clusterArn ?? '';
  const { TargetGroups } = await running.aws.elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'api',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 2,
    }),
  );
  targetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
});
afterEach(() => running.close());

async function listen(): Promise<void> {
  const { LoadBalancers } = await running.aws.elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'public', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  await running.aws.elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
}

function withImage(image: string, more: Partial<ServiceSpec> = {}): Desired<ServiceSpec> {
  const spec: ServiceSpec = {
    cluster: 'main',
    launchType: 'FARGATE',
    desiredCount: 2,
    network: { subnets: ['subnet-1', 'subnet-2'] },
    loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
    task: { cpu: 256, memory: 512, containers: [{ name: 'web', image, portMappings: [{ containerPort: 8000 }] }] },
    ...more,
  };
  return desiredOf('Service/api', spec, {
    'Cluster/main': { arn: clusterArn, name: 'main' },
    'TargetGroup/api': { arn: targetGroupArn },
  });
}

test('a target group without a listener is waited for, not an error', async () => {
  const driver = serviceKind.driver(running.aws);
  const attempt = driver.ensure(withImage('example/good:1'), undefined, freshPass(drive));
  await expect(attempt).rejects.toBeInstanceOf(WaitError);
  await expect(attempt).rejects.toThrow(/CreateService .* does not have an associated load balancer/);
});

test('a service is Healthy when its targets are, and its target group reads back by its own name', async () => {
  await listen();
  const desired = withImage('example/good:1');
  await converge(drive, desired);
  const { live, health } = await converged(drive, desired);
  expect(health).toMatchObject({ status: 'Healthy', message: '2 tasks run' });
  expect(live.targetGroups[0]?.targets).toHaveLength(2);
  expect(serviceKind.driver(running.aws).diff(desired, live)).toEqual([]);
});

test('targets that fail their health checks make it Degraded, with the code that they answered', async () => {
  await listen();
  const desired = withImage('example/broken:1');
  const driver = serviceKind.driver(running.aws);
  await driver.ensure(desired, undefined, freshPass(drive));
  const { health } = await converged(drive, desired);
  expect(health.status).toBe('Degraded');
  expect(health.message).toMatch(/Target.ResponseCodeMismatch|failed ELB health checks/);
});

test('taking the load balancer out of the manifest takes it off the service', async () => {
  await listen();
  await converge(drive, withImage('example/good:1'));
  const { loadBalancers: _, ...spec } = withImage('example/good:1').spec;
  const bare = { ...withImage('example/good:1'), spec };
  const live = await converge(drive, bare);
  expect(live.service.loadBalancers).toEqual([]);
});

test('a service that is made again while the old one drains waits until it is gone', async () => {
  await listen();
  const desired = withImage('example/good:1');
  const live = await converge(drive, desired);
  const driver = serviceKind.driver(running.aws);
  await driver.remove(live, freshPass(drive));
  const draining = await driver.observe({ desired, recorded: [] }, freshPass(drive));
  await expect(driver.ensure(desired, draining, freshPass(drive))).rejects.toThrow(/still draining/);
  await converge(drive, desired);
  expect((await converged(drive, desired)).health.status).toBe('Healthy');
  await removed(drive, desired);
});
