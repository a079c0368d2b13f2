import {
  DeleteServiceCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { converge, freshPass } from '../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import {
  SERVICE_MUTATIONS,
  SHIFT_MUTATIONS,
  TASK_MUTATIONS,
  type TaskMutation,
} from '../../../test/service-mutations.ts';
import { routed } from '../../../test/shifting.ts';
import { fargateSpecs, hostSpecs } from '../../../test/service-specs.ts';
import { HOOK_FUNCTIONS, shiftingSpecs } from '../../../test/shifting-specs.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { Desired } from '../../core/driver.ts';
import type { LintContext } from '../../core/lint.ts';
import type { Ref } from '../../core/manifest.ts';
import { parseManifests } from '../../core/manifests/parse.ts';
import { serviceKind } from './index.ts';
import { lintService } from './lint.ts';
import { primaryDeployment, type ServiceLive } from './live.ts';

/** How many services of each sort: as few as have every field. */
const RUNS = 20;
/** Sandboxes side by side: most of the time goes by until batches of reads are full. */
const SIDE_BY_SIDE = 5;
/** The same services every time: together they have every field. */
const SEED = 11;

/** A sandbox with what the services refer to. */
interface Stage {
  readonly running: Sandboxed;
  readonly needs: Desired<ServiceSpec>['needs'];
}

let stages: readonly Stage[];
let made = 0;
beforeAll(async () => {
  const all = Array.from({ length: SIDE_BY_SIDE }, async (): Promise<Stage> => {
    const running = await sandboxed({ throttle: false, functions: HOOK_FUNCTIONS });
    return { running, needs: await routed(running) };
  });
  stages = await Promise.all(all);
});
afterAll(async () => {
  await Promise.all(stages.map(({ running }) => running.close()));
});

/** Each service has a name of its own, so that one run leaves nothing to the next. */
function fresh({ needs }: Stage, spec: ServiceSpec): Desired<ServiceSpec> {
  const ref: Ref = `Service/api-${++made}`;
  return desiredOf(ref, spec, needs);
}

const drive = ({ running }: Stage) => ({ kind: serviceKind, ...running });

async function observed({ running }: Stage, desired: Desired<ServiceSpec>): Promise<ServiceLive> {
  const live = await serviceKind.driver(running.aws).observe({ desired, recorded: [] }, freshPass(running));
  if (live === undefined) throw new Error(`${desired.id} is not there`);
  return live;
}

async function paths(stage: Stage, desired: Desired<ServiceSpec>): Promise<readonly string[]> {
  return serviceKind
    .driver(stage.running.aws)
    .diff(desired, await observed(stage, desired))
    .map((change) => change.path);
}

/** Every change that somebody could make by hand to this service, as a call of the SDK. */
function possible(
  { running }: Stage,
  live: ServiceLive,
): readonly { readonly path: string; readonly make: () => Promise<unknown> }[] {
  const primary = primaryDeployment(live.service) ?? {};
  const update = (input: object) => running.aws.ecs.send(new UpdateServiceCommand({ ...live.key, ...input }));
  const shiftsTraffic = (live.service.deploymentConfiguration?.strategy ?? 'ROLLING') !== 'ROLLING';
  const ofService = (shiftsTraffic ? SHIFT_MUTATIONS : SERVICE_MUTATIONS).flatMap(({ path, change }) => {
    const input = change(structuredClone(live.service), primary);
    return input === undefined ? [] : { path, make: () => update(input) };
  });
  const ofTask = (shiftsTraffic ? [] : TASK_MUTATIONS).flatMap((mutation) => {
    const definition = changedDefinition(live, mutation);
    if (definition === undefined) return [];
    const make = async () => {
      const { taskDefinition } = await running.aws.ecs.send(new RegisterTaskDefinitionCommand(definition));
      await update({ taskDefinition: taskDefinition?.taskDefinitionArn });
    };
    return { path: mutation.path, make };
  });
  return [...ofService, ...ofTask];
}

function changedDefinition(
  live: ServiceLive,
  { change }: TaskMutation,
): RegisterTaskDefinitionCommandInput | undefined {
  const { containerDefinitions, ...definition } = structuredClone(live.taskDefinition?.taskDefinition) ?? {};
  const input: RegisterTaskDefinitionCommandInput = {
    ...definition,
    containerDefinitions,
    family: `by-hand-${definition.family}`,
  };
  const web = containerDefinitions?.find(({ name }) => name === 'web');
  return web !== undefined && change(input, web) ? input : undefined;
}

