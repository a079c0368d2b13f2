import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, freshPass, steppingClock } from '../../../test/converge.ts';
import { ACCOUNT, desiredOf, REGION, type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import type { CallMiddleware } from '../../aws/calls.ts';
import { connect } from '../../aws/connect.ts';
import type { AwsContext } from '../../aws/context.ts';
import type { Desired } from '../../core/driver.ts';
import { WaitError } from '../../core/errors.ts';
import { lowestFree } from './driver.ts';
import { listenerRuleKind as kind } from './index.ts';

let it: Sandboxed;
let listeners: Record<number, string>;

beforeEach(async () => {
  it = await sandboxed();
  const input = { Name: 'public', Subnets: ['subnet-a', 'subnet-b'] };
  const { LoadBalancers = [] } = await it.aws.elbv2.send(new CreateLoadBalancerCommand(input));
  listeners = {};
  for (const Port of [80, 81]) {
    const { Listeners = [] } = await it.aws.elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
        Port,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      }),
    );
    listeners[Port] = Listeners[0]?.ListenerArn ?? '';
  }
});
afterEach(async () => it.close());

const rule = (more: Partial<ListenerRuleSpec> = {}, name = 'reports'): Desired<ListenerRuleSpec> =>
  desiredOf(
    `ListenerRule/${name}`,
    {
      listener: { loadBalancer: 'public', port: 80 },
      when: { pathPattern: ['/x'] },
      then: { fixedResponse: { statusCode: 200 } },
      ...more,
    },
    {
      'LoadBalancer/public': Object.fromEntries(
        Object.entries(listeners).map(([port, arn]) => [`listenerArn(${port})`, arn]),
      ),
    },
  );

/** Clients of the same sandbox whose calls pass through `middleware`. */
async function connectedTo(middleware: CallMiddleware): Promise<{ readonly aws: AwsContext; close(): void }> {
  const aws = await connect(
    { accountId: ACCOUNT, region: REGION },
    {
      clock: steppingClock(it.sandbox),
      endpoint: it.sandbox.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      middleware: [middleware],
    },
  );
  return { aws, close: () => aws.close() };
}

async function taken(...priorities: number[]): Promise<void> {
  for (const Priority of priorities) {
    await it.aws.elbv2.send(
      new CreateRuleCommand({
        ListenerArn: listeners[80],
        Priority,
        Conditions: [{ Field: 'path-pattern', Values: ['/y'] }],
        Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      }),
    );
  }
}

test('auto takes the lowest free priority and keeps it when a lower one becomes free', async () => {
  await taken(1, 2, 4);
  expect((await converge({ kind, ...it }, rule())).priority).toBe(3);
  expect((await converge({ kind, ...it }, rule({}, 'second'))).priority).toBe(5);
  const live = await converge({ kind, ...it }, rule({ when: { pathPattern: ['/z'] } }));
  expect(live.priority).toBe(3);
});

test('every priority can be taken', () => {
  expect(lowestFree(new Set())).toBe(1);
  expect(lowestFree(new Set(Array.from({ length: 49_999 }, (_, index) => index + 1)))).toBe(50_000);
  const all = new Set(Array.from({ length: 50_000 }, (_, index) => index + 1));
  expect(() => lowestFree(all)).toThrow('every priority from 1 to 50000 is taken');
});

test('another priority moves the rule and does not make a new one', async () => {
  const before = await converge({ kind, ...it }, rule({ priority: 10 }));
  const after = await converge({ kind, ...it }, rule({ priority: 20 }));
  expect([after.arn, after.priority]).toEqual([before.arn, 20]);
});

test('another listener replaces the rule, and the old one is found by its record', async () => {
  const before = await converge({ kind, ...it }, rule());
  const moved = rule({ listener: { loadBalancer: 'public', port: 81 } });
  const recorded = kind.driver(it.aws).parts(before);
  const seen = await kind.driver(it.aws).observe({ desired: moved, recorded }, freshPass(it));
  if (seen === undefined) throw new Error('the rule was not found by its record');
  expect(kind.driver(it.aws).diff(moved, seen)).toEqual([
    { part: 'elbv2:listener-rule', path: '/listener', from: listeners[80], to: listeners[81], effect: 'replaces' },
  ]);
  const after = await converge({ kind, ...it }, moved);
  expect(after.listenerArn).toBe(listeners[81]);
  expect((await kind.driver(it.aws).observe({ recorded }, freshPass(it)))?.arn).toBe(before.arn);
});

test("somebody else's rule with the declared priority is shown with its owner, to be adopted or refused", async () => {
  await taken(10);
  const live = await kind.driver(it.aws).observe({ desired: rule({ priority: 10 }), recorded: [] }, freshPass(it));
  if (live === undefined) throw new Error('the rule was not seen');
  expect(kind.driver(it.aws).parts(live)[0]?.tags).toEqual({});
});

test('a free priority that another rule takes in between is chosen anew', async () => {
  let raced = 0;
  const connected = await connectedTo(async (call, send) => {
    if (call.operation === 'CreateRule' && raced++ === 0) await taken(1);
    return send();
  });
  const live = await converge({ kind, sandbox: it.sandbox, aws: connected.aws }, rule());
  expect([live.priority, raced]).toEqual([2, 2]);
  connected.close();
});

test('a rule that was made and does not show yet is waited for, and not made twice', async () => {
  const desired = rule({ priority: 10 });
  const driver = kind.driver(it.aws);
  await driver.ensure(desired, undefined, freshPass(it));
  await expect(driver.ensure(desired, undefined, freshPass(it))).rejects.toThrow(WaitError);
  expect((await converge({ kind, ...it }, desired)).priority).toBe(10);
});

test('a listener that does not exist yet is waited for', async () => {
  const desired = rule({ listener: { loadBalancer: 'public', port: 443 } });
  await expect(kind.driver(it.aws).ensure(desired, undefined, freshPass(it))).rejects.toThrow(WaitError);
});
