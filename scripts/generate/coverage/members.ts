import { type NormalizedSchema, NormalizedSchema as Normalized } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';

/** Every input member of the operation below `prefix`, lists as `[]` and maps as `{}`, an object before what is inside it. */
export function membersOf(operation: StaticOperationSchema): readonly string[] {
  const paths: string[] = [];
  const visit = (schema: NormalizedSchema, path: string, inside: readonly string[]): void => {
    if (schema.isStructSchema()) {
      const name = schema.getName(true) ?? path;
      if (inside.includes(name)) return;
      for (const [member, target] of schema.structIterator()) {
        const place = path === '' ? member : `${path}.${member}`;
        paths.push(place);
        visit(target, place, [...inside, name]);
      }
    } else if (schema.isListSchema()) visit(schema.getValueSchema(), `${path}[]`, inside);
    else if (schema.isMapSchema()) visit(schema.getValueSchema(), `${path}{}`, inside);
  };
  visit(Normalized.of(operation[4]), '', []);
  return paths;
}