const noOthers: LintContext = {
  manifest: {
    apiVersion: 'longshore.dev/v1alpha1',
    kind: 'Service',
    metadata: { name: 'api' },
    spec: {},
    positionOf: () => ({ file: 'api.yaml', line: 1, column: 1 }),
  },
  find: () => undefined,
};

/** What the schema and lint say against the spec: nothing, when it is one that ECS takes. */
function objections(spec: ServiceSpec): readonly string[] {
  const manifest = { apiVersion: 'longshore.dev/v1alpha1', kind: 'Service', metadata: { name: 'api' }, spec };
  const text = new TextEncoder().encode(JSON.stringify(manifest));
  const { problems } = parseManifests(new Map([['api.yaml', text]]));
  const errors = lintService(spec, noOthers).filter(({ severity }) => severity === 'error');
  return [...problems.map(({ message }) => message), ...errors.map(({ path, message }) => `${path}: ${message}`)];
}

/** Fields of container instances. */
const HOST_ONLY = [
  '/placementConstraints',
  '/placementStrategy',
  '/task/placementConstraints',
  '/task/ipcMode',
  '/task/volumes/host',
  '/task/volumes/docker',
  '/task/volumes/fsx',
  ...['maxSwap', 'tmpfs', 'devices'].map((field) => `/task/containers/web/linuxParameters/${field}`),
  ...[
    'hostname',
    'dnsServers',
    'dnsSearchDomains',
    'extraHosts',
    'dockerSecurityOptions',
    'resourceRequirements',
    'links',
  ].map((field) => `/task/containers/web/${field}`),
];
/** Fields of Fargate, and sizes, which are free elsewhere. */
const FARGATE_ONLY = [
  '/platformVersion',
  '/network',
  '/task/memory',
  '/task/runtimePlatform',
  '/task/ephemeralStorage',
  '/task/proxyConfiguration',
];

const OF_SERVICES = [...SERVICE_MUTATIONS, ...TASK_MUTATIONS].map(({ path }) => path);

describe.each<readonly [string, fc.Arbitrary<ServiceSpec>, readonly string[]]>([
  ['Fargate', fargateSpecs, without(OF_SERVICES, HOST_ONLY)],
  ['container instances', hostSpecs, without(OF_SERVICES, FARGATE_ONLY)],
  ['two target groups', shiftingSpecs, SHIFT_MUTATIONS.map(({ path }) => path)],
])('any service on %s', (_, specs, fields) => {
  test('is one that schema and lint have nothing against', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        expect(objections(spec)).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  const reached = new Set<string>();

  async function tryOne(stage: Stage, spec: ServiceSpec, pick: number): Promise<void> {
    const desired = fresh(stage, spec);
    const live = await converge(drive(stage), desired);
    expect(await paths(stage, desired)).toEqual([]);
    const choices = possible(stage, live);
    for (const { path } of choices) reached.add(path);
    const choice = choices[pick % choices.length];
    if (choice === undefined) throw new Error('there is nothing to change');
    await choice.make();
    expect(await paths(stage, desired)).toEqual([choice.path]);
    await converge(drive(stage), desired);
    expect(await paths(stage, desired)).toEqual([]);
    await stage.running.aws.ecs.send(new DeleteServiceCommand({ ...live.key, force: true }));
  }

  test('is made, and then nothing differs; what somebody changes by hand differs exactly there, and is put right', async () => {
    const tried = stages.map((stage, index) =>
      fc.assert(
        fc.asyncProperty(specs, fc.nat(), (spec, pick) => tryOne(stage, spec, pick)),
        { numRuns: RUNS / SIDE_BY_SIDE, seed: SEED + index },
      ),
    );
    await Promise.all(tried);
  }, 300_000);

  test('had every field that there is to change', () => {
    expect(fields.filter((path) => !reached.has(path))).toEqual([]);
  });
});

function without(all: readonly string[], others: readonly string[]): readonly string[] {
  return all.filter((path) => !others.some((one) => path.startsWith(one)));
}
