import { API_KINDS, type ApiKind } from '../../api/kinds.ts';
import { TerminalError } from '../../core/errors.ts';
import { fieldsOf } from '../../core/manifests/schema-words.ts';
import type { Schema } from '../../core/manifests/schema.ts';
import { METADATA, schemaOf } from '../../core/manifests/schemas.ts';
import { didYouMean } from '../../core/suggest.ts';

/** What `longshore explain` was asked about. */
export interface Topic {
  readonly kind: string;
  /** From the top of the manifest, for example `spec.task.containers`; a kind by itself is its `spec`. */
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/**
 * Finds `Service`, `lssvc`, `services.task.containers.image` or `Service.spec.task`. Lists and maps are passed through.
 * @throws TerminalError `UnknownKind`, `UnknownField`, with the nearest right word.
 */
export function findTopic(text: string): Topic {
  const [word = '', ...path] = text.split('.');
  const { kind } = findKind(word);
  let schema = schemaOf(kind);
  if (schema === undefined) throw new TerminalError('UnknownKind', `${kind} has no schema`);
  // metadata of a CRD is Kubernetes' own; ours says what may stand in it.
  schema = { ...schema, properties: { ...schema.properties, metadata: METADATA } };
  const first = path[0];
  const full = first !== undefined && Object.hasOwn(schema.properties ?? {}, first) ? path : ['spec', ...path];
  const about = schema.description;
  let required = false;
  const passed: string[] = [];
  for (const name of full) {
    const fields = fieldsOf(schema);
    const next: Schema | undefined = Object.hasOwn(fields, name) ? fields[name] : valueOf(schema);
    if (next === undefined) {
      const where = [kind, ...passed].join('.');
      const names = Object.keys(fields);
      const hint =
        didYouMean(name, names) ||
        (names.length === 0 ? ', it has no fields' : `, expected one of ${names.join(', ')}`);
      throw new TerminalError('UnknownField', `${where} has no field "${name}"${hint}`);
    }
    required = schema.required?.includes(name) ?? schema.items?.required?.includes(name) ?? false;
    schema = next;
    passed.push(name);
  }
  // A kind by itself: what it is, and the fields of its spec.
  if (first === undefined && about !== undefined) schema = { ...schema, description: about };
  return { kind, path: passed.join('.'), schema, required };
}

/** The values of a map of plain things: any name leads to them. */
function valueOf(schema: Schema): Schema | undefined {
  const values = schema.additionalProperties;
  return values?.type === 'object' ? undefined : values;
}

function findKind(word: string): ApiKind {
  const wanted = word.toLowerCase();
  const found = API_KINDS.find((api) => namesOf(api).includes(wanted));
  if (found !== undefined) return found;
  const kinds = API_KINDS.map((api) => api.kind);
  const hint = didYouMean(word, kinds) || `, expected one of ${kinds.join(', ')}`;
  throw new TerminalError('UnknownKind', `there is no kind "${word}"${hint}`);
}

function namesOf({ kind, plural, shortName }: ApiKind): readonly string[] {
  return [kind.toLowerCase(), plural, shortName];
}
