import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, freshPass } from '../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import type { Desired } from '../../core/driver.ts';
import { WaitError } from '../../core/errors.ts';
import { scalingPolicyKind as kind } from './index.ts';
import type { LiveScaling } from './live.ts';

let it: Sandboxed;
let arn: string;

/** A Friday evening. */
const FRIDAY = Date.UTC(2026, 2, 6, 20);
const HOUR = 3_600_000;

beforeEach(async () => {
  it = await sandboxed({ startAt: FRIDAY });
  await it.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  const task = { family: 'api', containerDefinitions: [{ name: 'web', image: 'example/web:1', memory: 128 }] };
  await it.aws.ecs.send(new RegisterTaskDefinitionCommand(task));
  const input = { cluster: 'main', serviceName: 'api', taskDefinition: 'api', desiredCount: 1 };
  arn = (await it.aws.ecs.send(new CreateServiceCommand(input))).service?.serviceArn ?? '';
});
afterEach(async () => it.close());

const policy = (more: Partial<ScalingPolicySpec> = {}): Desired<ScalingPolicySpec> =>
  desiredOf(
    'ScalingPolicy/api',
    {
      target: { service: 'api' },
      minCapacity: 1,
      maxCapacity: 5,
      scheduled: [
        { schedule: 'cron(0 6 ? * SAT *)', minCapacity: 3, maxCapacity: 9 },
        { schedule: 'cron(0 22 ? * SUN *)', minCapacity: 0, maxCapacity: 0 },
      ],
      ...more,
    },
    { 'Service/api': { arn } },
  );
const look = async (desired: Desired<ScalingPolicySpec>): Promise<LiveScaling> => {
  const live = await kind.driver(it.aws).observe({ desired, recorded: [] }, freshPass(it));
  if (live === undefined) throw new Error('the scalable target is not there');
  return live;
};
const limitsOf = ({ target }: LiveScaling): unknown[] => [target.MinCapacity, target.MaxCapacity];

test('it is made with the limits of the window that is open now, and stays in sync through the next one', async () => {
  const desired = policy();
  // On a Friday the last action was that of Sunday evening.
  expect(limitsOf(await converge({ kind, ...it }, desired))).toEqual([0, 0]);
  for (const [hours, limits] of [
    [9.9, [0, 0]],
    [0.2, [3, 9]],
    [30, [3, 9]],
    [10, [0, 0]],
  ] as const) {
    await it.sandbox.advance(hours * HOUR);
    const live = await look(desired);
    expect(limitsOf(live)).toEqual(limits);
    expect(kind.driver(it.aws).diff(desired, live)).toEqual([]);
  }
});

test("the count of the service is the autoscaler's within the limits of now", async () => {
  const desired = policy({ scheduled: [] });
  const driver = kind.driver(it.aws);
  expect(driver.claims(desired, undefined)[0]).toMatchObject({
    on: 'Service/api',
    path: '/desiredCount',
    holds: { between: [1, 5] },
  });
  await converge({ kind, ...it }, policy());
  await it.sandbox.advance(12 * HOUR);
  expect(driver.claims(desired, await look(desired))[0]?.holds).toEqual({ between: [3, 9] });
  const elsewhere = desiredOf<ScalingPolicySpec>('ScalingPolicy/x', {
    target: { resourceId: 'service/a/b' },
    minCapacity: 1,
    maxCapacity: 2,
  });
  expect(driver.claims(elsewhere, undefined)).toEqual([]);
});

test('suspended scaling is Suspended, and goes on when Git says so', async () => {
  const suspended = policy({ suspend: { scaleIn: true, scheduled: true } });
  const live = await converge({ kind, ...it }, suspended);
  expect(kind.driver(it.aws).health(suspended, live, new Date(it.sandbox.now()))).toMatchObject({
    status: 'Suspended',
    message: 'scale-in, scheduled actions suspended; between 1 and 5 tasks',
  });
  const resumed = await converge({ kind, ...it }, policy());
  expect(kind.driver(it.aws).health(policy(), resumed, new Date(it.sandbox.now())).status).toBe('Healthy');
});

test('an action that happened once is neither drift nor made again', async () => {
  const desired = policy({ scheduled: [{ schedule: 'at(2026-03-06T21:00:00)', minCapacity: 2, maxCapacity: 4 }] });
  await converge({ kind, ...it }, desired);
  await it.sandbox.advance(2 * HOUR);
  const live = await converge({ kind, ...it }, desired);
  expect(limitsOf(live)).toEqual([2, 4]);
  expect(kind.driver(it.aws).diff(desired, live)).toEqual([]);
});

test('outputs give the ARN of each policy for alarms', async () => {
  const step = [
    {
      policyName: 'burst',
      adjustmentType: 'ExactCapacity' as const,
      stepAdjustments: [{ metricIntervalLowerBound: 0, scalingAdjustment: 4 }],
    },
  ];
  const live = await converge({ kind, ...it }, policy({ step }));
  expect(kind.driver(it.aws).outputs(live)['policyArn(burst)']).toMatch(/:scalingPolicy:.*policyName\/burst/);
});

test('a service that does not exist yet is waited for', async () => {
  const desired = { ...policy(), needs: {} };
  await expect(kind.driver(it.aws).ensure(desired, undefined, freshPass(it))).rejects.toThrow(WaitError);
});
