import {
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ALICE, driftStage, type Live, type LogLine, type Stage, type StageOptions } from './drift-stage.ts';

// The controller, its sandbox and several rollouts share the machine with everything else.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

/** A field that drifted, as the log says it. */
interface Field {
  readonly ref: string;
  readonly path: string;
  readonly principal?: string;
}

/** Something that Alice does by hand. */
interface Change {
  /** The Application that it is done to, where drift is corrected. */
  readonly name: string;
  readonly drifts: readonly Pick<Field, 'ref' | 'path'>[];
  make(stage: Stage, live: Live): Promise<unknown>;
  /** What AWS has where it was changed. */
  look(stage: Stage, live: Live): Promise<unknown>;
}

const serviceOf = async ({ ecs }: Stage, { cluster, service }: Live) =>
  (await ecs.send(new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] }))).services?.[0];

const CHANGES: Readonly<Record<string, Change>> = {
  'aws ecs update-service --desired-count 3': {
    name: 'count',
    drifts: [{ ref: 'Service/api', path: '/desiredCount' }],
    make: ({ ecs }, { cluster, service }) => ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: 3 })),
    look: async (stage, live) => (await serviceOf(stage, live))?.desiredCount,
  },
  'aws elbv2 modify-target-group --health-check-path': {
    name: 'group',
    drifts: [{ ref: 'TargetGroup/web', path: '/healthCheck/path' }],
    make: ({ elbv2 }, { targetGroup }) =>
      elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: targetGroup, HealthCheckPath: '/other' })),
    look: async ({ elbv2 }, { targetGroup }) => {
      const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroup] }));
      return TargetGroups?.[0]?.HealthCheckPath;
    },
  },
  'aws ecs tag-resource and aws elbv2 add-tags': {
    name: 'tags',
    drifts: [
      { ref: 'Service/api', path: '/tags/team' },
      { ref: 'TargetGroup/web', path: '/tags/team' },
    ],
    make: async ({ ecs, elbv2 }, { service, targetGroup }) => {
      await ecs.send(new TagResourceCommand({ resourceArn: service, tags: [{ key: 'team', value: 'other' }] }));
      const Tags = [{ Key: 'team', Value: 'other' }];
      await elbv2.send(new AddTagsCommand({ ResourceArns: [targetGroup], Tags }));
    },
    look: async (stage, live) => {
      const ecs = (await serviceOf(stage, live))?.tags?.find(({ key }) => key === 'team')?.value;
      const described = await stage.elbv2.send(new DescribeTagsCommand({ ResourceArns: [live.targetGroup] }));
      const tags = described.TagDescriptions?.[0]?.Tags ?? [];
      return [ecs, tags.find(({ Key }) => Key === 'team')?.Value];
    },
  },
  'aws ecs deregister-task-definition': {
    name: 'definition',
    drifts: [{ ref: 'Service/api', path: '/task' }],
    make: ({ ecs }, { taskDefinition }) => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition })),
    look: async (stage, live) => {
      const arn = (await serviceOf(stage, live))?.taskDefinition;
      const { taskDefinition } = await stage.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
      return taskDefinition?.status;
    },
  },
  'aws ecs delete-service': {
    name: 'deleted',
    drifts: [{ ref: 'Service/api', path: '' }],
    make: ({ ecs }, { cluster, service }) => ecs.send(new DeleteServiceCommand({ cluster, service, force: true })),
    look: async (stage, live) => (await serviceOf(stage, live))?.status === 'ACTIVE',
  },
};

/** Applications that correct drift, one for each change, and one that reports all of it. */
function applications(changes: readonly Change[]): StageOptions['applications'] {
  const healing = changes.map(({ name }) => [name, { selfHeal: true }] as const);
  return { ...Object.fromEntries(healing), reports: { selfHeal: false } };
}

function fieldsOf(line: LogLine): readonly Field[] {
  return (line['changes'] as readonly Field[] | undefined) ?? [];
}

/** True for a line that tells of all these fields, with the principal where one is wanted. */
function tells(line: LogLine, codes: readonly string[], application: string, wanted: readonly Field[]): boolean {
  if (!codes.includes(line.code) || line.application !== application) return false;
  return wanted.every(({ ref, path, principal }) =>
    fieldsOf(line).some(
      (field) => field.ref === ref && field.path === path && (principal === undefined || field.principal === principal),
    ),
  );
}

/** Waits until every Application is as Git says. */
async function settled(stage: Stage, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await stage.line(
      (line) => line.code === 'operation.finished' && line.application === name && line['phase'] === 'Succeeded',
    );
    await stage.line(
      (line) => line.code === 'application.status' && line.application === name && line['sync'] === 'Synced',
    );
  }
}

/** Drift of one change is told of; gives each line that is the first to tell of a field. */
async function seen(stage: Stage, application: string, { drifts }: Change, from: number): Promise<readonly LogLine[]> {
  return await Promise.all(
    drifts.map((field) => stage.line((line) => tells(line, ['application.drift'], application, [field]), from)),
  );
}

