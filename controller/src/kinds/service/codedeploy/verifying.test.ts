import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, converged, freshPass } from '../../../../test/converge.ts';
import type { CodeDeployDeployment } from '../../../api/deployment.ts';
import type { ServiceSpec, Verify } from '../../../api/service.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Desired } from '../../../core/driver.ts';
import { serviceKind } from '../index.ts';
import { bed, type Bed, deployments, driveUntil, look, manifest, serving, shares } from './testing/bed.ts';

let on: Bed;
let server: Server;
/** What the address under verification answers. */
let status: number;

beforeEach(async () => {
  on = await bed();
  status = 200;
  server = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.close();
  await on.close();
});

function verified(image: string, codeDeploy: Partial<CodeDeployDeployment> = {}): Desired<ServiceSpec> {
  const url = `http://api.localhost:${(server.address() as AddressInfo).port}/health`;
  return manifest(on, image, codeDeploy, { verify: { http: { url, attempts: 3, intervalSeconds: 10 } } });
}

test('what is verified while blue stands is taken back by CodeDeploy, and held', async () => {
  const settings = { terminateBlueAfterMinutes: 15 };
  await converge(on.drive, verified('example/web:1', settings));
  status = 500;
  const bad = verified('example/web:2', settings);
  await expect(converge(on.drive, bad)).rejects.toThrow(/rollout of Service\/api failed: .*500.* It is held/);
  const { live, health } = await converged(on.drive, bad);
  expect([serving(live), health.reason]).toEqual(['example/web:1', 'Held']);
  expect(await shares(on)).toEqual({ primary: 100, alternate: 0 });
  expect((await deployments(on)).map(({ status: is, creator }) => [is, creator])).toEqual([
    ['Stopped', 'user'],
    ['Succeeded', 'codeDeployRollback'],
  ]);
});

test('what fails when blue is gone goes back by a deployment of what served before', async () => {
  await converge(on.drive, verified('example/web:1'));
  status = 500;
  const bad = verified('example/web:2');
  await expect(converge(on.drive, bad)).rejects.toThrow(/rollout of Service\/api failed: .*500/);
  const { live, health } = await converged(on.drive, bad);
  expect([serving(live), health.status, health.reason]).toEqual(['example/web:1', 'Degraded', 'Held']);
  expect(serviceKind.driver(on.aws).rollout(live)).toMatchObject({ phase: 'Failed' });
  // The third goes back to the second's predecessor in turn, by what CodeDeploy knows of it.
  status = 200;
  await converge(on.drive, verified('example/web:3'));
  status = 500;
  await expect(converge(on.drive, verified('example/web:4'))).rejects.toThrow(/held/);
  expect(serving(await look(on, verified('example/web:4')))).toBe('example/web:3');
});

test('the first revision has nothing to go back to: it is held where it is', async () => {
  status = 500;
  const first = verified('example/web:1');
  await expect(converge(on.drive, first)).rejects.toThrow(
    /shop-api:1 serves still, and there is nothing to go back to/,
  );
  const live = await look(on, first);
  expect(serviceKind.driver(on.aws).health(first, live, new Date(on.sandbox.now()))).toMatchObject({ reason: 'Held' });
});

test('a retry of what failed its verification deploys it again', async () => {
  await converge(on.drive, verified('example/web:1'));
  status = 500;
  const bad = verified('example/web:2');
  await expect(converge(on.drive, bad)).rejects.toThrow(/held/);
  status = 200;
  await serviceKind.driver(on.aws).act('retry', await look(on, bad), freshPass(on.drive));
  await converge(on.drive, bad);
  const { live, health } = await converged(on.drive, bad);
  expect([serving(live), health.status]).toEqual(['example/web:2', 'Healthy']);
});

test('an analysis during the rollout stops it while most traffic is on blue', async () => {
  const verify: Verify = {
    analyses: [
      {
        name: 'errors',
        when: 'Rollout',
        intervalSeconds: 60,
        failureCondition: 'result > 1',
        cloudWatch: {
          queries: [{ id: 'errors', metricStat: { namespace: 'Shop', metricName: 'Errors', stat: 'Sum', period: 60 } }],
        },
      },
    ],
  };
  const canary = { canary: { percent: 10, minutes: 30 } };
  const of = (image: string): Desired<ServiceSpec> => manifest(on, image, canary, { verify });
  await converge(on.drive, of('example/web:1'));
  const bad = of('example/web:2');
  await driveUntil(on, bad, (live) =>
    Object.values(serviceKind.driver(on.aws).rollout(live)?.weights ?? {}).includes(10),
  );
  const { cloudWatch } = rolloutClients(on.aws);
  for (let minute = 0; minute < 3; minute++) {
    const data = { MetricName: 'Errors', Value: 9, Timestamp: new Date(on.sandbox.now()) };
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [data] }));
    await on.sandbox.advance(60_000);
  }
  await expect(converge(on.drive, bad)).rejects.toThrow(/rollout of Service\/api failed: .*errors.*9/);
  expect(await shares(on)).toEqual({ primary: 100, alternate: 0 });
  expect(serving(await look(on, bad))).toBe('example/web:1');
});
