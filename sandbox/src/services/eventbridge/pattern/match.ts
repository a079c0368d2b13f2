import { type FieldMatcher, isObject, type Leaf, type Pattern } from './pattern.ts';

/**
 * Whether an event fits a pattern: every field that the pattern names has one of its values. Of an array in the event
 * one element has to fit; an array of objects has to have one that fits whole.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
 */
export function matches(pattern: Pattern, event: unknown): boolean {
  if (Array.isArray(event) && event.length > 0) return event.some((element) => matches(pattern, element));
  const object = isObject(event) ? event : {};
  return (
    Object.entries(pattern.fields).every(([name, wanted]) => {
      const value = Object.hasOwn(object, name) ? object[name] : undefined;
      return isMatchers(wanted)
        ? leavesOf(value).some((leaf) => wanted.some((fits) => fits(leaf)))
        : matches(wanted, value);
    }) && pattern.alternatives.every((group) => group.some((one) => matches(one, event)))
  );
}

function isMatchers(wanted: Pattern | readonly FieldMatcher[]): wanted is readonly FieldMatcher[] {
  return Array.isArray(wanted);
}

/** The leaves of a field; an object, as an empty array, has none: for a matcher the field is not there. */
function leavesOf(value: unknown): (Leaf | undefined)[] {
  if (!Array.isArray(value)) return [isObject(value) ? undefined : (value as Leaf | undefined)];
  const leaves = value.flatMap(leavesOf).filter((leaf) => leaf !== undefined);
  return leaves.length > 0 ? leaves : [undefined];
}
