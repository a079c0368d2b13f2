import { expect, it } from 'vitest';
import { globalEvents, regionalEvents } from './patterns.ts';

const all = [...regionalEvents(), ...globalEvents()];

it('gives every rule a name of its own', () => {
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['state-ecs', 'calls-ecs', 'calls-elb', 'images', 'calls-roles']));
});

it('keeps each pattern within the 2,048 characters that EventBridge allows', () => {
  for (const { name, pattern } of all) {
    expect(`${name} ${JSON.stringify(pattern).length > 2048}`).toBe(`${name} false`);
  }
});

it('asks for no call that touches nothing, and for no call that failed', () => {
  const ecs = JSON.stringify(all.find(({ name }) => name === 'calls-ecs')?.pattern);
  expect(ecs).toContain('"UpdateService"');
  expect(ecs).not.toContain('SubmitTaskStateChange');
  expect(ecs).not.toContain('PutAccountSetting');
  expect(ecs).toContain('"errorCode":[{"exists":false}]');
});
