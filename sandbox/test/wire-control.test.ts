import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeServicesCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import * as ecsSdk from '@aws-sdk/client-ecs';
import * as elbSdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as taggingSdk from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../src/index.ts';
import type { Service } from '../src/kernel/service.ts';
import { rateOf } from '../src/wire/rates.ts';
import { clientSettings } from './clients.ts';

let sandbox: Sandbox;
let registered = 0;

const services: readonly Service[] = [
  {
    name: 'ecs',
    sdk: ecsSdk,
    model: 'ecs',
    handlers: {
      DescribeServices: () => ({ services: [] }),
      RegisterTaskDefinition: () => {
        registered += 1;
        return {};
      },
    },
    listeners: () => ({ 'arn:listener/a': { host: '127.0.0.1', port: 1 } }),
  },
  { name: 'elasticloadbalancing', sdk: elbSdk, model: 'elbv2', handlers: { DescribeRules: () => ({ Rules: [] }) } },
  {
    name: 'tagging',
    sdk: taggingSdk,
    model: 'resourcegroupstaggingapi',
    handlers: { GetResources: () => ({ ResourceTagMappingList: [] }) },
  },
];

beforeEach(async () => {
  registered = 0;
  sandbox = await startSandbox({ port: 0, time: 'stepped', startAt: 0 }, services);
});
afterEach(() => sandbox.close());

const register = new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [] });
const describeServices = new DescribeServicesCommand({ services: ['web'] });

function ecs(accessKeyId?: string, region = 'eu-west-1'): ECSClient {
  return new ECSClient({ ...clientSettings(sandbox.url, accessKeyId), region });
}

/** How many calls in a row are let through, of at most 200. */
async function burst(send: () => Promise<unknown>): Promise<{ passed: number; error: unknown }> {
  for (let passed = 0; passed < 200; passed++) {
    try {
      await send();
    } catch (error) {
      return { passed, error };
    }
  }
  return { passed: 200, error: undefined };
}

async function control(method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, init);
  return { status: answer.status, json: await answer.json() };
}

describe('throttling', () => {
  test('Throttling: a burst empties the bucket, and it fills again at its rate in sandbox time', async () => {
    const client = ecs();
    const first = await burst(() => client.send(register));
    expect(first.passed).toBe(20);
    expect(first.error).toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    });
    await sandbox.advance(3000);
    expect((await burst(() => client.send(register))).passed).toBe(3);
    expect((await burst(() => client.send(describeServices))).passed).toBe(100);
  });

  test('Throttling: accounts and regions have buckets of their own', async () => {
    expect((await burst(() => ecs().send(register))).passed).toBe(20);
    expect((await burst(() => ecs('444455556666').send(register))).passed).toBe(20);
    expect((await burst(() => ecs(undefined, 'us-east-1').send(register))).passed).toBe(20);
  });

  test('Throttling: each service has its own word for it', async () => {
    const elb = new ElasticLoadBalancingV2Client(clientSettings(sandbox.url));
    const rules = await burst(() => elb.send(new DescribeRulesCommand({})));
    expect(rules).toMatchObject({ passed: 40, error: { name: 'Throttling', message: 'Rate exceeded' } });
    const tagging = new taggingSdk.ResourceGroupsTaggingAPIClient(clientSettings(sandbox.url));
    const resources = await burst(() => tagging.send(new taggingSdk.GetResourcesCommand({})));
    expect(resources).toMatchObject({ passed: 15, error: { name: 'ThrottledException' } });
  });

  test('Throttling: STS and CloudWatch have the documented rates', () => {
    expect(rateOf('sts', 'GetCallerIdentity')).toMatchObject({ perSecond: 600 });
    expect(rateOf('monitoring', 'PutMetricAlarm')).toMatchObject({ burst: 3, perSecond: 3 });
    expect(rateOf('monitoring', 'DescribeAlarms')).toMatchObject({ perSecond: 9 });
    expect(rateOf('application-autoscaling', 'PutScalingPolicy')).toBeUndefined();
  });

  test('Throttling: a bucket is as empty after a restore as it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    await burst(() => ecs().send(register));
    await sandbox.snapshot(folder);
    const restored = await startSandbox({ port: 0, time: 'stepped', restore: folder }, services);
    const client = new ECSClient(clientSettings(restored.url));
    expect((await burst(() => client.send(register))).passed).toBe(0);
    await restored.advance(2000);
    expect((await burst(() => client.send(register))).passed).toBe(2);
    await restored.close();
    await rm(folder, { recursive: true });
  });

  test('Throttling: it can be turned off', async () => {
    const free = await startSandbox({ port: 0, throttle: false, time: 'stepped' }, services);
    const client = new ECSClient(clientSettings(free.url));
    expect((await burst(() => client.send(register))).passed).toBe(200);
    await free.close();
  });
});

