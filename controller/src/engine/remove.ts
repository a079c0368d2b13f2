import { refOf, type Ref } from '../core/manifest.ts';
import { runHooks } from './apply.ts';
import { recordAsked } from './apply-removal.ts';
import { prune } from './apply-prune.ts';
import type { Applying } from './applying.ts';
import type { ApplicationInput, EngineDeps, ForgottenApplication, Operation, RemoveOptions } from './engine.ts';
import { TerminalError } from '../core/errors.ts';
import type { Looking } from './look.ts';
import { runOperation } from './run-operation.ts';

/** Takes away all that an Application owns. */
export function runRemoval(
  deps: EngineDeps,
  looking: Looking,
  target: ApplicationInput | ForgottenApplication,
  options: RemoveOptions,
  signal: AbortSignal,
): Promise<Operation> {
  const { approveDeletions = false } = options;
  const work = {
    input: inputOf(target),
    asked: { prune: true, removal: true, replace: false, approveDeletions },
    options,
    ...('destinations' in target ? { alsoIn: target.destinations } : {}),
    apply: removeAllOf,
    onRefusal: recordConfirmations,
  };
  return runOperation(deps, looking, work, signal);
}

function inputOf(target: ApplicationInput | ForgottenApplication): ApplicationInput {
  if (!('destinations' in target)) return target;
  const [destination] = target.destinations;
  if (destination === undefined) {
    throw new TerminalError('NoDestination', `it is not known where ${target.name} is: name an account and region`);
  }
  return { name: target.name, spec: { source: { repoURL: '' } }, destination, revision: '', manifests: [] };
}

/**
 * PreDelete hooks, everything in reverse order, PostDelete hooks. What the latter need, such as their cluster, goes after
 * they ran, and what hooks left behind last of all.
 */
async function removeAllOf(applying: Applying): Promise<boolean> {
  const { found, plan } = applying;
  const { hooks, resources, input } = found.prepared;
  if (!(await runHooks(applying, 'PreDelete'))) return false;
  const own = new Set(input.manifests.map(refOf).filter((ref) => hooks.has(ref)));
  const needed = new Set<Ref>(own);
  const open = [...hooks.values()]
    .filter(({ phases }) => phases.includes('PostDelete'))
    .map(({ resource }) => resource);
  for (let resource = open.pop(); resource !== undefined; resource = open.pop()) {
    for (const need of resource.needs) {
      if (needed.has(need)) continue;
      needed.add(need);
      const next = resources.get(need);
      if (next !== undefined) open.push(next);
    }
  }
  const all = new Set(plan.waves.flat().map(({ ref }) => ref));
  if (!(await prune(applying, new Set([...all].filter((ref) => !needed.has(ref)))))) return false;
  if (!(await runHooks(applying, 'PostDelete'))) return false;
  return prune(applying, new Set([...all, ...own].filter((ref) => needed.has(ref))));
}

/** From when on a person's yes counts, for what asks for one. */
async function recordConfirmations({ found, plan, clock }: Applying): Promise<void> {
  const asking = new Set(plan.waves.flat().flatMap(({ ref, needsConfirmation }) => (needsConfirmation ? [ref] : [])));
  for (const removal of found.removals.present) {
    if (asking.has(removal.ref)) await recordAsked(removal, clock.now());
  }
}
