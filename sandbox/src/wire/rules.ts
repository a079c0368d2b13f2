import type { TypeConstraints } from './constraints.ts';

/** One constraint on a value. */
export interface Rule {
  /** AWS's words for it: `Member must have length less than or equal to 128`. */
  readonly words: string;
  broken(value: unknown): boolean;
}

/**
 * The rules of a constrained type, in the order in which AWS lists them. `numeric`: the bounds are on the value itself,
 * else on its length.
 */
export function rulesOf({ min, max, pattern, enum: allowed }: TypeConstraints, numeric: boolean): readonly Rule[] {
  const bound = numeric ? 'value' : 'length';
  const rules: Rule[] = [];
  if (max !== undefined) {
    const words = `Member must have ${bound} less than or equal to ${max}`;
    rules.push({ words, broken: (value) => sizeOf(value) > max });
  }
  if (min !== undefined) {
    const words = `Member must have ${bound} greater than or equal to ${min}`;
    rules.push({ words, broken: (value) => sizeOf(value) < min });
  }
  if (pattern !== undefined) {
    const expression = expressionOf(pattern);
    const words = `Member must satisfy regular expression pattern: ${pattern}`;
    rules.push({ words, broken: (value) => typeof value === 'string' && !expression.test(value) });
  }
  if (allowed) {
    const words = `Member must satisfy enum value set: [${allowed.join(', ')}]`;
    rules.push({ words, broken: (value) => typeof value === 'string' && !allowed.includes(value) });
  }
  return rules;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  // AWS counts characters, not UTF-16 units.
  if (typeof value === 'string') return Array.from(value).length;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return Object.keys(value as object).length;
}

/**
 * The expression for a whole string. The models write Java's: a leading `(?i)` or `(?s)` is a flag here, and `u` reads `\p{...}`
 * as Java does, but refuses some needless escapes. `\p{Print}`
 * is a class of Java alone: the printable ASCII characters (java.util.regex.Pattern).
 */
export function expressionOf(pattern: string): RegExp {
  const [, letters = ''] = /^\(\?([is]+)\)/.exec(pattern) ?? [];
  const body = pattern.slice(letters === '' ? 0 : letters.length + 3);
  const whole = `^(?:${body.replaceAll('\\p{Print}', String.raw`[\x20-\x7E]`)})$`;
  const flags = letters;
  try {
    return new RegExp(whole, `${flags}u`);
  } catch {
    return new RegExp(whole, flags);
  }
}
