import {
  CreateListenerCommand,
  DeleteListenerCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forwardTo, LoadBalancerRig } from '../../proxy/testing/load-balancer.ts';
import { smallServer } from '../../proxy/testing/small-server.ts';
import { type StandIns, startWithStandIns } from '../../proxy/testing/stand-ins.ts';
import { loadBalancingPort } from './port.ts';

const scope = { accountId: '123456789012', region: 'eu-central-1' };
const Id = '10.0.0.1';
let rig: StandIns;
let balancer: LoadBalancerRig;
let group: string;
beforeEach(async () => {
  rig = await startWithStandIns();
  balancer = await LoadBalancerRig.create(rig, 'web');
  group = await balancer.targetGroup('web', { HealthCheckIntervalSeconds: 30, HealthCheckTimeoutSeconds: 5 });
});
afterEach(() => rig.sandbox.close());

const status = (code: number) => void rig.backends.set(`${Id}:80`, { kind: 'scripted', status: code });
const register = () => balancer.elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id }] }));
const deregister = () => balancer.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id }] }));
const listen = () => balancer.listener(80, [forwardTo({ [group]: 1 })]);
async function health(targets = [{ Id, Port: 80 }]) {
  const found = await balancer.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group, Targets: targets }));
  return found.TargetHealthDescriptions?.[0]?.TargetHealth;
}

test('a new target is initial and needs one passed health check', async () => {
  status(200);
  await listen();
  await register();
  expect(await health()).toEqual({
    State: 'initial',
    Reason: 'Elb.RegistrationInProgress',
    Description: 'Target registration is in progress',
  });
  await rig.sandbox.advance(2000);
  expect(await health()).toEqual({ State: 'healthy' });
});

test('a new target whose checks fail is initial until the unhealthy threshold', async () => {
  status(500);
  await listen();
  await register();
  await rig.sandbox.advance(2000);
  expect(await health()).toMatchObject({ State: 'initial', Reason: 'Elb.InitialHealthChecking' });
  await rig.sandbox.advance(30_000);
  expect(await health()).toEqual({
    State: 'unhealthy',
    Reason: 'Target.ResponseCodeMismatch',
    Description: 'Health checks failed with these codes: [500]',
  });
});

test('a healthy target becomes unhealthy after the threshold and healthy again after the other', async () => {
  status(200);
  await listen();
  await register();
  await rig.sandbox.advance(2000);
  status(503);
  await rig.sandbox.advance(30_000);
  expect(await health()).toMatchObject({ State: 'healthy' });
  await rig.sandbox.advance(30_000);
  expect(await health()).toMatchObject({ State: 'unhealthy' });
  status(200);
  await rig.sandbox.advance(4 * 30_000);
  expect(await health()).toMatchObject({ State: 'unhealthy' });
  await rig.sandbox.advance(30_000);
  expect(await health()).toEqual({ State: 'healthy' });
});

