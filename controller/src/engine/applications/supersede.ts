import { isObject } from '../../core/json.ts';
import { type Manifest, type Ref, refOf } from '../../core/manifest.ts';
import { shortRevision } from '../../core/render/words.ts';
import type { ApplicationStatus, Operation } from '../engine.ts';
import { digestOf } from '../prepare.ts';
import { isOver } from '../watch.ts';
import { type Entry, isStale, projectOf } from './entry.ts';
import type { Keeping } from './keeping.ts';
import { windowObstacle } from './obstacles.ts';
import { render } from './render.ts';

/** While a new revision waits for an operation, it is looked again whether it still has to, in milliseconds. */
const AGAIN_MS = 30_000;

/** What automation began. What a person asked for is theirs to end. */
const AUTOMATED: readonly string[] = ['commit', 'self-heal', 'schedule', 'webhook', 'retry', 'rollout'];

/**
 * A new revision came while an operation runs: the operation is ended where it only waits for rollouts that the new revision
 * takes over (`deployment.onNewRevision: Supersede`), so that a fix need not wait for what it fixes. The next turn syncs it.
 * Operations with hooks are never ended: a migration is not cut short. Gives when to look again.
 */
export async function supersede(
  keeping: Keeping,
  entry: Entry,
  signal: AbortSignal,
): Promise<{ readonly requeueAfterMs?: number }> {
  const { running, engine } = entry;
  if (running === undefined || running === 'starting' || engine === undefined || !isStale(entry)) return {};
  if (!mayEnd(running) || !(await maySync(keeping, entry))) return {};
  const { name } = entry.declared;
  const { epoch } = entry;
  const { accountId, region } = running.plan;
  const input = await render(keeping, entry, { accountId, region }, signal);
  if (digestOf(input.manifests) === running.digest) return {};
  const { status } = await engine.status(input, signal, { recheck: true });
  if (entry.running !== running || entry.epoch !== epoch) return {};
  const taken = takenOver(status, input.manifests);
  if (taken.length === 0) return { requeueAfterMs: AGAIN_MS };
  const why = `superseded by ${shortRevision(input.revision)}`;
  if (engine.terminate(name, why)) {
    const message = `operation ${running.id} ends: the rollout of ${taken.join(', ')} is ${why}`;
    keeping.emit(name)('operation.superseded', 'info', message, { operation: running.id, revision: input.revision });
  }
  return {};
}

function mayEnd({ initiator, removal, job, plan }: Operation): boolean {
  return AUTOMATED.includes(initiator.kind) && removal !== true && job === undefined && (plan.hooks ?? []).length === 0;
}

/** Whether automation would sync the new revision at once. */
async function maySync(keeping: Keeping, entry: Entry): Promise<boolean> {
  const { syncPolicy } = entry.declared.spec;
  const isAutomated = syncPolicy?.automated !== undefined || keeping.hasStrategy(entry);
  if (!isAutomated || syncPolicy?.gate === 'manual' || !entry.admitted) return false;
  const project = await keeping.projects.find(projectOf(entry.declared));
  if (project === undefined || keeping.strategyObstacle(entry) !== undefined) return false;
  return windowObstacle(entry, project, keeping.deps.clock.now(), false) === undefined;
}

/** Rollouts under way that the new revision changes; none where one of them is to end first. */
function takenOver({ resources, plan }: ApplicationStatus, manifests: readonly Manifest[]): readonly Ref[] {
  const changed = new Set(plan.waves.flat().flatMap(({ ref, action }) => (action === 'none' ? [] : [ref])));
  const queues = new Set(manifests.filter(isQueued).map(refOf));
  const moving = resources
    .filter(({ rollout }) => rollout !== undefined && !isOver(rollout) && rollout.phase !== 'RollingBack')
    .map(({ ref }) => ref);
  return moving.some((ref) => queues.has(ref)) ? [] : moving.filter((ref) => changed.has(ref));
}

function isQueued({ spec }: Manifest): boolean {
  const { deployment } = spec;
  return isObject(deployment) && deployment['onNewRevision'] === 'Queue';
}
