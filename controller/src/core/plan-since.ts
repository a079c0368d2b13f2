import { canonicalJson } from './canonical.ts';
import type { Change } from './driver.ts';
import type { Json } from './json.ts';
import type { Plan, Step } from './plan.ts';

/**
 * What `head` does that `base` does not: of two plans for the same moment in AWS, the difference that a change in Git makes.
 * Drift and commits that wait to be synced are in both, and left out.
 */
export function planSince(base: Plan, head: Plan): Plan {
  const before = new Map(base.waves.flat().map((step) => [keyOf(step), step]));
  return {
    ...head,
    waves: head.waves.map((wave) => wave.map((step) => stepSince(before.get(keyOf(step)), step))),
    findings: head.findings.filter(
      (finding) =>
        !base.findings.some(
          (other) => other.code === finding.code && other.ref === finding.ref && other.path === finding.path,
        ),
    ),
    ...(head.refusals !== undefined && {
      refusals: head.refusals.filter(
        (refusal) => !(base.refusals ?? []).some((other) => other.message === refusal.message),
      ),
    }),
  };
}

/** A deletion and another step may be about the same reference. */
function keyOf({ ref, position }: Step): string {
  return `${position === undefined ? 'removal ' : ''}${ref}`;
}

function stepSince(base: Step | undefined, head: Step): Step {
  if (base === undefined || base.action !== head.action) return head;
  const known = new Set(base.changes.map(changeKey));
  const changes = head.changes.filter((change) => !known.has(changeKey(change)));
  if (changes.length > 0) return { ...head, changes };
  const { held: _held, preflight: _preflight, ...rest } = head;
  return { ...rest, action: 'none', changes: [], notes: [] };
}

function changeKey(change: Change): string {
  return canonicalJson(change as unknown as Json);
}
