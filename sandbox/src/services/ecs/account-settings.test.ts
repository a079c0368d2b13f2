import {
  DeleteAccountSettingCommand,
  ListAccountSettingsCommand,
  PutAccountSettingCommand,
  PutAccountSettingDefaultCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox } from './testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeAll(async () => {
  on = await ecsSandbox();
});
afterAll(() => on.close());

const name = 'containerInsights';
async function effective(): Promise<string | undefined> {
  const { settings } = await on.ecs.send(new ListAccountSettingsCommand({ name, effectiveSettings: true }));
  return settings?.[0]?.value;
}

test("a principal's own account setting goes before the account's default, and can be deleted", async () => {
  expect(await effective()).toBe('disabled');
  await on.ecs.send(new PutAccountSettingDefaultCommand({ name, value: 'enabled' }));
  await on.ecs.send(new PutAccountSettingCommand({ name, value: 'enhanced' }));
  expect(await effective()).toBe('enhanced');
  await on.ecs.send(new DeleteAccountSettingCommand({ name }));
  expect(await effective()).toBe('enabled');
});

test('only settings that were made are listed, unless the effective ones are asked for', async () => {
  expect((await on.ecs.send(new ListAccountSettingsCommand({ name: 'awsvpcTrunking' }))).settings).toEqual([]);
});

test('long ARNs cannot be switched off', async () => {
  await expect(
    on.ecs.send(new PutAccountSettingCommand({ name: 'taskLongArnFormat', value: 'disabled' })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'You can no longer disable Long Arn settings',
  });
});
