import { AwsError } from '../../../kernel/service.ts';

/** A value that is no object and no array. */
export type Leaf = string | number | boolean | null;

/** What a leaf of an event is compared with; `undefined` stands for a field that is not there. */
export type FieldMatcher = (value: Leaf | undefined) => boolean;

/** A parsed event pattern. */
export interface Pattern {
  /** All of these hold. */
  readonly fields: Readonly<Record<string, Pattern | readonly FieldMatcher[]>>;
  /** Of each group one holds: `$or`. */
  readonly alternatives: readonly (readonly Pattern[])[];
}

/** The pattern is not one. */
export function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
