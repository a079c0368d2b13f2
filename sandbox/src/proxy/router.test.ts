import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RoutedRequest } from './request.ts';
import { route } from './router.ts';
import { forwardTo, LoadBalancerRig } from './testing/load-balancer.ts';
import { type StandIns, startWithStandIns } from './testing/stand-ins.ts';

const scope = { accountId: '123456789012', region: 'eu-central-1' };
const request: RoutedRequest = {
  method: 'GET',
  host: 'a.example.com',
  url: '/a?b=c',
  headers: {},
  sourceIp: '192.0.2.1',
};
let rig: StandIns;
let balancer: LoadBalancerRig;
beforeEach(async () => {
  rig = await startWithStandIns();
  balancer = await LoadBalancerRig.create(rig, 'web');
});
afterEach(() => rig.sandbox.close());

test('in the simulated runtime requests are routed without a listener being served', async () => {
  const [blue, green] = [await balancer.targetGroup('blue'), await balancer.targetGroup('green')];
  const listener = await balancer.listener(80, [forwardTo({ [blue]: 3, [green]: 1 })]);
  await balancer.register(blue, '10.0.0.1', 1);
  await balancer.register(green, '10.0.0.2', 1);
  rig.backends.set('10.0.0.1:80', { kind: 'scripted', status: 200 });
  rig.backends.set('10.0.0.2:80', { kind: 'scripted', status: 200 });
  await rig.sandbox.advance(2000);
  expect(rig.sandbox.listeners()).toEqual({});
  const groups = Array.from({ length: 8 }, () => {
    const decision = route(rig.world, scope, listener, request);
    return decision.kind === 'forward' ? decision.group.name : decision.kind;
  });
  expect(groups.filter((name) => name === 'blue')).toHaveLength(6);
  expect(groups.filter((name) => name === 'green')).toHaveLength(2);
});

test('redirects keep the parts that they do not name', async () => {
  const listener = await balancer.listener(80, [
    { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
  ]);
  expect(route(rig.world, scope, listener, request)).toEqual({
    kind: 'redirect',
    status: 301,
    location: 'https://a.example.com/a?b=c',
  });
});

test('target health goes on after a snapshot is restored', async () => {
  const group = await balancer.targetGroup('web');
  await balancer.listener(80, [forwardTo({ [group]: 1 })]);
  await balancer.register(group, '10.0.0.1', 1);
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  await rig.sandbox.snapshot(folder);
  const restored = await startWithStandIns({ restore: folder });
  await rm(folder, { recursive: true });
  restored.backends.set('10.0.0.1:80', { kind: 'scripted', status: 200 });
  const elb = new ElasticLoadBalancingV2Client(restored.client);
  const state = async () =>
    (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }))).TargetHealthDescriptions?.[0]
      ?.TargetHealth?.State;
  expect(await state()).toBe('initial');
  await restored.sandbox.advance(2000);
  expect(await state()).toBe('healthy');
  await restored.sandbox.close();
});
