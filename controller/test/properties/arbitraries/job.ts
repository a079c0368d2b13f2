import * as fc from 'fast-check';
import type { ContainerOverride, JobSpec, TaskOverrides } from '../../../src/api/job.ts';
import type { ContainerDefinition } from '../../../src/api/container.ts';
import { merged, some, tags } from './common.ts';

/** The image of a container that ends well. */
export const ENDS_WELL = 'example/ends-well';

const text = fc.stringMatching(/^[a-zA-Z0-9 ._/-]{1,8}$/);
const environment = fc.uniqueArray(
  fc.record({ name: fc.stringMatching(/^[A-Z]{1,6}$/), value: fc.string({ maxLength: 5 }) }),
  {
    selector: ({ name }) => name,
    maxLength: 3,
  },
);

/** The container whose end decides, and perhaps one that only helps. */
const containers: fc.Arbitrary<ContainerDefinition[]> = fc
  .tuple(
    some<ContainerDefinition>({ command: fc.array(text, { maxLength: 2 }), environment, user: fc.constant('1000') }),
    fc.boolean(),
  )
  .map(([more, withHelper]): ContainerDefinition[] => [
    { name: 'main', image: `${ENDS_WELL}:1`, ...more },
    ...(withHelper ? [{ name: 'helper', image: 'example/helper:1', essential: false }] : []),
  ]);

const containerOverride: fc.Arbitrary<ContainerOverride> = some<ContainerOverride>({
  command: fc.array(text, { minLength: 1, maxLength: 2 }),
  environment,
  memoryReservation: fc.constantFrom(64, 128),
}).map((more) => ({ name: 'main', ...more }));

const overrides: fc.Arbitrary<TaskOverrides> = fc
  .tuple(
    some<TaskOverrides>({
      containerOverrides: fc.array(containerOverride, { minLength: 1, maxLength: 1 }),
      taskRole: fc.constantFrom('task', 'arn:aws:iam::123456789012:role/task'),
      ephemeralStorage: fc.record({ sizeInGiB: fc.integer({ min: 21, max: 200 }) }),
    }),
    fc.constantFrom<Partial<TaskOverrides>>({}, { cpu: 512, memory: '1 GB' }, { cpu: '.5 vCPU', memory: 2048 }),
  )
  .map((parts) => merged<TaskOverrides>(parts));

const capacity: fc.Arbitrary<Partial<JobSpec>> = fc.constantFrom(
  { launchType: 'FARGATE' },
  { launchType: 'FARGATE', platformVersion: '1.4.0' },
  { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] },
);

/** Jobs on Fargate that end well. */
export const jobSpecs: fc.Arbitrary<JobSpec> = fc
  .tuple(
    fc.record({
      cluster: fc.constant('main'),
      network: fc.record({
        subnets: fc.constantFrom<string[]>(['subnet-1'], ['subnet-2', 'subnet-1']),
        securityGroups: fc.constantFrom<string[]>(['sg-1'], ['sg-2', 'sg-1']),
        assignPublicIp: fc.boolean(),
      }),
      task: containers.map((list) => ({ cpu: 256, memory: 512, taskRole: 'task', containers: list })),
    }),
    capacity,
    some<JobSpec>({
      overrides,
      tags,
      group: fc.stringMatching(/^[a-z]{1,8}$/),
      timeoutSeconds: fc.integer({ min: 600, max: 7200 }),
      retries: fc.integer({ min: 0, max: 3 }),
      backoff: fc.constantFrom({}, { seconds: 1 }, { factor: 3, maxSeconds: 60 }),
      retrySafe: fc.boolean(),
      ttlSecondsAfterFinished: fc.integer({ min: 0, max: 3600 }),
      revisionHistoryLimit: fc.integer({ min: 0, max: 2 }),
      enableExecuteCommand: fc.boolean(),
      enableECSManagedTags: fc.boolean(),
      propagateTags: fc.constantFrom('TASK_DEFINITION', 'NONE'),
    }),
  )
  .map((parts) => merged<JobSpec>(parts));
