import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeDeployClient, GetDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { startSandbox } from '../../index.ts';
import { type CodeDeploySandbox, codeDeploySandbox } from './testing/codedeploy-sandbox.ts';

const minute = 60_000;

let on: CodeDeploySandbox;
beforeEach(async () => {
  on = await codeDeploySandbox();
});
afterEach(() => on.close());

test('a snapshot holds a deployment, and it goes on from there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'codedeploy-'));
  await on.createGroup({ deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes' });
  const deploymentId = await on.deploy(await on.register({ image: 'web:2' }));
  await on.untilEvent(deploymentId, 'AllowTraffic');
  await on.sandbox.snapshot(folder);
  const restored = await startSandbox({ time: 'stepped', port: 0, restore: folder });
  try {
    const client = new CodeDeployClient(clientSettings(restored.url));
    const status = async () => (await client.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo?.status;
    await restored.advance(9 * minute);
    expect(await status()).toBe('InProgress');
    await restored.advance(2 * minute);
    expect(await status()).toBe('Succeeded');
  } finally {
    await restored.close();
    await rm(folder, { recursive: true });
  }
});
