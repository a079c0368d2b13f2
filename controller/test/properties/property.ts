import type { SandboxOptions } from '@longshore/sandbox';
import * as fc from 'fast-check';
import type { AwsContext } from '../../src/aws/context.ts';
import type { Change, Desired, Driver, Outputs } from '../../src/core/driver.ts';
import { API_VERSION, type Ref, splitRef } from '../../src/core/manifest.ts';
import { parseManifests } from '../../src/core/manifests/parse.ts';
import type { Kind } from '../../src/kinds/kind.ts';
import { converge, freshPass, mutations as callsThatChange, removed } from '../converge.ts';
import { lintContextOf } from '../linting.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../sandboxed.ts';

/** One field that somebody changes by hand: how, and where the plan has to show it. */
export interface Mutation {
  /** JSON pointer, as in `Change.path`. */
  readonly path: string;
  readonly send: () => Promise<unknown>;
}

/** What a mutation may look at. */
export interface Mutable<Spec, Live> {
  readonly aws: AwsContext;
  readonly desired: Desired<Spec>;
  readonly live: Live;
}

/** What is tried on a kind: whatever is declared comes true, and whatever is changed by hand is seen and taken back. */
export interface KindProperty<Spec, Live> {
  readonly kind: Kind<Spec, Live>;
  /** How the sandbox behaves, where that matters. */
  readonly options?: SandboxOptions;
  /** Makes what specifications refer to; gives its outputs. */
  readonly setUp: (world: Sandboxed) => Promise<Readonly<Record<Ref, Outputs>>>;
  /** Valid specifications. What has to be known of the world stands in `needs`. */
  readonly specs: (needs: Readonly<Record<Ref, Outputs>>) => fc.Arbitrary<Spec>;
  /** Everything that can be changed by hand on this one; one is chosen. */
  readonly mutations: (on: Mutable<Spec, Live>) => readonly Mutation[];
  /** Takes away what keeps it from being removed, such as deletion protection. */
  readonly release?: (on: Mutable<Spec, Live>) => Promise<unknown>;
}

/** What was tried. */
export interface Tried {
  readonly kind: string;
  readonly specifications: number;
  /** Fields that were changed by hand, by the last words of their pointers. */
  readonly fields: ReadonlyMap<string, number>;
}

/** How many, and with which seed. */
export interface Runs {
  readonly runs: number;
  readonly seed: number;
}

/** Sandboxes side by side: most of the time is spent waiting for batches of reads to fill. */
const SIDE_BY_SIDE = 5;

/**
 * Tries a kind against sandboxes. For each specification: apply, and the plan is empty; apply again, and nothing is
 * sent; change one field by hand, and the plan shows exactly that field; heal, and the plan is empty again.
 * @throws with the smallest specification that fast-check finds to fail
 */
export async function tryKind<Spec, Live>(property: KindProperty<Spec, Live>, { runs, seed }: Runs): Promise<Tried> {
  const shares = Array.from({ length: SIDE_BY_SIDE }, (_, index) => Math.floor((runs + index) / SIDE_BY_SIDE));
  const tried = await Promise.all(
    shares.map((share, index) => tryInOneWorld(property, { runs: share, seed: seed + index })),
  );
  const fields = new Map<string, number>();
  for (const [field, count] of tried.flatMap((one) => [...one.fields])) {
    fields.set(field, (fields.get(field) ?? 0) + count);
  }
  return { kind: property.kind.name, specifications: tried.reduce((sum, one) => sum + one.specifications, 0), fields };
}

async function tryInOneWorld<Spec, Live>(
  property: KindProperty<Spec, Live>,
  { runs, seed }: Runs,
): Promise<Omit<Tried, 'kind'>> {
  const world = await sandboxed({ throttle: false, ...property.options });
  try {
    const needs = await property.setUp(world);
    const fields = new Map<string, number>();
    let specifications = 0;
    await fc.assert(
      fc.asyncProperty(property.specs(needs), fc.nat(), async (spec, pick) => {
        const ref: Ref = `${property.kind.name}/p${specifications++}`;
        const field = await tryOne({ property, world, desired: desiredOf(ref, spec, needs), pick });
        if (field !== undefined) fields.set(inGeneral(field), (fields.get(inGeneral(field)) ?? 0) + 1);
      }),
      { numRuns: runs, seed },
    );
    return { specifications, fields };
  } finally {
    await world.close();
  }
}