const pattern = async (): Promise<string> => {
  const seeded = await startSandbox({ port: 0, seed: 7, time: 'stepped' }, services);
  seeded.fault({ service: 'ecs', operation: '*', effect: 'throttle', probability: 0.5 });
  const client = new ECSClient(clientSettings(seeded.url));
  let hits = '';
  for (let i = 0; i < 20; i++)
    hits += await client.send(describeServices).then(
      () => '.',
      () => 'x',
    );
  await seeded.close();
  return hits;
};

describe('faults', () => {
  test('a rule hits its operation as often as it says', async () => {
    sandbox.fault({ service: 'ecs', operation: 'RegisterTaskDefinition', effect: 'serverError', times: 1 });
    expect(await ecs().send(describeServices)).toMatchObject({ services: [] });
    await expect(ecs().send(register)).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    await ecs().send(register);
    expect(registered).toBe(1);
  });

  test('dropAnswer makes the change and cuts the connection', async () => {
    sandbox.fault({ service: '*', operation: 'RegisterTaskDefinition', effect: 'dropAnswer', times: 1 });
    await expect(ecs().send(register)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(registered).toBe(1);
  });

  test('throttle and expiredCredentials answer as AWS does, and nothing is changed', async () => {
    sandbox.fault({ service: 'ecs', operation: '*', effect: 'throttle', times: 1 });
    await expect(ecs().send(register)).rejects.toMatchObject({ name: 'ThrottlingException' });
    sandbox.fault({ service: 'elbv2', operation: '*', effect: 'expiredCredentials' });
    const elb = new ElasticLoadBalancingV2Client(clientSettings(sandbox.url));
    await expect(elb.send(new DescribeRulesCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
    sandbox.clearFaults();
    await elb.send(new DescribeRulesCommand({}));
    expect(registered).toBe(0);
  });

  test('delay holds the call back', async () => {
    sandbox.fault({ service: 'ecs', operation: '*', effect: 'delay', delayMs: 50, times: 1 });
    const before = performance.now();
    await ecs().send(describeServices);
    expect(performance.now() - before).toBeGreaterThanOrEqual(49);
  });

  test('a probability hits the same calls with the same seed', async () => {
    const first = await pattern();
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);
    expect(await pattern()).toBe(first);
  });
});

describe('control API', () => {
  test('calls are counted by service and operation, and can be reset', async () => {
    await ecs().send(describeServices);
    await ecs().send(describeServices);
    await ecs().send(register);
    const counts = { 'ecs:DescribeServices': 2, 'ecs:RegisterTaskDefinition': 1 };
    expect(sandbox.calls()).toEqual(counts);
    expect((await control('GET', 'calls')).json).toEqual(counts);
    await control('DELETE', 'calls');
    expect(sandbox.calls()).toEqual({});
  });

  test('the clock is shown and stepped', async () => {
    expect((await control('GET', 'clock')).json).toEqual({ now: 0, time: '1970-01-01T00:00:00.000Z' });
    expect((await control('POST', 'advance', { ms: 1500 })).json).toMatchObject({ now: 1500 });
    expect(sandbox.now()).toBe(1500);
    expect(await control('POST', 'advance', { ms: 'soon' })).toEqual({
      status: 400,
      json: { error: 'expected {"ms": milliseconds}, found "soon"' },
    });
    expect((await control('POST', 'advance', { ms: -1 })).status).toBe(400);
  });

  test('faults are added, listed with what is left of them, and cleared', async () => {
    const rule = { service: 'ecs', operation: 'DescribeServices', effect: 'throttle', times: 2 };
    expect((await control('POST', 'faults', rule)).json).toEqual([rule]);
    await expect(ecs().send(describeServices)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect((await control('GET', 'faults')).json).toEqual([{ ...rule, times: 1 }]);
    expect((await control('DELETE', 'faults')).json).toEqual([]);
    await ecs().send(describeServices);
    expect(await control('POST', 'faults', { effect: 'explode' })).toEqual({
      status: 400,
      json: { error: expect.stringContaining('effect is "explode"; expected one of throttle, serverError') },
    });
    expect((await control('POST', 'faults', { effect: 'throttle', count: 1 })).json).toEqual({
      error: expect.stringContaining('count is no field of a fault rule'),
    });
  });

  test('state, listeners, the overview and unknown paths answer in JSON', async () => {
    expect((await control('GET', 'state')).json).toMatchObject({ now: 0, timers: [], slices: [] });
    expect((await control('GET', 'listeners')).json).toEqual({ 'arn:listener/a': { host: '127.0.0.1', port: 1 } });
    expect((await control('GET', '')).json).toMatchObject({
      status: 'ok',
      services: ['ecs', 'elasticloadbalancing', 'tagging'],
    });
    expect((await control('GET', 'nothing')).status).toBe(404);
  });

  test('web pages of other sites are refused', async () => {
    const send = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE', headers });
    expect((await send({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await send({ origin: sandbox.url })).status).toBe(200);
    const rebound = await new Promise((resolve) => {
      request(`${sandbox.url}/_sandbox/state`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(rebound).toBe(403);
  });
});
