import { describe } from '../../controller/src/core/manifests/messages.ts';
import type { Schema } from '../../controller/src/core/manifests/schema.ts';
import { compileSchema } from '../../controller/src/core/manifests/validator.ts';
import { below } from '../../controller/src/core/pointer.ts';
import type { SchemaError } from './structural.ts';

/** Kubernetes refuses a default that its own schema does not admit. */
export function checkDefaults(schema: Schema, path: string, errors: SchemaError[]): void {
  if (schema.default !== undefined) {
    const [violation] = compileSchema(schema)(schema.default, () => false);
    if (violation !== undefined) {
      errors.push({ path, message: `the default ${describe(schema.default)} is not valid: ${violation.message}` });
    }
  }
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    checkDefaults(property, below(path, name), errors);
  for (const child of [schema.items, schema.additionalProperties]) {
    if (child !== undefined) checkDefaults(child, `${path}/*`, errors);
  }
}