test('an address that nobody has times out, a port that refuses fails', async () => {
  await listen();
  await register();
  await rig.sandbox.advance(32_000);
  expect(await health()).toMatchObject({
    State: 'unhealthy',
    Reason: 'Target.Timeout',
    Description: 'Request timed out',
  });
  const gone = await smallServer('gone');
  await gone.stop();
  rig.backends.set(`${Id}:80`, { kind: 'http', host: '127.0.0.1', port: gone.port });
  await rig.sandbox.advance(30_000);
  expect(await health()).toMatchObject({ Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' });
});

test('the matcher decides which codes are healthy', async () => {
  status(301);
  await balancer.elb.send(
    new ModifyTargetGroupCommand({ TargetGroupArn: group, Matcher: { HttpCode: '200,300-302' } }),
  );
  await listen();
  await register();
  await rig.sandbox.advance(2000);
  expect(await health()).toEqual({ State: 'healthy' });
});

test('health checks ask real targets for the health check path', async () => {
  const asked: string[] = [];
  const server = await smallServer('task', (request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['user-agent']}`);
    response.end();
  });
  await balancer.elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: group, HealthCheckPath: '/health?deep' }));
  await listen();
  await balancer.register(group, Id, server.port);
  await rig.sandbox.advance(62_000);
  await server.stop();
  expect(asked).toEqual(Array(3).fill('GET /health?deep ELB-HealthChecker/2.0'));
});

test('a deregistered target drains for the deregistration delay, then it is not registered', async () => {
  status(200);
  await listen();
  await register();
  await rig.sandbox.advance(2000);
  await deregister();
  expect(await health()).toEqual({
    State: 'draining',
    Reason: 'Target.DeregistrationInProgress',
    Description: 'Target deregistration is in progress',
  });
  await rig.sandbox.advance(299_999);
  expect(await health()).toMatchObject({ State: 'draining' });
  await rig.sandbox.advance(1);
  expect(await health()).toMatchObject({ State: 'unused', Reason: 'Target.NotRegistered' });
});

test('a draining target that is registered again is initial', async () => {
  status(200);
  await listen();
  await register();
  await rig.sandbox.advance(2000);
  await deregister();
  await register();
  expect(await health()).toMatchObject({ State: 'initial' });
  await rig.sandbox.advance(600_000);
  expect(await health()).toEqual({ State: 'healthy' });
});

test('targets of a target group without a listener are unused', async () => {
  status(200);
  await register();
  expect(await health()).toEqual({
    State: 'unused',
    Reason: 'Target.NotInUse',
    Description: 'Target group is not configured to receive traffic from the load balancer',
  });
  const listener = await listen();
  expect(await health()).toMatchObject({ State: 'initial' });
  await rig.sandbox.advance(2000);
  expect(await health()).toEqual({ State: 'healthy' });
  await balancer.elb.send(new DeleteListenerCommand({ ListenerArn: listener }));
  expect(await health()).toMatchObject({ State: 'unused', Reason: 'Target.NotInUse' });
});

test('health checks wait for the load balancer to be active', async () => {
  status(200);
  const young = await LoadBalancerRig.create(rig, 'young');
  const other = await young.targetGroup('young');
  group = other;
  await register();
  await young.elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: young.arn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [forwardTo({ [other]: 1 })],
    }),
  );
  await rig.sandbox.advance(2000);
  expect(await health()).toEqual({ State: 'healthy' });
});

test('ECS sees target groups with their load balancers, and the health of its targets', async () => {
  const port = loadBalancingPort(rig.world);
  const target = { id: Id, port: 80 };
  expect(port.targetGroup(scope, group)).toEqual({ targetType: 'ip', loadBalancerArns: [] });
  await listen();
  expect(port.targetGroup(scope, group)?.loadBalancerArns).toEqual([balancer.arn]);
  expect(port.targetGroup(scope, `${group}x`)).toBeUndefined();
  status(200);
  port.register(scope, group, target);
  await rig.sandbox.advance(2000);
  expect(port.health(scope, group, target)).toEqual({ state: 'healthy' });
  port.deregister(scope, group, target);
  expect(port.health(scope, group, target)?.state).toBe('draining');
  await rig.sandbox.advance(300_000);
  expect(port.health(scope, group, target)).toBeUndefined();
});

test('unhealthyTargets: health checks of the target group fail while the rule is there', async () => {
  status(200);
  await listen();
  await register();
  await rig.sandbox.advance(2000);
  expect(await health()).toEqual({ State: 'healthy' });
  rig.sandbox.fault({ effect: 'unhealthyTargets', target: 'web' });
  await rig.sandbox.advance(60_000);
  expect(await health()).toEqual({
    State: 'unhealthy',
    Reason: 'Target.ResponseCodeMismatch',
    Description: 'Health checks failed with these codes: [503]',
  });
  rig.sandbox.clearFaults();
  await rig.sandbox.advance(150_000);
  expect(await health()).toEqual({ State: 'healthy' });
});
