import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
import { afterEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import type { Settings } from '../../kernel/world.ts';
import { type CodeDeploySandbox, codeDeploySandbox } from './testing/codedeploy-sandbox.ts';

const minute = 60_000;
const arn = (name: string) => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;

let on: CodeDeploySandbox;
afterEach(() => on.close());

/** Starts a deployment with these hooks of functions. */
async function deployWith(functions: Settings['functions'], ...hooks: object[]): Promise<string> {
  on = await codeDeploySandbox({ functions });
  await on.createGroup();
  return on.deploy(await on.register({ image: 'web:2' }), {}, hooks);
}

test('the functions of hooks run at their events, and the deployment waits for what they report', async () => {
  const slow = { lifecycle: 'Succeeded', afterMs: 10 * minute } as const;
  const id = await deployWith(
    { smoke: slow, quick: { lifecycle: 'Succeeded' } },
    { AfterAllowTestTraffic: 'smoke' },
    { AfterAllowTraffic: arn('quick') },
  );
  await on.untilEvent(id, 'AfterAllowTestTraffic');
  await on.sandbox.advance(9 * minute);
  expect(await on.eventStatuses(id)).toMatchObject({ AfterAllowTestTraffic: 'InProgress', AllowTraffic: 'Pending' });
  expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
  await on.untilStatus(id, 'Succeeded');
});

test('a function that reports Failed fails the deployment', async () => {
  const id = await deployWith({ smoke: { lifecycle: 'Failed' } }, { AfterAllowTestTraffic: 'smoke' });
  await on.untilEvent(id, 'AfterAllowTestTraffic');
  const failed = await on.deployment(id);
  expect(failed).toMatchObject({
    status: 'Failed',
    errorInformation: {
      code: 'HOOK_EXECUTION_FAILURE',
      message: 'The deployment failed because one or more of the lifecycle event validation functions failed.',
    },
  });
  expect(await on.eventStatuses(id)).toMatchObject({ AfterAllowTestTraffic: 'Failed', BeforeAllowTraffic: 'Skipped' });
  await on.untilStatus(failed.rollbackInfo?.rollbackDeploymentId ?? '', 'Succeeded');
  expect(await on.weights(on.listeners.test)).toEqual({ blue: 1 });
});

test('a function that does not report within an hour fails the deployment', async () => {
  const id = await deployWith({ silent: { answer: 'done' } }, { AfterInstall: 'silent' });
  await on.untilEvent(id, 'AfterInstall');
  await on.sandbox.advance(59 * minute);
  expect((await on.deployment(id)).status).toBe('InProgress');
  await on.sandbox.advance(minute);
  expect(await on.deployment(id)).toMatchObject({
    status: 'Failed',
    errorInformation: {
      code: 'TIMEOUT',
      message:
        'The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one hour after a deployment hook is invoked.',
    },
  });
});

test('a hook of BeforeInstall that fails leaves nothing to roll back', async () => {
  const id = await deployWith({ check: { lifecycle: 'Failed' } }, { BeforeInstall: 'check' });
  await on.sandbox.advance(5000);
  expect(await on.deployment(id)).toMatchObject({ status: 'Failed' });
  expect(await on.deployment(id)).not.toHaveProperty('rollbackInfo');
  expect(await on.taskSets()).toEqual(['PRIMARY web:1']);
});

test('a function that is not there fails the deployment', async () => {
  const id = await deployWith({}, { BeforeInstall: 'nobody' });
  await on.sandbox.advance(5000);
  expect(await on.deployment(id)).toMatchObject({
    status: 'Failed',
    errorInformation: { code: 'INVALID_LAMBDA_FUNCTION', message: expect.stringContaining('nobody') },
  });
});

test('a command in the place of a function gets the ids, and reports through an AWS client of its own', async () => {
  const program = `
    import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand as Put } from '@aws-sdk/client-codedeploy';
    let text = '';
    for await (const chunk of process.stdin) text += chunk;
    const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } = JSON.parse(text);
    await new CodeDeployClient({}).send(new Put({ deploymentId, lifecycleEventHookExecutionId, status: 'Succeeded' }));
  `;
  const command = ['node', '--input-type=module', '-e', program];
  const id = await deployWith({ smoke: { command } }, { AfterInstall: 'smoke' });
  await on.untilStatus(id, 'Succeeded');
  expect(await on.eventStatuses(id)).toMatchObject({ AfterInstall: 'Succeeded' });
});

test('PutLifecycleEventHookExecutionStatus takes Succeeded or Failed, for a hook that runs', async ({
  onTestFinished,
}) => {
  const program =
    'process.stdin.on("data", (data) => require("fs").writeFileSync(process.env.OUT, data)).on("end", () => {})';
  const folder = mkdtempSync(join(tmpdir(), 'hook-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const OUT = join(folder, 'event.json');
  const id = await deployWith(
    { silent: { command: ['node', '-e', program], env: { OUT } } },
    { AfterInstall: 'silent' },
  );
  await on.untilEvent(id, 'AfterInstall');
  const event = JSON.parse(readFileSync(OUT, 'utf8')) as Record<string, string>;
  expect(event.DeploymentId).toBe(id);
  const client = new CodeDeployClient(clientSettings(on.sandbox.url));
  const put = (more: object) =>
    client.send(
      new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId: id,
        lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
        status: 'Succeeded',
        ...more,
      }),
    );
  await expect(put({ status: 'Skipped' })).rejects.toMatchObject({
    name: 'InvalidLifecycleEventHookExecutionStatusException',
  });
  await expect(put({ lifecycleEventHookExecutionId: 'other' })).rejects.toMatchObject({
    name: 'InvalidLifecycleEventHookExecutionIdException',
  });
  expect(await put({})).toMatchObject({ lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId });
  await expect(put({})).rejects.toMatchObject({ name: 'LifecycleEventAlreadyCompletedException' });
  await on.untilStatus(id, 'Succeeded');
});
