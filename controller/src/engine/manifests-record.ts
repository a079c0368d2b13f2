import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib';
import { ConflictError } from '../core/errors.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import { API_VERSION, type Manifest, type Position } from '../core/manifest.ts';
import type { StateStore } from './store.ts';

/** A set of manifests over this size, compressed, is not kept: a record is read and written as a whole. */
const MAX_BYTES = 4_000_000;
/** What comes out of a record at most: records are ours, but a store may be edited by hand. */
const MAX_UNPACKED = 256_000_000;
const PAGE = 500;
const AT_ONCE = 100_000;

/** A manifest as it is kept: where its fields stood goes, where it stood stays. */
interface KeptManifest extends Pick<Manifest, 'kind' | 'metadata'> {
  readonly spec: JsonObject;
  readonly position: Position;
}

/**
 * Keeps rendered manifests under their digest, once for all operations that synced them: `app manifests --operation` and
 * a rollback work also after Git lost the commit. They hold no secrets: those are references in every kind. False: they
 * are too large.
 */
export async function keepManifests(
  store: StateStore,
  application: string,
  digest: string,
  manifests: readonly Manifest[],
): Promise<boolean> {
  const key = keyOf(application, digest);
  if ((await store.get('manifests', key)) !== undefined) return true;
  const kept: readonly KeptManifest[] = manifests.map(({ kind, metadata, spec, positionOf }) => ({
    kind,
    metadata,
    spec,
    position: positionOf(''),
  }));
  const packed = await compressed(JSON.stringify(kept));
  if (packed.length > MAX_BYTES) return false;
  try {
    await store.put('manifests', key, { gzip: packed.toString('base64') }, null);
  } catch (error) {
    // The same digest is the same content.
    if (!(error instanceof ConflictError)) throw error;
  }
  return true;
}

/** What is small is done at once: a thread would cost more than it does. */
async function compressed(text: string): Promise<Buffer> {
  return text.length < AT_ONCE ? gzipSync(text) : promisify(gzip)(text);
}

/** The manifests of an operation, by its application and digest; undefined when they are not kept. */
export async function readManifests(
  store: StateStore,
  application: string,
  digest: string,
): Promise<readonly Manifest[] | undefined> {
  const record = await store.get('manifests', keyOf(application, digest));
  const packed = isObject(record?.value) ? record.value['gzip'] : undefined;
  if (typeof packed !== 'string') return undefined;
  const text = await unpack(Buffer.from(packed, 'base64'));
  return (JSON.parse(text.toString()) as readonly KeptManifest[]).map(({ kind, metadata, spec, position }) => ({
    apiVersion: API_VERSION,
    kind,
    metadata,
    spec,
    positionOf: () => position,
  }));
}

/** Takes away the manifests of operations that are in the history no more. */
export async function dropManifests(
  store: StateStore,
  application: string,
  digests: ReadonlySet<string>,
): Promise<void> {
  const records = await store.list('manifests', `${application}/`, PAGE);
  for (const { key, version } of records) {
    if (!digests.has(key.slice(application.length + 1))) await store.delete('manifests', key, version);
  }
}

async function unpack(packed: Buffer): Promise<Buffer> {
  const options = { maxOutputLength: MAX_UNPACKED };
  return packed.length < AT_ONCE ? gunzipSync(packed, options) : await promisify(gunzip)(packed, options);
}

function keyOf(application: string, digest: string): string {
  return `${application}/${digest}`;
}
