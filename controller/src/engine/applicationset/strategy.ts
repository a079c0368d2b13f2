import type { ApplicationSetStep, LabelExpression } from '../../api/applicationset.ts';

/** An Application of a set, as its order is concerned. */
export interface Member {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Synced and Healthy at what is wanted now. */
  readonly ready: boolean;
  /** What is wanted now was begun. */
  readonly started: boolean;
  /** What is wanted now was begun, and has failed or is Degraded. */
  readonly failed: boolean;
}

/** Which Applications may be synced now, and why the others may not. */
export interface Turn {
  readonly permitted: ReadonlySet<string>;
  readonly waits: ReadonlyMap<string, string>;
}

/**
 * Step by step: a step begins when everything before it is ready, with at most `maxUpdate` at once; the first that fails
 * keeps every other from beginning. Level-based: from what is there now alone, so a restart changes nothing.
 */
export function turnOf(steps: readonly ApplicationSetStep[], members: readonly Member[]): Turn {
  const permitted = new Set<string>();
  const waits = new Map<string, string>();
  const rest = new Set(members);
  let blocker: string | undefined;
  for (const [index, step] of steps.entries()) {
    const chosen = [...rest].filter((member) => step.matchExpressions.every((each) => matches(each, member.labels)));
    for (const member of chosen) rest.delete(member);
    if (blocker !== undefined) {
      for (const { name } of chosen) waits.set(name, `step ${index + 1} waits: ${blocker}`);
      continue;
    }
    for (const member of chosen.filter(({ ready }) => ready)) permitted.add(member.name);
    const open = chosen.filter(({ ready }) => !ready).toSorted(inOrder);
    const failed = open.find((member) => member.failed);
    const room = failed === undefined ? limitOf(step.maxUpdate, chosen.length) : 0;
    for (const [place, member] of open.entries()) {
      if (member.started || place < room) permitted.add(member.name);
      else if (failed !== undefined) waits.set(member.name, `${failed.name} has failed: nothing else begins`);
      else waits.set(member.name, `step ${index + 1} syncs ${room} at once, now ${open[0]?.name ?? ''}`);
    }
    if (failed !== undefined) blocker = `${failed.name} of step ${index + 1} has failed`;
    else if (open.length > 0)
      blocker = `${open
        .map(({ name }) => name)
        .slice(0, 3)
        .join(', ')} of step ${index + 1} ${open.length === 1 ? 'is' : 'are'} not Synced and Healthy`;
  }
  for (const { name } of rest) waits.set(name, 'no step of the strategy chooses it');
  return { permitted, waits };
}

/** Whether labels are as an expression says. A label that is not there is in no list. */
function matches({ key, operator, values }: LabelExpression, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  const isIn = value !== undefined && values.includes(value);
  return operator === 'In' ? isIn : !isIn;
}

/** Those that have begun go on; then by name. */
function inOrder(a: Member, b: Member): number {
  if (a.started !== b.started) return a.started ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** A number, or a share, of which at least one. */
function limitOf(maxUpdate: number | string | undefined, count: number): number {
  if (maxUpdate === undefined) return count;
  const text = String(maxUpdate).trim();
  if (text.endsWith('%')) return Math.max(1, Math.floor((Number(text.slice(0, -1)) / 100) * count));
  return Math.max(1, Number(text));
}