/** Each field is told of with Alice's name: at once, or when CloudTrail has told who it was. */
async function named(stage: Stage, application: string, { drifts }: Change, from: number): Promise<void> {
  const codes = ['application.drift', 'application.attributed'];
  for (const field of drifts) {
    await stage.line((line) => tells(line, codes, application, [{ ...field, principal: ALICE }]), from);
  }
}

async function healed(stage: Stage, application: string, from: number): Promise<void> {
  const isHeal = (line: LogLine): boolean =>
    line.code === 'operation.finished' &&
    line.application === application &&
    (line['initiator'] as { readonly kind: string }).kind === 'self-heal';
  expect(await stage.line(isHeal, from)).toMatchObject({ phase: 'Succeeded' });
}

function heals(stage: Stage, application: string): number {
  return stage.lines.filter(
    (line) => line.application === application && JSON.stringify(line['initiator'] ?? '').includes('self-heal'),
  ).length;
}

describe('with events that come 5 to 90 seconds late, some of them twice, and no sweep for an hour', () => {
  let stage: Stage;
  const changes = Object.values(CHANGES);
  beforeAll(async () => {
    stage = await driftStage({
      applications: applications(changes),
      pollIntervalSeconds: 3600,
      cloudTrail: { delayMs: [5_000, 90_000], doubled: 0.3 },
      events: true,
    });
    await settled(stage, [...changes.map(({ name }) => name), 'reports']);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  /** From the receipt of the event to the line in the log, in milliseconds. */
  const visibleAfter = (line: LogLine): number => Date.parse(line.time) - Date.parse(String(line['receivedAt']));

  it.each(Object.entries(CHANGES))(
    '%s is seen within two seconds, named with who did it, and corrected',
    async (_command, change) => {
      const live = await stage.live(change.name);
      const before = await change.look(stage, live);
      const from = stage.lines.length;
      await change.make(stage, live);
      for (const line of await seen(stage, change.name, change, from)) expect(visibleAfter(line)).toBeLessThan(2_000);
      await named(stage, change.name, change, from);
      await healed(stage, change.name, from);
      expect(await change.look(stage, await stage.live(change.name))).toEqual(before);
    },
  );

  it.each(Object.entries(CHANGES))(
    '%s is seen within two seconds, named with who did it, and only reported',
    async (_command, change) => {
      const live = await stage.live('reports');
      const from = stage.lines.length;
      await change.make(stage, live);
      const after = await change.look(stage, live);
      for (const line of await seen(stage, 'reports', change, from)) expect(visibleAfter(line)).toBeLessThan(2_000);
      await named(stage, 'reports', change, from);
      expect(await change.look(stage, live)).toEqual(after);
      expect(heals(stage, 'reports')).toBe(0);
    },
  );

  it('corrects each once: what the controller itself does is no drift', () => {
    for (const { name } of changes)
      expect(
        stage.lines.filter(({ code, application }) => code === 'operation.finished' && application === name),
      ).toHaveLength(2);
  });
});

describe('with all events lost, and a sweep every four seconds', () => {
  let stage: Stage;
  // Whether a task definition is deregistered is looked at every half an hour: test/events/deregistered.test.ts.
  const swept = Object.fromEntries(
    Object.entries(CHANGES).filter(([command]) => command !== 'aws ecs deregister-task-definition'),
  );
  const POLL_SECONDS = 4;
  beforeAll(async () => {
    stage = await driftStage({
      applications: applications(Object.values(swept)),
      pollIntervalSeconds: POLL_SECONDS,
      cloudTrail: { historyDelayMs: [0, 0] },
      events: false,
    });
    await settled(stage, [...Object.values(swept).map(({ name }) => name), 'reports']);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  /** A sweep begins so long after the one before, and a little is needed for the looks of all Applications. */
  const ONE_SWEEP_MS = POLL_SECONDS * 1_000 + 2_000;

  it.concurrent.each(Object.entries(swept))(
    '%s is seen by the next sweep, named with who did it, and corrected',
    async (_command, change) => {
      const live = await stage.live(change.name);
      const before = await change.look(stage, live);
      const from = stage.lines.length;
      const began = Date.now();
      await change.make(stage, live);
      for (const line of await seen(stage, change.name, change, from)) {
        expect(Date.parse(line.time) - began).toBeLessThan(ONE_SWEEP_MS);
        expect(line).not.toHaveProperty('receivedAt');
      }
      await named(stage, change.name, change, from);
      await healed(stage, change.name, from);
      expect(await change.look(stage, await stage.live(change.name))).toEqual(before);
    },
  );

  it.each(Object.entries(swept))(
    '%s is seen by the next sweep, named with who did it, and only reported',
    async (_command, change) => {
      const live = await stage.live('reports');
      const from = stage.lines.length;
      await change.make(stage, live);
      await seen(stage, 'reports', change, from);
      await named(stage, 'reports', change, from);
      expect(heals(stage, 'reports')).toBe(0);
    },
  );
});
