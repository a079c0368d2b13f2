import type { AwsContext } from '../src/aws/context.ts';
import { canonicalJson } from '../src/core/canonical.ts';
import { diffTrees } from '../src/core/diff.ts';
import type { Change, Claim, Desired, Driver, Health, Pass, Progress, Rollout } from '../src/core/driver.ts';
import type { Clock } from '../src/core/clock.ts';
import { TerminalError } from '../src/core/errors.ts';
import { HELD } from '../src/core/health.ts';
import type { JsonObject } from '../src/core/json.ts';
import type { Ref } from '../src/core/manifest.ts';
import { derivedName } from '../src/core/names.ts';
import { managedTags, wantedTags } from '../src/core/ownership.ts';
import type { Kind } from '../src/kinds/kind.ts';
import { fakeParameters } from './fake-parameters.ts';

/** What a test kind declares. */
export interface ThingSpec {
  readonly size?: number;
  /** Can only be set at creation. */
  readonly shape?: string;
  /** Names of Bases and Things, as `Kind/name`. */
  readonly needs?: readonly Ref[];
  readonly serves?: readonly Ref[];
  /** Holds the size of another between two bounds. */
  readonly scales?: { readonly on: Ref; readonly min: number; readonly max: number };
  readonly note?: string;
  readonly version?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly nameOverride?: string;
  readonly deletionPolicy?: 'Delete' | 'Retain';
  readonly verify?: JsonObject;
}

/** One object of the fake cloud. */
export interface Thing {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  size: number;
  readonly shape: string;
  note: string;
  /** What runs; `target` is what a rollout goes to. */
  version: string;
  target: string;
  phase: Rollout['phase'];
  rolloutId: string;
  readyAt: number;
  tags: Record<string, string>;
  events: { readonly id: string; readonly at: Date; readonly message: string }[];
  drainingUntil?: number;
}

/** Which mutating call of a process, counted from 1, it dies at, and whether the cloud still does what it asks for. */
export type Death = { readonly at: number; readonly when: 'before' | 'after' };

/** A small cloud in memory that drivers of two kinds talk to. Only its calls change it. */
export class FakeCloud {
  readonly things = new Map<string, Thing>();
  readonly parameters = new Map<string, string>();
  /** Every mutating call, in order. */
  calls: string[] = [];
  /** Throws what the test says, once for each entry. */
  failNext: Error[] = [];
  /** Versions whose rollout fails. */
  readonly badVersions = new Set<string>();
  rolloutMs = 30_000;
  /** Rollouts do not end by themselves: somebody has to call `ensure`. */
  needsUs = false;
  drainMs = 10_000;
  private next = 1;
  readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A process that talks to this cloud. */
  process(): FakeProcess {
    return new FakeProcess(this);
  }

  newId(): string {
    return `id-${this.next++}`;
  }

  /** Time does its work: rollouts complete or roll back, draining things go. */
  settle(): void {
    const now = this.clock.now().getTime();
    for (const thing of this.things.values()) {
      if (thing.drainingUntil !== undefined && thing.drainingUntil <= now) this.things.delete(thing.id);
      if (thing.phase === 'InProgress' && thing.readyAt <= now && !this.needsUs) this.end(thing);
    }
  }

  /** A rollout has come to its end, good or bad. */
  end(thing: Thing): void {
    const bad = this.badVersions.has(thing.target);
    thing.phase = bad ? 'Failed' : 'Succeeded';
    if (!bad) thing.version = thing.target;
    thing.events.unshift({
      id: this.newId(),
      at: this.clock.now(),
      message: bad ? `rolled back ${thing.target}` : `reached ${thing.target}`,
    });
  }

  byName(name: string): Thing | undefined {
    return [...this.things.values()].find((thing) => thing.name === name && thing.drainingUntil === undefined);
  }

