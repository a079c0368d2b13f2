import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSandbox } from '../../index.ts';
import { type EcsSandbox, ecsSandbox, ecsSandboxOn, isCompleted } from './testing/ecs-sandbox.ts';

let on: EcsSandbox;
let folder: string;
beforeEach(async () => {
  on = await ecsSandbox();
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
});
afterEach(async () => {
  await on.close();
  await rm(folder, { recursive: true, force: true });
});

test('a deployment that was under way at a snapshot goes on after its restore, exactly as it would have', async () => {
  await on.register();
  await on.create();
  await on.until(isCompleted);
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', forceNewDeployment: true }));
  await on.sandbox.advance(15_000);
  await on.sandbox.snapshot(folder);

  const restored = await ecsSandboxOn(
    await startSandbox({ time: 'stepped', port: 0, runtime: 'simulated', restore: folder }),
  );
  try {
    await on.sandbox.advance(300_000);
    await restored.sandbox.advance(300_000);
    expect(isCompleted(await restored.service())).toBe(true);
    expect(await restored.service()).toMatchObject({ ...(await on.service()) });
  } finally {
    await restored.close();
  }
});
