import {
  type DeploymentInfo,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  ListDeploymentsCommand,
  UpdateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isEmpty } from '../../src/core/plan.ts';
import { running } from './progress.ts';
import { type System, system } from './system.ts';
import { plateaus, type Served, traffic } from './traffic.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const MINUTE = 60_000;
/** How exactly things are timed: engine and test look every five seconds each, and ECS takes its time to stop tasks. */
const TICK = 12_000;
const PRODUCTION = { port: 443, perMinute: 6_000 };
const TEST = { port: 8443, perMinute: 1 };
const GROUP = { applicationName: 'pcs-prod-api', deploymentGroupName: 'pcs-prod-api-dg' };

let world: System;
beforeEach(async () => {
  world = await system('002', 'one', { lookMs: 5_000 });
});
afterEach(() => world[Symbol.asyncDispose]());

/** Every deployment that there was. */
async function deployments(): Promise<readonly DeploymentInfo[]> {
  const { deployments: ids = [] } = await world.byHand.codeDeploy.send(new ListDeploymentsCommand(GROUP));
  const answers = ids.map((deploymentId) => world.byHand.codeDeploy.send(new GetDeploymentCommand({ deploymentId })));
  const infos = (await Promise.all(answers)).flatMap(({ deploymentInfo }) => deploymentInfo ?? []);
  return infos.toSorted((a, b) => (a.createTime?.getTime() ?? 0) - (b.createTime?.getTime() ?? 0));
}

/** When green got all requests to a listener, first of all. */
function movedAt({ moments }: Served): number {
  return moments.find(({ green }) => green === 100)?.at ?? Number.NaN;
}

function print(what: string, ms: number): void {
  process.stdout.write(`system 002: ${what}: ${(ms / MINUTE).toFixed(1)} min of AWS's time\n`);
}

it('the group is as the document has it, but that the wait is one that CodeDeploy heeds', async () => {
  const { deploymentGroupInfo } = await world.byHand.codeDeploy.send(new GetDeploymentGroupCommand(GROUP));
  expect(deploymentGroupInfo).toMatchObject({
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    ecsServices: [{ clusterName: 'pcs-prod-cluster', serviceName: 'pcs-prod-api' }],
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: 65 },
      terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 15 },
    },
    autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
    alarmConfiguration: { enabled: true, alarms: [{ name: 'pcs-prod-api-error-rate' }] },
  });
  // As it was written: AWS takes the minutes, and does not wait.
  await world.byHand.codeDeploy.send(
    new UpdateDeploymentGroupCommand({
      applicationName: GROUP.applicationName,
      currentDeploymentGroupName: GROUP.deploymentGroupName,
      blueGreenDeploymentConfiguration: {
        ...deploymentGroupInfo?.blueGreenDeploymentConfiguration,
        deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 5 },
      },
    }),
  );
  // A settled group is read anew every five minutes.
  await world.clock.sleep(6 * MINUTE);
  const { waves } = await world.plan('one');
  expect(waves.flat().flatMap(({ ref, changes }) => changes.map(({ path, to }) => ({ ref, path, to })))).toEqual([
    { ref: 'Service/api', path: '/deployment/codeDeploy/readyWait', to: { minutes: 5, then: 'Continue' } },
  ]);
  await world.sync('one');
  expect(isEmpty(await world.plan('one'))).toBe(true);
  expect(await deployments()).toEqual([]);
});

it('the test listener serves green first, production after five healthy minutes, and blue goes after fifteen', async () => {
  const [users, testers] = [await traffic(world, PRODUCTION), await traffic(world, TEST)];
  const tasks: number[] = [];
  const gone = { at: Number.NaN };
  world.clock.watch(async () => {
    tasks.push(await running(world, 'pcs-prod-cluster', 'pcs-prod-api'));
    if (tasks.at(-1) === 2 && tasks.includes(4) && Number.isNaN(gone.at)) gone.at = world.sandbox.now();
  });
  expect(await world.sync('two')).toMatchObject({ phase: 'Succeeded' });
  // All at once, for testers as for users.
  expect([plateaus(testers), plateaus(users)].map((each) => each.map(({ green }) => green))).toEqual([
    [0, 100],
    [0, 100],
  ]);
  const wait = movedAt(users) - movedAt(testers);
  print('ready wait', wait);
  expect(wait).toBeGreaterThanOrEqual(5 * MINUTE - TICK);
  expect(wait).toBeLessThan(5 * MINUTE + TICK);
  const stayed = gone.at - movedAt(users);
  print('until blue is gone', stayed);
  expect(stayed).toBeGreaterThanOrEqual(15 * MINUTE - TICK);
  expect(stayed).toBeLessThan(16 * MINUTE);
  expect((await deployments()).map(({ status, creator }) => ({ status, creator }))).toEqual([
    { status: 'Succeeded', creator: 'user' },
  ]);
  expect(isEmpty(await world.plan('two'))).toBe(true);
  expect(await world.status('two')).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
});

it('the alarm on 5XX rolls back while blue still stands, and the revision is held until Git moves', async () => {
  const users = await traffic(world, { ...PRODUCTION, errors: (side) => (side === 'green' ? 0.05 : 0) });
  const operation = await world.sync('two');
  expect(operation).toMatchObject({ phase: 'Failed', message: expect.stringMatching(/alarm/iu) });
  expect(plateaus(users).map(({ green }) => green)).toEqual([0, 100, 0]);
  const [failed, back, ...more] = await deployments();
  expect(failed).toMatchObject({ status: 'Stopped', errorInformation: { code: 'ALARM_ACTIVE' } });
  expect(back).toMatchObject({ creator: 'codeDeployRollback', status: 'Succeeded' });
  expect(more).toEqual([]);
  const exposed = plateaus(users)[1]?.ms ?? Number.NaN;
  print('users on green until the alarm had them back', exposed);
  // Twice a minute above ten, with the minute that an alarm looks every, and CodeDeploy's own look.
  expect(exposed).toBeLessThan(4 * MINUTE);
  expect((await world.status('two')).health).toMatchObject({ status: 'Degraded', reason: 'Held' });
  expect(await running(world, 'pcs-prod-cluster', 'pcs-prod-api')).toBe(2);
});

it('the alarm during the ready wait stops it before any user gets green', async () => {
  // What testers do to the new version is felt by the old one.
  const testers = await traffic(world, TEST);
  const users = await traffic(world, {
    ...PRODUCTION,
    errors: () => (testers.moments.at(-1)?.green === 100 ? 0.05 : 0),
  });
  const operation = await world.sync('two');
  expect(operation).toMatchObject({ phase: 'Failed', message: expect.stringMatching(/alarm/iu) });
  expect(plateaus(users).map(({ green }) => green)).toEqual([0]);
  expect(plateaus(testers).map(({ green }) => green)).toEqual([0, 100, 0]);
  expect((await deployments()).map(({ creator }) => creator)).toEqual(['user', 'codeDeployRollback']);
});
