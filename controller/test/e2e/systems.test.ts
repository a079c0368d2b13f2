import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { longshore } from './program.ts';
import { type TestWorld, testWorld } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SAMPLES = fileURLToPath(new URL('../../../samples/systems/', import.meta.url));

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

describe.each([
  ['000', 'finops', ['ecs:StopServiceDeployment', 'ecs:CreateService']],
  ['002', 'pcs', ['codedeploy:CreateDeployment', 'codedeploy:ContinueDeployment', 'codedeploy:StopDeployment']],
  ['004', 'scalemap', ['ecs:CreateTaskSet', 'ecs:UpdateServicePrimaryTaskSet', 'cloudwatch:GetMetricData']],
])('samples/systems/%s', (name, application, actions) => {
  const path = `${SAMPLES}${name}/application.yaml`;

  it('is valid, without a warning', async () => {
    const { code, stdout, stderr } = await longshore(['validate', path], world);
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^\d valid manifests in \d files\n$/u), '']);
  });

  it('is planned in an account where there is nothing yet', async () => {
    const { code, stdout } = await longshore(['plan', path, '--output', 'json'], world);
    expect([0, 1]).toContain(code);
    const plan = JSON.parse(stdout) as { application: string; waves: { ref: string; action: string }[][] };
    expect(plan.application).toBe(application);
    expect(new Set(plan.waves.flat().map(({ action }) => action))).toEqual(new Set(['create']));
  });

  it('asks for a policy that allows its deployments', async () => {
    const { code, stdout } = await longshore(['iam-policy', path], world);
    expect(code).toBe(0);
    for (const action of actions) expect(stdout).toContain(`"${action}"`);
  });
});
