import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../src/index.ts';
import { type Place, scenarios } from './aws-scenarios.ts';
import { clientSettings } from './clients.ts';

/** With LONGSHORE_E2E_AWS=1 the account and region of the environment, as the SDK finds them; else a sandbox. */
const real = process.env['LONGSHORE_E2E_AWS'] === '1';

let sandbox: Sandbox | undefined;
let place: Omit<Place, 'name'>;
beforeAll(async () => {
  if (!real) sandbox = await startSandbox({ port: 0 });
  const settings = sandbox ? clientSettings(sandbox.url) : {};
  place = { ecs: new ECSClient(settings), elb: new ElasticLoadBalancingV2Client(settings) };
});
afterAll(async () => {
  await sandbox?.close();
});

describe(real ? 'AWS' : 'the sandbox, as AWS', () => {
  test.each(scenarios)(
    '$title',
    async (scenario) => {
      const name = `longshore-${Date.now().toString(36)}`;
      expect(await scenario.run({ ...place, name })).toEqual(scenario.expected);
    },
    60_000,
  );
});
