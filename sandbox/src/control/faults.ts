import type { FaultRule } from '../index.ts';
import { type WorldEffect, worldEffects, type WorldFaults } from '../kernel/faults.ts';
import { SeededRandom } from '../kernel/random.ts';

/** How far `staleReads` looks back when its rule does not say, in milliseconds of sandbox time. */
export const defaultLagMs = 5000;

/** A rule with what is left of it. */
interface ActiveFault {
  readonly rule: FaultRule;
  /** Numbers of its own: which of its cases a rule hits does not depend on what else happens. */
  readonly numbers: SeededRandom;
  left: number;
}

/** Faults by rule. Rules are tried in the order in which they were added; each matching one counts. */
export class Faults implements WorldFaults {
  private active: ActiveFault[] = [];
  private added = 0;
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  add(rule: FaultRule): void {
    const numbers = new SeededRandom(this.seed + this.added++);
    this.active.push({ rule, numbers, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.active = [];
    this.added = 0;
  }

  /** The rules that still hit, with how many times each has left (absent: always). */
  list(): readonly FaultRule[] {
    return this.active.map(({ rule, left }) => (Number.isFinite(left) ? { ...rule, times: left } : rule));
  }

  /** The rules that hit this call. `names` are the names that the service goes by. */
  hit(names: readonly string[], operation: string): readonly FaultRule[] {
    return this.count(
      ({ effect, service = '*', operation: wanted = '*' }) =>
        !isWorldEffect(effect) &&
        (service === '*' || names.includes(service)) &&
        (wanted === '*' || wanted === operation),
    );
  }

  strikes(effect: WorldEffect, names: readonly string[]): boolean {
    return this.count((rule) => rule.effect === effect && matches(rule.target ?? '*', names)).length > 0;
  }

  private count(applies: (rule: FaultRule) => boolean): readonly FaultRule[] {
    const hits = this.active.filter(
      ({ rule, numbers }) => applies(rule) && (rule.probability === undefined || numbers.next() < rule.probability),
    );
    for (const hit of hits) hit.left -= 1;
    this.active = this.active.filter(({ left }) => left > 0);
    return hits.map(({ rule }) => rule);
  }
}

function isWorldEffect(effect: string): effect is WorldEffect {
  return worldEffects.some((known) => known === effect);
}

/** Whether one of the names fits the pattern, in which `*` stands for any text. */
function matches(pattern: string, names: readonly string[]): boolean {
  const text = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  const expression = new RegExp(`^${text}$`, 's');
  return names.some((name) => expression.test(name));
}
