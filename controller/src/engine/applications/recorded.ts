import { readManifests } from '../manifests-record.ts';
import type { ApplicationInput, Operation } from '../engine.ts';
import { listOperations, readOperation } from '../operations.ts';
import type { StateStore } from '../store.ts';
import type { Entry } from './entry.ts';

/**
 * What an earlier operation synced, as it was: also after Git has lost the commit. Undefined when there is no such operation,
 * or its manifests are not kept.
 */
export async function recordedInput(
  store: StateStore,
  entry: Entry,
  id: string,
): Promise<ApplicationInput | undefined> {
  const operation = await readOperation(store, entry.declared.name, id);
  return operation === undefined ? undefined : inputOf(store, entry, operation);
}

/** What the last operation whose manifests are kept synced. */
export async function lastRecordedInput(store: StateStore, entry: Entry): Promise<ApplicationInput | undefined> {
  for (const operation of (await listOperations(store, entry.declared.name)).toReversed()) {
    const input = await inputOf(store, entry, operation);
    if (input !== undefined) return input;
  }
  return undefined;
}

/** What an operation synced, as it was; undefined when its manifests are not kept. */
export async function inputOf(
  store: StateStore,
  { declared }: Entry,
  { application, digest, revision, plan, parameters }: Operation,
): Promise<ApplicationInput | undefined> {
  const manifests = await readManifests(store, application, digest);
  if (manifests === undefined) return undefined;
  const { name, spec, annotations } = declared;
  const { accountId, region } = plan;
  const source = parameters === undefined ? spec.source : { ...spec.source, parameters: { ...parameters } };
  return { name, spec: { ...spec, source }, destination: { accountId, region }, revision, manifests, annotations };
}
