import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from '../testing/ecs-sandbox.ts';

let on: EcsSandbox;
let elb: ElasticLoadBalancingV2Client;
let group: string;

beforeEach(async () => {
  on = await ecsSandbox({ behaviours: { broken: { status: 503 }, slow: { healthyAfterMs: 60_000 } } });
  elb = new ElasticLoadBalancingV2Client(on.client);
  group = await targetGroup('web');
});
afterEach(() => on.close());

async function targetGroup(name: string, targetType: 'ip' | 'instance' = 'ip'): Promise<string> {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: targetType,
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    }),
  );
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

async function listen(): Promise<void> {
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'front', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    }),
  );
  await elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: group,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '60' }],
    }),
  );
}

const loadBalancers = (containerPort = 80, containerName = 'web') => [
  { targetGroupArn: group, containerName, containerPort },
];

async function targetStates(): Promise<string[]> {
  const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  return (TargetHealthDescriptions ?? []).map(({ TargetHealth }) => TargetHealth?.State ?? '').toSorted(byText);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

test('a target group that no listener uses is refused', async () => {
  await on.register();
  await expect(on.create({ loadBalancers: loadBalancers() })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: `The target group with targetGroupArn ${group} does not have an associated load balancer.`,
  });
});

test('a target group of instances, a container or a port that is not there are refused', async () => {
  await on.register();
  await listen();
  await expect(on.create({ loadBalancers: loadBalancers(81) })).rejects.toThrow(
    'The container web did not have a container port 81 defined.',
  );
  await expect(on.create({ loadBalancers: loadBalancers(80, 'app') })).rejects.toThrow(
    'The container app does not exist in the task definition.',
  );
  const targetGroupArn = await targetGroup('instances', 'instance');
  const instances = [{ targetGroupArn, containerName: 'web', containerPort: 80 }];
  await expect(on.create({ loadBalancers: instances })).rejects.toThrow(
    'has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.',
  );
});

test('tasks count when their targets are healthy', async () => {
  await on.register({ image: 'slow' });
  await listen();
  await on.create({ loadBalancers: loadBalancers(), healthCheckGracePeriodSeconds: 120 });
  await on.until(({ runningCount }) => runningCount === 2);
  await on.sandbox.advance(45_000);
  expect((await on.service()).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
  await on.until(isCompleted);
  expect(await targetStates()).toEqual(['healthy', 'healthy']);
  expect((await on.service()).deployments?.[0]?.failedTasks).toBe(0);
  expect(await on.events()).toEqual([
    '(service web) has started 2 tasks: (task) (task).',
    '(service web) registered 2 targets in (target-group arn)',
    '(service web) (deployment ecs-svc) deployment completed.',
    '(service web) has reached a steady state.',
  ]);
});

test('old tasks leave their target groups before their containers stop, and the deployment waits for that', async () => {
  await on.register();
  await listen();
  await on.create({ desiredCount: 1, loadBalancers: loadBalancers() });
  await on.until(isCompleted);
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', forceNewDeployment: true }));
  let fewest = 2;
  await on.until((service) => {
    fewest = Math.min(fewest, service.runningCount ?? 0);
    return (
      service.events?.some(({ message }) => message?.includes('has begun draining connections on 1 tasks.')) ?? false
    );
  });
  expect(fewest).toBe(1);
  expect(await targetStates()).toEqual(['draining', 'healthy']);
  expect((await on.tasks('STOPPED'))[0]?.lastStatus).toBe('DEACTIVATING');
  expect((await on.service()).deployments).toHaveLength(2);
  const drainingSince = on.sandbox.now();
  const done = await on.until(isCompleted);
  expect(on.sandbox.now() - drainingSince).toBeGreaterThanOrEqual(55_000);
  expect(done.deployments).toHaveLength(1);
  expect((await on.events()).slice(-5)).toEqual([
    '(service web) has stopped 1 running tasks: (task).',
    '(service web) deregistered 1 targets in (target-group arn)',
    '(service web, taskSet ecs-svc) has begun draining connections on 1 tasks.',
    '(service web) (deployment ecs-svc) deployment completed.',
    '(service web) has reached a steady state.',
  ]);
});

test('tasks that fail the target group health checks are stopped, and fail the deployment', async () => {
  await on.register();
  await listen();
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
  await on.create({ loadBalancers: loadBalancers(), deploymentConfiguration });
  await on.until(isCompleted);
  await on.register({ image: 'broken' });
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web' }));
  await on.until(({ events }) => events?.some(({ message }) => message?.includes('rolling back')) ?? false);
  const unhealthy = (await on.events()).find((event) => event.includes('is unhealthy in'));
  expect(unhealthy).toMatch(
    /^\(service web\) \(task\) \(port 80\) is unhealthy in \(target-group arn\) due to \(reason .*503.*\)\.$/,
  );
  const stopped = (await on.tasks('STOPPED')).map(({ stoppedReason }) => stoppedReason);
  expect(stopped).toContain(`Task failed ELB health checks in (target-group ${group})`);
  await on.until(isCompleted);
  expect(await targetStates()).toContain('healthy');
});

test('failures within the grace period do not count', async () => {
  await on.register({ image: 'slow' });
  await listen();
  await on.create({ desiredCount: 1, loadBalancers: loadBalancers(), healthCheckGracePeriodSeconds: 90 });
  const done = await on.until(isCompleted);
  expect(done.deployments?.[0]?.failedTasks).toBe(0);
  expect(await on.tasks('STOPPED')).toEqual([]);
});
