import { ListApplicationsCommand } from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, converged } from '../../../test/converge.ts';
import { LISTENER_ROLE, overRules, type Shifting, shifting } from '../../../test/shifting.ts';
import type { DeploymentSpec } from '../../api/deployment.ts';
import { rolloutClients } from '../../aws/rollout-clients.ts';
import { serviceKind } from './index.ts';
import { strategyOf } from './transitions.ts';

let on: Shifting;
beforeEach(async () => {
  on = await shifting();
});
afterEach(() => on.close());

const progressive: DeploymentSpec = {
  strategy: 'Progressive',
  progressive: {
    productionRule: { listenerRule: 'production' },
    testRule: { listenerRule: 'test' },
    steps: [{ weight: 50 }, { pause: '30s' }, { weight: 100 }],
  },
};

/** Brings the service there, and expects that it is all that Git says, with its traffic where its tasks are. */
async function arrive(image: string, deployment: DeploymentSpec): Promise<void> {
  const desired = on.desired(image, deployment);
  await on.until(desired, (live) => {
    const driver = serviceKind.driver(on.aws);
    const health = driver.health(desired, live, new Date(on.sandbox.now()));
    return health.status === 'Healthy' && driver.diff(desired, live).length === 0;
  });
  await converge(on.drive, desired);
  const { live, health } = await converged(on.drive, desired);
  expect([strategyOf(live), health.status]).toEqual([deployment.strategy, 'Healthy']);
  await on.pass(120_000);
  expect(await on.routeChanges(desired)).toEqual([]);
}

test('a service comes from Rolling to Progressive, and on to BlueGreen', async () => {
  await arrive('example/good:1', { strategy: 'Rolling' });
  await arrive('example/good:2', progressive);
  await arrive('example/good:3', overRules({ strategy: 'BlueGreen' }));
}, 120_000);

test('a service comes from Canary to Progressive and back to Rolling', async () => {
  await arrive('example/good:1', overRules({ strategy: 'Canary', canary: { percent: 10, bakeMinutes: 1 } }));
  await arrive('example/good:2', progressive);
  await arrive('example/good:3', { strategy: 'Rolling' });
}, 120_000);

const codeDeploy: DeploymentSpec = {
  strategy: 'CodeDeploy',
  codeDeploy: {
    serviceRole: 'arn:aws:iam::123456789012:role/codedeploy',
    productionListener: { loadBalancer: 'public', port: 8080 },
  },
};
const blueGreen: DeploymentSpec = {
  strategy: 'BlueGreen',
  productionRule: { listener: { loadBalancer: 'public', port: 8080 } },
  testRule: { listenerRule: 'test' },
  listenerRole: LISTENER_ROLE,
};

test('a service comes from CodeDeploy to BlueGreen, and nothing of CodeDeploy is left', async () => {
  await arrive('example/good:1', codeDeploy);
  await arrive('example/good:2', codeDeploy);
  await arrive('example/good:3', blueGreen);
  const { applications } = await rolloutClients(on.aws).codeDeploy.send(new ListApplicationsCommand({}));
  expect(applications).toEqual([]);
}, 120_000);

test('a service comes from CodeDeploy to Rolling', async () => {
  await arrive('example/good:1', codeDeploy);
  await arrive('example/good:2', { strategy: 'Rolling' });
}, 120_000);

test('a service comes from CodeDeploy to Progressive', async () => {
  await arrive('example/good:1', codeDeploy);
  await arrive('example/good:2', progressive);
}, 120_000);

test('nothing takes a service over to CodeDeploy', async () => {
  await arrive('example/good:1', { strategy: 'Rolling' });
  const desired = on.desired('example/good:2', {
    strategy: 'CodeDeploy',
    codeDeploy: {
      serviceRole: 'arn:aws:iam::123456789012:role/codedeploy',
      productionListener: { loadBalancer: 'public', port: 80 },
    },
  });
  const [change] = serviceKind.driver(on.aws).diff(desired, await on.look(desired));
  expect(change).toMatchObject({ path: '/deployment/strategy', refused: expect.stringMatching(/another name/) });
  await expect(converge(on.drive, desired)).rejects.toThrow(/another name/);
}, 120_000);
