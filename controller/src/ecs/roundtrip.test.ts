import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshPass } from '../../test/converge.ts';
import { type Sandboxed, sandboxed } from '../../test/sandboxed.ts';
import type { ContainerDefinition, Ulimit } from '../api/container.ts';
import type { TaskTemplate } from '../api/task.ts';
import { readTaskDefinition } from '../aws/reads.ts';
import { renderTaskDefinition } from './render.ts';
import { isSameTask } from './revisions.ts';
import type { TaskSetting } from './task.ts';

let running: Sandboxed;
beforeAll(async () => {
  running = await sandboxed({ throttle: false });
});
afterAll(() => running.close());

const setting: TaskSetting = { partition: 'aws', accountId: '123456789012', hasNetwork: true, onFargate: true };

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const text = fc.string({ maxLength: 8 });
const byName = <T>(value: fc.Arbitrary<T & { readonly name: string }>) =>
  fc.uniqueArray(value, { selector: (item) => item.name, maxLength: 4 });

const container = fc.record(
  {
    name,
    image: fc.constantFrom('example/web:1', 'example/web@sha256:abc'),
    command: fc.array(text, { maxLength: 3 }),
    environment: byName(fc.record({ name, value: text })),
    secrets: byName(fc.record({ name: name.map((part) => `S_${part}`), valueFrom: fc.constant('/shop/key') })),
    portMappings: fc.uniqueArray(
      fc.record(
        {
          containerPort: fc.integer({ min: 1, max: 65_535 }),
          protocol: fc.constantFrom('tcp' as const, 'udp' as const),
        },
        { requiredKeys: ['containerPort'] },
      ),
      { selector: (mapping) => mapping.containerPort, maxLength: 3 },
    ),
    healthCheck: fc.record(
      {
        command: fc.constant<string[]>(['CMD', 'true']),
        interval: fc.integer({ min: 5, max: 300 }),
        retries: fc.integer({ min: 1, max: 10 }),
      },
      { requiredKeys: ['command'] },
    ),
    dockerLabels: fc.dictionary(name, text, { maxKeys: 3 }),
    ulimits: fc.constant<Ulimit[]>([{ name: 'nofile', softLimit: 1024, hardLimit: 2048 }]),
    user: fc.constantFrom('', '1000', 'nobody'),
    readonlyRootFilesystem: fc.boolean(),
    stopTimeout: fc.integer({ min: 0, max: 120 }),
  },
  { requiredKeys: ['name', 'image'] },
);

const task: fc.Arbitrary<TaskTemplate> = byName(container)
  .filter((containers) => containers.length > 0)
  .map((containers) => ({ cpu: 256, memory: '.5 GB', executionRole: 'exec', containers }));

test('whatever is registered reads back as what was declared, and in any order of its sets', async () => {
  await fc.assert(
    fc.asyncProperty(task, async (declared) => {
      const input = renderTaskDefinition('shop-any', declared, setting, {});
      const { taskDefinition } = await running.aws.ecs.send(new RegisterTaskDefinitionCommand(input));
      const live = await readTaskDefinition(freshPass(running), taskDefinition?.taskDefinitionArn ?? '');
      if (live === undefined) throw new Error('it was registered and is not there');
      expect(isSameTask(live.taskDefinition, declared, setting)).toBe(true);
      expect(
        isSameTask(live.taskDefinition, { ...declared, containers: declared.containers.map(reversed) }, setting),
      ).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a change of any container is seen', async () => {
  await fc.assert(
    fc.asyncProperty(task, fc.nat(), async (declared, pick) => {
      const input = renderTaskDefinition('shop-any', declared, setting, {});
      const { taskDefinition } = await running.aws.ecs.send(new RegisterTaskDefinitionCommand(input));
      const index = pick % declared.containers.length;
      const containers = declared.containers.map((one, at) =>
        at === index ? { ...one, image: `${one.image}x` } : one,
      );
      expect(isSameTask(taskDefinition ?? {}, { ...declared, containers }, setting)).toBe(false);
    }),
    { numRuns: 30 },
  );
});

function reversed(one: ContainerDefinition): ContainerDefinition {
  const { environment, secrets, portMappings } = one;
  return {
    ...one,
    ...(environment === undefined ? {} : { environment: environment.toReversed() }),
    ...(secrets === undefined ? {} : { secrets: secrets.toReversed() }),
    ...(portMappings === undefined ? {} : { portMappings: portMappings.toReversed() }),
  };
}
