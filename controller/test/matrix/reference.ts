import type { CallMiddleware } from '../../src/aws/calls.ts';
import { canonicalJson } from '../../src/core/canonical.ts';
import type { Json } from '../../src/core/json.ts';
import { refOf } from '../../src/core/manifest.ts';
import { isEmpty } from '../../src/core/plan.ts';
import type { Engine, Operation } from '../../src/engine/engine.ts';
import type { StateStore } from '../../src/engine/store.ts';
import type { Harness } from '../harness.ts';
import { type AccountObject, readAccount } from './account.ts';
import { orphans, type Shape, shapeOf, shapeWhileHeld } from './compare.ts';
import type { Scenario } from './scenario.ts';
import { APPROVED, type Beginning, never, rest, revisions, stage, storeWith, withClients } from './stage.ts';

/** A scenario with its undisturbed run. */
export interface Reference {
  readonly scenario: Scenario;
  readonly beginning: Beginning;
  /** `ecs:UpdateService`, in the order of the calls. */
  readonly calls: readonly string[];
  readonly shape: Shape;
}

/** What became of one point of the matrix. */
export interface Outcome {
  readonly scenario: string;
  /** `call 17 ecs:UpdateService, lost, disk lost`. */
  readonly what: string;
  /** Arguments of `npm run test:matrix` that try it again alone. */
  readonly again: readonly string[];
  /** Empty: it converged. */
  readonly problems: readonly string[];
}

const MANY = 10_000;

/** Runs a scenario without a disturbance. @throws Error when that alone does not come to the right end. */
export async function undisturbed(scenario: Scenario, beginning: Beginning): Promise<Reference> {
  await using world = await stage({ restore: beginning.folder });
  const calls: string[] = [];
  const counting: CallMiddleware = (call, send) => {
    calls.push(`${call.service}:${call.operation}`);
    return send();
  };
  const store = await storeWith(beginning.records);
  const engine = world.restart(store, { middleware: [counting] });
  const operation = await engine.sync(revisions(world, scenario).after, APPROVED, never());
  const made = calls.slice();
  const expectedPhase = scenario.ends === 'Held' ? 'Failed' : 'Succeeded';
  const wrongEnd = operation.phase === expectedPhase ? [] : [`${operation.phase}: ${operation.message}`];
  const { shape, problems } = await judge(world, scenario, { engine, store });
  const all = [...wrongEnd, ...problems];
  if (all.length > 0) throw new Error(`${scenario.name}, undisturbed: ${all.join('; ')}`);
  return { scenario, beginning, calls: made, shape };
}

/** Whoever comes after a failed rollout finds it held, or is the one to see it fail. */
export function refusedEnd(scenario: Scenario, { phase, message }: Operation): readonly string[] {
  if (phase === 'Succeeded' || (scenario.ends === 'Held' && phase === 'Failed')) return [];
  return [`the sync ended ${phase}: ${message}`];
}

/** What has to hold after every run, disturbed or not. */
export async function judge(
  world: Harness,
  scenario: Scenario,
  { engine, store }: { readonly engine: Engine; readonly store: StateStore },
): Promise<{ readonly shape: Shape; readonly problems: readonly string[] }> {
  const { after } = revisions(world, scenario);
  await rest(world);
  const status = (await engine.status(after, never())).status;
  const problems: string[] = [];
  const wanted = scenario.ends === 'Held' ? 'OutOfSync Degraded' : 'Synced Healthy';
  const is = `${status.sync} ${status.health.status}`;
  if (is !== wanted) problems.push(`${is} (${status.health.reason}: ${status.health.message}), expected ${wanted}`);
  if (scenario.ends === 'Held' && !status.resources.some(({ health }) => health.reason === 'Held')) {
    problems.push('nothing is held');
  }
  if (!isEmpty(status.plan)) {
    const steps = status.plan.waves.flat().filter((step) => step.action !== 'none');
    problems.push(
      `the plan is not empty: ${steps.map((step) => `${step.action} ${step.ref} (${step.changes.map(({ path }) => path).join(' ')})`).join(', ')}`,
    );
  }
  const account = await withClients(world, readAccount);
  problems.push(...orphans(account, after.name, scenario.after.map(refOf)));
  problems.push(...(await unlikeMirror(account, store)));
  return { shape: scenario.ends === 'Held' ? shapeWhileHeld(account) : shapeOf(account), problems };
}

/** The inventory in the store and its copy in AWS say the same. */
async function unlikeMirror(account: readonly AccountObject[], store: StateStore): Promise<readonly string[]> {
  const stored = (await store.list('inventory', '', MANY)).map(({ value }) => canonicalJson(value)).toSorted();
  const mirrored = account
    .flatMap(({ type, state }) =>
      type === 'ssm:parameter' && 'value' in state ? [canonicalJson(state.value as Json)] : [],
    )
    .toSorted();
  if (stored.join('\n') === mirrored.join('\n')) return [];
  return [`the store and its copy in AWS differ: ${stored.join(' ')} and ${mirrored.join(' ')}`];
}
