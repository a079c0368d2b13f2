import type { ApplicationSpec } from '../../api/application.ts';
import type { ApplicationSetSpec } from '../../api/applicationset.ts';
import { ConflictError } from '../../core/errors.ts';
import { isObject, type Json } from '../../core/json.ts';
import type { Origin } from '../control.ts';
import type { StateRecord, StateStore } from '../store.ts';
import type { DeclaredApplication, DeclaredApplicationSet } from './declared.ts';
import type { Deletion } from './entry.ts';

/** An Application or ApplicationSet on record: what a parent or a set declares, and what is to be deleted with its resources. */
export interface DeclarationRecord {
  readonly kind: 'Application' | 'ApplicationSet';
  readonly name: string;
  readonly spec: ApplicationSpec | ApplicationSetSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly origin: Origin;
  readonly local?: true;
  /** Ownership tags, of a child: which resource of which Application it is. */
  readonly tags: Readonly<Record<string, string>>;
  /** Present while it is being deleted with its resources. */
  readonly deletion?: Deletion;
}

const PAGE = 500;

/** Every record of an Application or ApplicationSet. */
export async function listRecords(store: StateStore): Promise<readonly DeclarationRecord[]> {
  const found: StateRecord[] = [];
  for (;;) {
    const page = await store.list('application', '', PAGE, found.at(-1)?.key);
    found.push(...page);
    if (page.length < PAGE) return found.flatMap(({ value }) => asRecord(value) ?? []);
  }
}

/** The record of one. */
export async function getRecord(
  store: StateStore,
  kind: DeclarationRecord['kind'],
  name: string,
): Promise<DeclarationRecord | undefined> {
  const record = await store.get('application', `${kind}/${name}`);
  return record === undefined ? undefined : asRecord(record.value);
}

/** Writes a record, whatever was there before. */
export async function putRecord(store: StateStore, record: DeclarationRecord): Promise<void> {
  await change(store, record, record);
}

/** Takes a record away; one that is not there is no error. */
export async function dropRecord(store: StateStore, kind: DeclarationRecord['kind'], name: string): Promise<void> {
  await change(store, { kind, name }, undefined);
}

/** A declared Application as a record. */
export function recordOf(declared: DeclaredApplication, more: Partial<DeclarationRecord> = {}): DeclarationRecord {
  const { name, spec, labels, annotations, origin, local } = declared;
  const base = { kind: 'Application', name, spec, labels, annotations, origin, tags: {} } as const;
  return { ...base, ...(local !== undefined && { local }), ...more };
}

/** A record of an Application as a declaration. */
export function declaredOf(record: DeclarationRecord): DeclaredApplication {
  const { name, spec, labels, annotations, origin, local } = record;
  const base = { name, spec: spec as ApplicationSpec, labels, annotations, origin };
  return local === undefined ? base : { ...base, local };
}

/** A record of an ApplicationSet as a declaration. */
export function declaredSetOf(record: DeclarationRecord): DeclaredApplicationSet {
  const { name, spec, origin } = record;
  return { name, spec: spec as ApplicationSetSpec, origin };
}

async function change(
  store: StateStore,
  { kind, name }: Pick<DeclarationRecord, 'kind' | 'name'>,
  value: DeclarationRecord | undefined,
): Promise<void> {
  const key = `${kind}/${name}`;
  for (;;) {
    const known = await store.get('application', key);
    try {
      if (value !== undefined) await store.put('application', key, value as unknown as Json, known?.version ?? null);
      else if (known !== undefined) await store.delete('application', key, known.version);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** Records are ours; what is none is left alone. */
function asRecord(value: Json): DeclarationRecord | undefined {
  if (!isObject(value) || typeof value['name'] !== 'string' || !isObject(value['spec'])) return undefined;
  return value as unknown as DeclarationRecord;
}
