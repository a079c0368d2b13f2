import { DeleteTargetGroupCommand, ModifyTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driverContract } from '../../../test/driver-contract.ts';
import { converge, freshPass, removed } from '../../../test/converge.ts';
import { desiredOf, ownerOf, type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import { targetGroupKind as kind } from './index.ts';
import type { LiveTargetGroup } from './live.ts';

const spec: TargetGroupSpec = { vpcId: 'vpc-1', protocol: 'HTTP', port: 8000, blueGreen: true, tags: { team: 'shop' } };
const single: TargetGroupSpec = { ...spec, blueGreen: false };

driverContract('TargetGroup that is a pair', async () => {
  const { sandbox, aws, close } = await sandboxed();
  return {
    kind,
    sandbox,
    aws,
    owner: ownerOf('TargetGroup/api'),
    desired: desiredOf('TargetGroup/api', spec),
    changed: desiredOf<TargetGroupSpec>('TargetGroup/api', { ...spec, healthCheck: { path: '/ready' }, tags: {} }),
    drift: async ({ arn }) => {
      await aws.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, UnhealthyThresholdCount: 7 }));
    },
    close,
  };
});

let it: Sandboxed;
beforeEach(async () => {
  it = await sandboxed();
});
afterEach(() => it.close());

const pair = desiredOf('TargetGroup/api', spec);
const look = async (desired = pair): Promise<LiveTargetGroup> => {
  const live = await kind.driver(it.aws).observe({ desired, recorded: [] }, freshPass(it));
  if (live === undefined) throw new Error('the target group is not there');
  return live;
};
const paths = async (desired = pair): Promise<readonly string[]> =>
  kind
    .driver(it.aws)
    .diff(desired, await look(desired))
    .map(({ path }) => path);

test('a pair is two target groups of the same settings, and both are told', async () => {
  const live = await converge({ kind, ...it }, pair);
  const { TargetGroupArn: _, TargetGroupName: __, ...primary } = live.targetGroup;
  const { TargetGroupArn: ___, TargetGroupName: ____, ...alternate } = live.alternate?.targetGroup ?? {};
  expect(alternate).toEqual(primary);
  expect(live.alternate?.tags).toEqual(live.tags);
  const outputs = kind.driver(it.aws).outputs(live);
  expect(outputs['alternateArn']).toBe(live.alternate?.arn);
  expect(outputs['alternateFullName']).toMatch(/^targetgroup\//);
  expect(kind.driver(it.aws).parts(live)).toHaveLength(2);
});

test('what somebody changes in the alternate alone is seen, and put right', async () => {
  const live = await converge({ kind, ...it }, pair);
  const change = { TargetGroupArn: live.alternate?.arn, HealthCheckPath: '/by-hand' };
  await it.aws.elbv2.send(new ModifyTargetGroupCommand(change));
  expect(await paths()).toEqual(['/healthCheck/path']);
  await converge({ kind, ...it }, pair);
  expect(await paths()).toEqual([]);
});

test('an alternate that somebody deletes is made again', async () => {
  const live = await converge({ kind, ...it }, pair);
  await it.aws.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: live.alternate?.arn }));
  expect(await paths()).toEqual(['/blueGreen']);
  await converge({ kind, ...it }, pair);
  expect(await paths()).toEqual([]);
});

test('a target group becomes a pair, and one alone again, and keeps its ARN', async () => {
  const alone = desiredOf('TargetGroup/api', single);
  const { arn } = await converge({ kind, ...it }, alone);
  expect((await converge({ kind, ...it }, pair)).arn).toBe(arn);
  expect(await paths(alone)).toEqual(['/blueGreen']);
  const live = await converge({ kind, ...it }, alone);
  expect([live.arn, live.alternate]).toEqual([arn, undefined]);
});

test('both go when the manifest goes', async () => {
  await converge({ kind, ...it }, pair);
  await removed({ kind, ...it }, pair);
  await expect(look()).rejects.toThrow('not there');
});

test('a forced name has its alternate under it', async () => {
  const live = await converge({ kind, ...it }, desiredOf('TargetGroup/api', { ...spec, nameOverride: 'orders' }));
  expect([live.name, live.alternate?.name]).toEqual(['orders', 'orders-alt']);
});

test('an alternate with the tasks of the service is not taken away', () => {
  const group = { arn: 'arn:a', name: 'a', targetGroup: {}, attributes: {}, tags: {}, targets: [] };
  const alternate = {
    ...group,
    arn: 'arn:b',
    targets: [{ Target: { Id: '10.0.0.1' }, TargetHealth: { State: 'healthy' as const } }],
  };
  const [change] = kind
    .driver(it.aws)
    .diff(desiredOf('TargetGroup/api', single), { ...group, alternate, offersAlternate: true })
    .filter(({ path }) => path === '/blueGreen');
  expect(change?.refused).toMatch(/keep blueGreen: true/);
});
