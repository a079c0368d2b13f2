import { fieldMatcher } from './matchers.ts';
import { type FieldMatcher, invalidPattern, isObject, type Pattern } from './pattern.ts';

/**
 * Reads an event pattern. Throws InvalidEventPatternException.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function parsePattern(text: string): Pattern {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalidPattern('Filter is not an object');
  }
  if (!isObject(parsed)) throw invalidPattern('Filter is not an object');
  if (Object.keys(parsed).length === 0) throw invalidPattern('Empty objects are not allowed');
  return patternOf(parsed, '');
}

function patternOf(object: Readonly<Record<string, unknown>>, path: string): Pattern {
  const fields: Record<string, Pattern | readonly FieldMatcher[]> = {};
  const alternatives: (readonly Pattern[])[] = [];
  for (const [name, value] of Object.entries(object)) {
    const here = path === '' ? name : `${path}.${name}`;
    if (name === '$or' && isListOfPatterns(value)) {
      alternatives.push(value.map((one) => patternOf(one, path)));
    } else if (isObject(value)) {
      if (Object.keys(value).length === 0) throw invalidPattern(`Empty objects are not allowed at ${here}`);
      fields[name] = patternOf(value, here);
    } else if (Array.isArray(value)) {
      if (value.length === 0) throw invalidPattern(`Empty arrays are not allowed at ${here}`);
      fields[name] = value.map((one: unknown) => fieldMatcher(one, here));
    } else {
      throw invalidPattern(`"${here}" must be an object or an array`);
    }
  }
  return { fields, alternatives };
}

/** `$or` is the operator when it lists two patterns or more; a field of that name otherwise. */
function isListOfPatterns(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.length > 1 && value.every(isObject);
}