  /** Names and tags of everything that exists, for comparisons. */
  summary(): readonly string[] {
    this.settle();
    return [...this.things.values()]
      .map((thing) => `${thing.name} size=${thing.size} ${thing.note} ${thing.version} ${canonicalJson(thing.tags)}`)
      .toSorted();
  }
}

/** One process: after its death it gets no answer any more, and nobody hears of it. */
export class FakeProcess {
  death: Death | undefined;
  /** Resolves when it is dead. */
  readonly died: Promise<void>;
  private die: () => void = () => undefined;
  private made = 0;
  private dead = false;
  readonly cloud: FakeCloud;

  constructor(cloud: FakeCloud) {
    this.cloud = cloud;
    this.died = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  /** A mutating call: `change` is what the cloud does. */
  async call(operation: string, change: () => void): Promise<void> {
    await this.read();
    const fault = this.cloud.failNext.shift();
    if (fault !== undefined) throw fault;
    this.made += 1;
    const last = this.death?.at === this.made ? this.death : undefined;
    if (last?.when !== 'before') {
      this.cloud.calls.push(operation);
      change();
    }
    if (last !== undefined) {
      this.dead = true;
      this.die();
    }
    await this.read();
  }

  /** Waits forever when the process is dead. */
  async read(): Promise<void> {
    if (this.dead) await new Promise<never>(() => undefined);
  }

  context(): AwsContext {
    const unused = undefined as never;
    return {
      accountId: '111111111111',
      region: 'eu-west-1',
      partition: 'aws',
      callerArn: 'arn:aws:sts::111111111111:assumed-role/controller/test',
      settings: unused,
      ecs: unused,
      elbv2: unused,
      autoscaling: unused,
      logs: unused,
      ssm: fakeParameters(this.cloud.parameters, this),
      pass: (now: Date, signal: AbortSignal): Pass => ({
        now,
        signal,
        read: async <T>(_type: string, id: string) => structuredClone(this.cloud.things.get(id)) as T | undefined,
      }),
      close: () => undefined,
    };
  }
}

/** Kinds on a fake cloud: `Base` (removed last), `Thing` and `Scaler` (removed first). */
export function fakeKinds(process: FakeProcess): ReadonlyMap<string, Kind<never, never>> {
  const ranks = { Base: 30, Thing: 20, Scaler: 10 };
  return new Map(
    Object.entries(ranks).map(([name, removalRank]) => [
      name,
      fakeKind(name, removalRank, process) as unknown as Kind<never, never>,
    ]),
  );
}

function fakeKind(name: string, removalRank: number, process: FakeProcess): Kind<ThingSpec, Thing> {
  return {
    name,
    removalRank,
    edges: (spec) => ({
      needs: [...(spec.needs ?? []), ...(spec.scales === undefined ? [] : [spec.scales.on])],
      serves: spec.serves ?? [],
    }),
    lint: (spec, { all = [] }) => {
      if (spec.size === 13)
        return [{ code: 'LS9001', severity: 'error', path: '/size', message: '13 brings bad luck' }];
      const notes = all.filter((other) => (other.spec as ThingSpec).note === spec.note).length;
      if (spec.note !== 'unique' || notes === 1) return [];
      return [{ code: 'LS9002', severity: 'warning', path: '/note', message: `${notes} say that they are unique` }];
    },
    iam: () => [],
    driver: () => fakeDriver(name, process),
  };
}

const ALLOWED: Readonly<Partial<Record<Rollout['phase'], Rollout['allows']>>> = {
  InProgress: ['promote', 'abort'],
  Succeeded: ['restart'],
  Failed: ['retry'],
};

function nameOf(kind: string, desired: Desired<ThingSpec>): string {
  const name = desired.id.slice(desired.id.indexOf('/') + 1);
  return derivedName({
    application: desired.application,
    name: `${kind}-${name}`,
    createOnly: desired.spec.shape ?? 'round',
    maxLength: 60,
    override: desired.spec.nameOverride,
  });
}

function fakeDriver(kind: string, process: FakeProcess): Driver<ThingSpec, Thing> {
  const { cloud } = process;
  const held = (desired: Desired<ThingSpec>, live: Thing): boolean =>
    live.tags['longshore.dev/hold'] !== undefined && live.tags['longshore.dev/hold'] === (desired.spec.version ?? 'v1');
  return {
    observe: async ({ desired, recorded }, _pass) => {
      await process.read();
      cloud.settle();
      const wanted = desired === undefined ? undefined : cloud.byName(nameOf(kind, desired));
      const onRecord = recorded.map((part) => cloud.things.get(part.id)).find((thing) => thing !== undefined);
      return structuredClone(wanted ?? onRecord);
    },
    parts: (live) => [{ type: `fake:${kind}`, id: live.id, tags: live.tags }],
    outputs: (live) => ({ id: live.id, name: live.name, port: { 443: `${live.id}:443` } }),
    rollout: (live) => ({
      id: live.rolloutId,
      target: live.target,
      phase: live.phase,
      step: [1, 1],
      strategy: 'ROLLING',
      weights: {},
      allows: ALLOWED[live.phase] ?? [],
      ...(cloud.needsUs && live.phase === 'InProgress' && { needsUs: true }),
      steps: [
        {
          name: 'replace',
          status: live.phase === 'Succeeded' ? 'Succeeded' : live.phase === 'Failed' ? 'Failed' : 'InProgress',
        },
      ],
      ...(live.phase === 'Failed' ? { cause: `${live.target} did not come up` } : {}),
    }),
    events: (live) => live.events,
    claims: (desired, _live): readonly Claim[] => {
      const { scales } = desired.spec;
      if (scales === undefined) return [];
      return [
        {
          on: scales.on,
          path: '/size',
          by: desired.id,
          reason: 'it scales',
          holds: { between: [scales.min, scales.max] },
        },
      ];
    },
    diff: (desired, live) => differences(kind, desired, live),
    ensure: async (desired, live, pass): Promise<Progress> => {
      cloud.settle();
      if (live === undefined) {
        if (cloud.byName(nameOf(kind, desired)) !== undefined)
          throw new TerminalError('Exists', `${nameOf(kind, desired)} exists`);
        await process.call('create', () => create(cloud, kind, desired));
        return { done: true };
      }
      if (live.phase === 'InProgress' && live.target === (desired.spec.version ?? 'v1')) {
        if (!cloud.needsUs) return { done: true };
        if (live.readyAt > pass.now.getTime()) return { done: false, waitsFor: 'the next step', pollAfterMs: 5_000 };
        await process.call('step', () => cloud.end(cloud.things.get(live.id) as Thing));
        return { done: true };
      }
      if (live.phase === 'Failed' && live.target === (desired.spec.version ?? 'v1')) {
        await process.call('hold', () => {
          (cloud.things.get(live.id) as Thing).tags['longshore.dev/hold'] = live.target;
        });
        return { done: true };
      }
      const changes = differences(kind, desired, live);
      if (changes.length === 0) return { done: true };
      await process.call('update', () => update(cloud, desired, cloud.things.get(live.id) as Thing, pass.now));
      return { done: true };
    },
    act: async (action, live, pass) => {
      const allowed = ALLOWED[live.phase] ?? [];
      if (!allowed.includes(action)) {
        throw new TerminalError('NotAllowed', `cannot ${action} what is ${live.phase}; allowed: ${allowed.join(', ')}`);
      }
      await process.call(action, () => {
        const thing = cloud.things.get(live.id) as Thing;
        if (action === 'promote') thing.readyAt = pass.now.getTime();
        else if (action === 'abort') thing.phase = 'Failed';
        else Object.assign(thing, { phase: 'InProgress', rolloutId: cloud.newId(), readyAt: pass.now.getTime() });
      });
    },
    ...(kind === 'Thing' && {
      tasks: async ({ id, version }: Thing) => [
        {
          id: `task-${id}`,
          arn: `arn:fake:task/${id}`,
          cluster: 'arn:fake:cluster/main',
          lastStatus: 'RUNNING',
          desiredStatus: 'RUNNING',
          health: 'HEALTHY',
          revision: version,
          execEnabled: false,
          containers: [],
        } as const,
      ],
    }),
    remove: async (live): Promise<Progress> => {
      await process.read();
      const thing = cloud.things.get(live.id);
      if (thing === undefined) return { done: true };
      if (thing.drainingUntil === undefined) {
        await process.call('delete', () => {
          thing.drainingUntil = cloud.clock.now().getTime() + cloud.drainMs;
        });
      }
      return { done: false, waitsFor: 'draining', pollAfterMs: 2_000 };
    },
    health: (desired, live): Health => {
      if (held(desired, live)) return { status: 'Degraded', reason: HELD, message: `${live.target} did not come up` };
      if (live.phase === 'InProgress')
        return { status: 'Progressing', reason: 'RollingOut', message: `rolling out ${live.target}` };
      if (live.phase === 'Failed')
        return { status: 'Degraded', reason: 'RolledBack', message: `${live.target} was rolled back` };
      return { status: 'Healthy', reason: 'Running', message: `runs ${live.version}` };
    },
  };
}

function differences(kind: string, desired: Desired<ThingSpec>, live: Thing): readonly Change[] {
  const version = desired.spec.version ?? 'v1';
  // While a rollout goes to the wanted version, or was rolled back from it, the running one is no drift.
  const running = live.target === version ? version : live.version;
  const wanted = wantedTags(desired.spec.tags, desired.ownership);
  return diffTrees(
    `fake:${kind}`,
    {
      size: live.size,
      shape: live.shape,
      note: live.note,
      version: running,
      tags: managedTags(live.tags, wanted, desired.managedTagKeys),
    },
    {
      size: desired.spec.size ?? 1,
      shape: desired.spec.shape ?? 'round',
      note: desired.spec.note ?? '',
      version,
      tags: wanted,
    },
    {
      effects: { '/shape': 'replaces', '/version': 'restartsTasks' },
      unknown: desired.unknown,
      claims: desired.claims,
    },
  );
}

function create(cloud: FakeCloud, kind: string, desired: Desired<ThingSpec>): void {
  const { spec } = desired;
  const id = cloud.newId();
  cloud.things.set(id, {
    id,
    name: nameOf(kind, desired),
    kind,
    size: spec.size ?? 1,
    shape: spec.shape ?? 'round',
    note: spec.note ?? '',
    version: '',
    target: spec.version ?? 'v1',
    phase: 'InProgress',
    rolloutId: cloud.newId(),
    readyAt: cloud.clock.now().getTime() + cloud.rolloutMs,
    tags: { ...wantedTags(spec.tags, desired.ownership) },
    events: [],
  });
}

function update(cloud: FakeCloud, desired: Desired<ThingSpec>, thing: Thing, now: Date): void {
  const { spec } = desired;
  const claim = desired.claims.find((candidate) => candidate.path === '/size');
  if (claim === undefined) thing.size = spec.size ?? 1;
  else if (typeof claim.holds === 'object' && 'between' in claim.holds) {
    thing.size = Math.min(Math.max(thing.size, claim.holds.between[0]), claim.holds.between[1]);
  }
  thing.note = spec.note ?? '';
  const wanted = wantedTags(spec.tags, desired.ownership);
  for (const key of Object.keys(managedTags(thing.tags, wanted, desired.managedTagKeys))) delete thing.tags[key];
  Object.assign(thing.tags, wanted);
  const version = spec.version ?? 'v1';
  if (thing.target === version) return;
  thing.target = version;
  thing.phase = 'InProgress';
  thing.rolloutId = cloud.newId();
  thing.readyAt = now.getTime() + cloud.rolloutMs;
}
