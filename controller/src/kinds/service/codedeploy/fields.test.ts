import { ListApplicationsCommand } from '@aws-sdk/client-codedeploy';
import { ModifyListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, converged, freshPass } from '../../../../test/converge.ts';
import type { CodeDeployDeployment } from '../../../api/deployment.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import { serviceKind } from '../index.ts';
import { bed, type Bed, look, manifest, serving, shares } from './testing/bed.ts';

let on: Bed;
beforeEach(async () => {
  on = await bed();
});
afterEach(() => on.close());

const TEST_LISTENER = { loadBalancer: 'public', port: 8080 };

test.each<[string, Partial<CodeDeployDeployment>]>([
  ['nothing more', {}],
  ['a predefined configuration', { config: 'CodeDeployDefault.ECSLinear10PercentEvery3Minutes' }],
  ['a canary', { canary: { percent: 15, minutes: 7 } }],
  ['linear', { linear: { percent: 15, minutes: 7 } }],
  ['a ready wait that continues', { testListener: TEST_LISTENER, readyWait: { minutes: 5 } }],
  ['one that stops', { testListener: TEST_LISTENER, readyWait: { minutes: 5, then: 'Stop' } }],
  ['one for a person', { testListener: TEST_LISTENER, readyWait: { minutes: 5, then: 'Manual' } }],
  ['the longest', { testListener: TEST_LISTENER, readyWait: { minutes: 2880 } }],
  ['a termination wait', { terminateBlueAfterMinutes: 2880 }],
  ['no rollback', { autoRollback: [] }],
  [
    'every rollback',
    { autoRollback: ['DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
  ],
  ['names of its own', { applicationName: 'pcs-api', deploymentGroupName: 'pcs-api-dg' }],
])('a group with %s reads back without a difference', async (_what, codeDeploy) => {
  const desired = manifest(on, 'example/web:1', codeDeploy, { tags: { team: 'shop' } });
  const live = await converge(on.drive, desired);
  expect(serviceKind.driver(on.aws).diff(desired, live)).toEqual([]);
});

test('every setting that changes is one change in place, and is sent', async () => {
  await converge(on.drive, manifest(on, 'example/web:1'));
  const other = manifest(
    on,
    'example/web:1',
    {
      serviceRole: 'arn:aws:iam::123456789012:role/other',
      linear: { percent: 50, minutes: 1 },
      testListener: TEST_LISTENER,
      readyWait: { minutes: 5 },
      terminateBlueAfterMinutes: 15,
      autoRollback: [],
    },
    { tags: { team: 'shop' } },
  );
  const driver = serviceKind.driver(on.aws);
  const changes = driver.diff(other, await look(on, other));
  expect(changes.filter(({ effect }) => effect !== 'inPlace')).toEqual([]);
  expect(changes.map(({ part, path }) => `${part} ${path}`).toSorted()).toEqual([
    'codedeploy:application /tags/team',
    'codedeploy:deployment-group /deployment/codeDeploy/autoRollback',
    'codedeploy:deployment-group /deployment/codeDeploy/config',
    'codedeploy:deployment-group /deployment/codeDeploy/linear',
    'codedeploy:deployment-group /deployment/codeDeploy/readyWait',
    'codedeploy:deployment-group /deployment/codeDeploy/serviceRole',
    'codedeploy:deployment-group /deployment/codeDeploy/terminateBlueAfterMinutes',
    'codedeploy:deployment-group /deployment/codeDeploy/testListener',
    'codedeploy:deployment-group /tags/team',
    'ecs:service /tags/team',
  ]);
  await converge(on.drive, other);
  expect(driver.diff(other, await look(on, other))).toEqual([]);
});

test('a service that was made by others is taken over with the names of its application and group', async () => {
  const settings = { applicationName: 'pcs-prod-api', deploymentGroupName: 'pcs-prod-api-dg' };
  const desired = manifest(on, 'example/web:1', settings, { nameOverride: 'pcs-prod-api' });
  const made = await converge(on.drive, { ...desired, ownership: {} });
  const driver = serviceKind.driver(on.aws);
  expect(new Set(driver.diff(desired, made).map(({ path }) => path.split('/')[1]))).toEqual(new Set(['tags']));
  const live = await converge(on.drive, desired);
  expect(driver.diff(desired, live)).toEqual([]);
  const { codeDeploy } = rolloutClients(on.aws);
  expect((await codeDeploy.send(new ListApplicationsCommand({}))).applications).toEqual(['pcs-prod-api']);
  const group = driver.parts(live).find(({ type }) => type === 'codedeploy:deployment-group');
  expect(group?.tags).toMatchObject(desired.ownership);
});

test('a service that is in the group of somebody else is not taken into another', async () => {
  const settings = { applicationName: 'pcs-prod-api', deploymentGroupName: 'pcs-prod-api-dg' };
  await converge(on.drive, { ...manifest(on, 'example/web:1', settings), ownership: {} });
  await expect(converge(on.drive, manifest(on, 'example/web:1'))).rejects.toThrow(/ECSServiceMappingLimitExceeded/);
});

test('another name of the group takes the place of the one on record', async () => {
  const driver = serviceKind.driver(on.aws);
  const recorded = driver.parts(await converge(on.drive, manifest(on, 'example/web:1')));
  const renamed = manifest(on, 'example/web:1', { applicationName: 'pcs-api', deploymentGroupName: 'pcs-api-dg' });
  const live = await driver.observe({ desired: renamed, recorded }, freshPass(on.drive));
  await driver.ensure(renamed, live, freshPass(on.drive));
  await converge(on.drive, renamed);
  const { codeDeploy } = rolloutClients(on.aws);
  expect((await codeDeploy.send(new ListApplicationsCommand({}))).applications).toEqual(['pcs-api']);
  expect(driver.diff(renamed, await look(on, renamed))).toEqual([]);
});

test('a service that gave its group to another one takes it not along', async () => {
  const driver = serviceKind.driver(on.aws);
  const recorded = driver.parts(await converge(on.drive, manifest(on, 'example/web:1')));
  const next = manifest(on, 'example/web:1', {}, { nameOverride: 'api-2' });
  const live = await converge(on.drive, next);
  const old = await driver.observe({ recorded }, freshPass(on.drive));
  if (old === undefined) throw new Error('the old service is there still');
  await driver.remove(old, freshPass(on.drive));
  expect((await look(on, next)).codeDeploy?.group?.ecsServices).toEqual(live.codeDeploy?.group?.ecsServices);
  expect(driver.diff(next, await look(on, next))).toEqual([]);
});

test('weights of a listener outside the Application go back to what serves, a minute after the last deployment', async () => {
  const outside = { productionListener: { listenerArn: on.production } };
  await converge(on.drive, manifest(on, 'example/web:1', outside));
  const next = manifest(on, 'example/web:2', outside);
  await converge(on.drive, next);
  await on.sandbox.advance(60_000);
  const driver = serviceKind.driver(on.aws);
  expect(driver.claims(next, await look(on, next))).toEqual([]);
  const TargetGroups = [
    { TargetGroupArn: on.primary, Weight: 30 },
    { TargetGroupArn: on.alternate, Weight: 70 },
  ];
  await on.aws.elbv2.send(
    new ModifyListenerCommand({
      ListenerArn: on.production,
      DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    }),
  );
  expect(driver.diff(next, await look(on, next))).toMatchObject([
    { path: '/deployment/codeDeploy/productionListener/weights', to: { [on.alternate]: 100 } },
  ]);
  await converge(on.drive, next);
  expect(await shares(on)).toEqual({ primary: 0, alternate: 100 });
  const { live, health } = await converged(on.drive, next);
  expect([serving(live), health.status]).toEqual(['example/web:2', 'Healthy']);
});
