import { diffTrees } from '../../core/diff.ts';
import type { Change } from '../../core/driver.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import { OWNERSHIP_TAG } from '../../core/ownership.ts';
import type { Plan, Refusal, Step } from '../../core/plan.ts';
import { below } from '../../core/pointer.ts';
import { contentHash } from '../../core/canonical.ts';
import type { Where } from './names.ts';
import type { Live, Thing } from './thing.ts';

/** A thing, what is there of it, and what is to be done. */
export interface Look {
  readonly thing: Thing;
  readonly live: Live | undefined;
  readonly step: Step;
}

/** Looks at everything. With `remove`, nothing is wanted any more. */
export async function lookAt(
  things: readonly Thing[],
  instance: string,
  remove: boolean,
  signal: AbortSignal,
): Promise<readonly Look[]> {
  const looks: Look[] = [];
  for (const thing of things) {
    const live = await thing.observe(signal);
    const owner = live?.tags[OWNERSHIP_TAG.instance];
    const wanted = remove ? undefined : thing.wanted;
    // What is not wanted and not ours is nobody's business.
    if (wanted === undefined && (live === undefined || owner !== instance)) continue;
    looks.push({ thing, live, step: stepOf(thing, live, wanted) });
  }
  return remove ? looks.toReversed() : looks;
}

/** The plan of one account and region, as every surface shows plans. */
export function planOf(looks: readonly Look[], where: Where, instance: string, version: string): Plan {
  const steps = looks.map(({ step }) => step);
  return {
    application: `longshore bootstrap (instance ${instance})`,
    accountId: where.accountId,
    region: where.region,
    revision: version,
    digest: contentHash(looks.map(({ thing }) => ({ id: thing.id, wanted: thing.wanted ?? null }))),
    waves: steps.map((step) => [step]),
    findings: [],
    refusals: looks.flatMap((look) => refusalOf(look, instance)),
  };
}

function stepOf({ ref, type, id }: Thing, live: Live | undefined, wanted: JsonObject | undefined): Step {
  const parts = live === undefined ? [] : [{ type, id }];
  if (wanted === undefined) return { ref, action: 'delete', changes: [], parts, notes: [] };
  if (live === undefined) return { ref, action: 'create', changes: created(type, wanted), parts, notes: [] };
  const changes = diffTrees(type, live.fields, wanted);
  return { ref, action: changes.length === 0 ? 'none' : 'update', changes, parts, notes: [] };
}

/** A line for each value: patterns and policies are long enough. */
function created(part: string, wanted: JsonObject, path = ''): readonly Change[] {
  return Object.entries(wanted).flatMap(([name, to]): readonly Change[] => {
    const at = below(path, name);
    return isObject(to) ? created(part, to, at) : [{ part, path: at, to, effect: 'inPlace' }];
  });
}

function refusalOf({ thing, live }: Look, instance: string): readonly Refusal[] {
  if (live === undefined) return [];
  const owner = live.tags[OWNERSHIP_TAG.instance];
  if (owner === instance) return [];
  const whose = owner === undefined ? `has no tag ${OWNERSHIP_TAG.instance}` : `belongs to instance "${owner}"`;
  const message =
    `${thing.id} exists and ${whose}: it is left as it is. Remove it, or give it the tag ` +
    `${OWNERSHIP_TAG.instance}=${instance}, or name this installation otherwise (LONGSHORE_INSTANCE)`;
  return [{ code: 'Foreign', ref: thing.ref, approvable: false, message }];
}
