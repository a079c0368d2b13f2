import { stat, writeFile } from 'node:fs/promises';
import { TerminalError } from '../core/errors.ts';
import { isObject } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import { readBounded } from './read-bounded.ts';
import type { Target } from './target.ts';

/** Raised when what is in the file changes in a way that an older Longshore must not read. */
const FORMAT = 1;

/** Bytes of a saved plan: the plan of the largest Application is far below. */
const MOST_BYTES = 64 * 1024 * 1024;

/** A plan on disk, with what is needed to make it again and compare. */
export interface SavedPlan {
  readonly longshorePlan: typeof FORMAT;
  readonly target: Target;
  readonly prune?: boolean;
  readonly plan: Plan;
}

/**
 * Writes a plan. A Git source is pinned to the commit that was planned, so that the file means one thing;
 * that AWS has not moved since is checked when it is applied.
 */
export async function savePlan(file: string, target: Target, plan: Plan, prune: boolean | undefined): Promise<void> {
  const isCommit = !plan.revision.startsWith('dir:');
  const source = isCommit ? { ...target.spec.source, targetRevision: plan.revision } : target.spec.source;
  const saved: SavedPlan = {
    longshorePlan: FORMAT,
    target: { ...target, spec: { ...target.spec, source } },
    ...(prune !== undefined && { prune }),
    plan,
  };
  await writeFile(file, `${JSON.stringify(saved, undefined, 2)}\n`);
}

/** The saved plan in that file; undefined when it is something else. Throws TerminalError for one of another format. */
export async function readSavedPlan(file: string): Promise<SavedPlan | undefined> {
  if (!file.endsWith('.json')) return undefined;
  // Whoever reads manifests says of other things what is wrong with them.
  if (!(await isFile(file))) return undefined;
  const value = parsed(new TextDecoder().decode(await readBounded(file, file, MOST_BYTES)));
  if (!isObject(value) || !('longshorePlan' in value)) return undefined;
  if (value.longshorePlan !== FORMAT) {
    throw new TerminalError(
      'PlanFormat',
      `${file} is a saved plan of format ${JSON.stringify(value.longshorePlan)}, this Longshore reads ${FORMAT}: plan again.`,
    );
  }
  return value as unknown as SavedPlan;
}

async function isFile(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true;
}

/** A broken JSON file is a broken manifest: whoever reads manifests says where. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