/** A pointer without the keys of maps. */
function inGeneral(path: string): string {
  return path
    .replace(/^((?:\/listeners\/\d+)?\/?(?:tags|targets|scheduled|step|targetTracking|predictive))\/[^/]+/, '$1/*')
    .replace(/\/(listeners|rules)\/\d+/g, '/$1/*')
    .replace(/\/forward\/[^/]+(~1[^/]*)?/, '/forward/*');
}

interface Trial<Spec, Live> {
  readonly property: KindProperty<Spec, Live>;
  readonly world: Sandboxed;
  readonly desired: Desired<Spec>;
  readonly pick: number;
}

async function tryOne<Spec, Live>(trial: Trial<Spec, Live>): Promise<string | undefined> {
  const { property, world, desired, pick } = trial;
  const { kind } = property;
  const drive = { kind, ...world };
  const driver = kind.driver(world.aws);
  expectValid(kind, desired);
  try {
    const live = await converge(drive, desired);
    expectChanges('after it was applied', driver.diff(desired, live), []);
    const before = callsThatChange(world.sandbox);
    await driver.ensure(desired, live, freshPass(drive));
    const after = callsThatChange(world.sandbox);
    if (JSON.stringify(after) !== JSON.stringify(before)) {
      throw new Error(`applying it again sent something: ${JSON.stringify(before)} became ${JSON.stringify(after)}`);
    }
    const possible = property.mutations({ aws: world.aws, desired, live });
    const mutation = possible[pick % possible.length];
    if (mutation === undefined) return undefined;
    await mutation.send();
    const changed = await mustSee(driver, desired, drive);
    expectChanges(`after ${mutation.path} was changed by hand`, driver.diff(desired, changed), [mutation.path]);
    expectChanges('after it was healed', driver.diff(desired, await converge(drive, desired)), []);
    return mutation.path;
  } finally {
    await takeAway(trial, driver);
  }
}

/** Schema, rules and lint have nothing against it: users could write it. */
function expectValid<Spec, Live>(kind: Kind<Spec, Live>, { id, spec }: Desired<Spec>): void {
  const manifest = { apiVersion: API_VERSION, kind: kind.name, metadata: { name: splitRef(id).name }, spec };
  const { problems } = parseManifests(new Map([['spec.yaml', new TextEncoder().encode(JSON.stringify(manifest))]]));
  const findings = kind.lint(spec, lintContextOf({ [id]: spec })).filter(({ severity }) => severity === 'error');
  const wrong = [...problems, ...findings].map(({ path, message }) => `${path}: ${message}`);
  if (wrong.length > 0) throw new Error(`it is not valid: ${wrong.join('; ')}`);
}

async function takeAway<Spec, Live>(
  { property, world, desired }: Trial<Spec, Live>,
  driver: Driver<Spec, Live>,
): Promise<void> {
  const drive = { kind: property.kind, ...world };
  const live = await driver.observe({ desired, recorded: [] }, freshPass(drive));
  if (live === undefined) return;
  await property.release?.({ aws: world.aws, desired, live });
  await removed(drive, desired);
}

async function mustSee<Spec, Live>(
  driver: Driver<Spec, Live>,
  desired: Desired<Spec>,
  drive: Parameters<typeof freshPass>[0],
): Promise<Live> {
  const live = await driver.observe({ desired, recorded: [] }, freshPass(drive));
  if (live === undefined) throw new Error(`${desired.id} is gone`);
  return live;
}

function expectChanges(when: string, found: readonly Change[], paths: readonly string[]): void {
  if (JSON.stringify(found.map(({ path }) => path)) === JSON.stringify(paths)) return;
  throw new Error(
    `${when} the plan shows ${JSON.stringify(found, null, 1)}; expected ${paths.join(', ') || 'no difference'}`,
  );
}
