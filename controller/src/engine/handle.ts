import type {
  Claim,
  Desired,
  ExecRequest,
  ExecSession,
  Pass,
  RolloutAction,
  ScaleRequest,
  TaskState,
} from '../core/driver.ts';
import { TerminalError } from '../core/errors.ts';
import { MISSING } from '../core/health.ts';
import type { JsonObject } from '../core/json.ts';
import { type Ref, refOf } from '../core/manifest.ts';
import { didYouMean } from '../core/suggest.ts';
import { refuseForeign } from './apply-step.ts';
import type { ApplicationInput, ResourceHandle } from './engine.ts';
import { openInventory } from './inventory.ts';
import { inventoryMirror } from '../aws/inventory-mirror.ts';
import type { Looking } from './look.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { EngineDriver, Resource } from './resource.ts';
import { bearNothing } from './retry.ts';
import { withIgnored } from './ignoring.ts';
import { gatherClaims, observeOne, type Observing, type Seen, type World } from './world.ts';

/**
 * A fresh look at one resource, at what it needs, and at what may hold fields of it; nothing else is read.
 * @throws TerminalError `NotFound` for one that the manifests do not have, `Foreign` for one that is not ours
 */
export async function handleOf(
  looking: Looking,
  input: ApplicationInput,
  ref: Ref,
  signal: AbortSignal,
): Promise<ResourceHandle> {
  const connection = await looking.connections.to(input.destination);
  const prepared = prepare(input, looking.kinds, connection);
  const resource = resourceIn(prepared, input, ref);
  const { store, instance, jq } = looking;
  const place = { application: input.name, destination: input.destination, store };
  const mirror = inventoryMirror(connection.aws.ssm, instance, input.name);
  const inventory = await openInventory({ ...place, mirror }, 'whenEmpty');
  const now = looking.clock.now();
  const pass = connection.aws.pass(now, signal, { recheck: true, closely: true });
  const observing: Observing = {
    prepared,
    recorded: (each) => inventory.get(each),
    moving: new Map(),
    instance,
    pass,
    jq,
    bear: bearNothing,
  };
  const world: World = new Map();
  for (const each of around(prepared, resource)) world.set(each.ref, await observeOne(each, world, observing));
  const seen = world.get(ref) ?? (await observeOne(resource, world, observing));
  refuseForeign(seen, 'none');
  return handle(seen, gatherClaims(world).get(ref) ?? [], { pass, now });
}

/** The hooks of an Application are Jobs as well. */
function resourceIn({ resources, hooks }: Prepared, input: ApplicationInput, ref: Ref): Resource {
  const resource = resources.get(ref) ?? hooks.get(ref)?.resource;
  if (resource !== undefined) return resource;
  const known = input.manifests.map(refOf);
  throw new TerminalError('NotFound', `${input.name} has no resource ${ref}${didYouMean(ref, known)}`);
}

/** What it needs, itself, and what needs it: an autoscaler holds the count of its service. In the order of the waves. */
function around({ resources, waves }: Prepared, resource: Resource): readonly Resource[] {
  const wanted = new Set<Ref>();
  const open: Resource[] = [resource, ...[...resources.values()].filter(({ needs }) => needs.includes(resource.ref))];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (wanted.has(next.ref)) continue;
    wanted.add(next.ref);
    open.push(...next.needs.flatMap((need) => resources.get(need) ?? []));
  }
  return waves.flat().flatMap((ref) => (wanted.has(ref) ? (resources.get(ref) ?? []) : []));
}

function handle(
  seen: Seen,
  claims: readonly Claim[],
  { pass, now }: { readonly pass: Pass; readonly now: Date },
): ResourceHandle {
  const { resource, live } = seen;
  const { ref, driver } = resource;
  const desired: Desired<JsonObject> = withIgnored({ ...seen.desired, claims }, seen.ignored);
  const existing = (): object => {
    if (live === undefined) throw new TerminalError('NotThere', `${ref} does not exist in AWS yet: sync it first`);
    return live;
  };
  const rollout = live === undefined ? undefined : driver.rollout(live);
  return {
    ref,
    health: live === undefined ? MISSING : driver.health(desired, live, now),
    parts: seen.parts.map(({ type, id }) => ({ type, id })),
    claims,
    ...(rollout !== undefined && { rollout }),
    events: live === undefined ? [] : driver.events(live),
    act: (action: RolloutAction) => driver.act(action, existing(), pass),
    tasks: (): Promise<readonly TaskState[]> => able(driver, 'tasks', ref)(existing(), pass),
    exec: (request: ExecRequest): Promise<ExecSession> => able(driver, 'exec', ref)(request, existing(), pass),
    scale: (request: ScaleRequest): Promise<string> => able(driver, 'scale', ref)(request, desired, existing(), pass),
  };
}

const LACKS = { tasks: 'tasks', exec: 'containers', scale: 'number of tasks to set' } as const;

function able<Name extends keyof typeof LACKS>(
  driver: EngineDriver,
  name: Name,
  ref: Ref,
): NonNullable<EngineDriver[Name]> {
  const method = driver[name];
  if (method === undefined) {
    throw new TerminalError(
      'NotAllowed',
      `${ref} has no ${LACKS[name]}, expected a ${name === 'scale' ? 'Service' : 'Service or a Job'}`,
    );
  }
  return method;
}
