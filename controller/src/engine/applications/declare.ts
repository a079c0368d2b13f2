import { contentHash } from '../../core/canonical.ts';
import type { Json } from '../../core/json.ts';
import type { Origin } from '../control.ts';
import type { Declarations, DeclaredApplication } from './declared.ts';
import { type Entry, newEntry } from './entry.ts';
import type { Keeping } from './keeping.ts';
import { declaredOf, dropRecord, listRecords, putRecord, recordOf } from './records.ts';
import { leave } from './removal.ts';

/** True when two declarations have the same author. */
export function sameOrigin(a: Origin, b: Origin): boolean {
  return a.kind === b.kind && ('name' in a ? a.name : '') === ('name' in b ? b.name : '');
}

/** An author in words. */
export function originInWords(origin: Origin): string {
  return origin.kind === 'folder' ? 'the folder of Applications' : `${origin.kind} ${origin.name}`;
}

/**
 * Takes up an Application that is new or has changed. False: the name is that of an Application of another author, which has
 * it; or it is being deleted, and is taken up when that is over.
 */
export function declare(keeping: Keeping, declared: DeclaredApplication): boolean {
  const { name } = declared;
  const known = keeping.registry.get(name);
  if (known !== undefined && !sameOrigin(known.declared.origin, declared.origin)) return false;
  if (known?.deletion !== undefined) return false;
  if (known?.declared === declared && known.wanted) return true;
  const version = versionOf(declared);
  if (known?.version === version) {
    known.wanted = true;
    // A place in a file may have moved without the content.
    known.declared = declared;
    return true;
  }
  const access = keeping.deps.open(declared);
  if (known === undefined) keeping.registry.put(newEntry(declared, version, access));
  else {
    const sameSource = known.version !== '' && sourceOf(known.declared) === sourceOf(declared);
    Object.assign(known, { declared, version, access, wanted: true });
    known.changes += 1;
    known.epoch += 1;
    if (!sameSource) delete known.treeHash;
    delete known.fetched;
    delete known.obstacle;
    known.admitted = false;
    keeping.registry.put(known);
  }
  const what = known === undefined ? 'takes up' : 'takes up the changed';
  keeping.emit(name)('application.declared', 'info', `${what} ${name}`, { origin: { ...declared.origin } });
  keeping.queue.add(name);
  for (const dependent of keeping.registry.dependentsOf(name)) keeping.queue.add(dependent);
  return true;
}

/** An Application that nobody declares any more: by its policy it is forgotten, or deleted with what it owns. */
export async function withdraw(keeping: Keeping, entry: Entry, by: string): Promise<void> {
  if (entry.declared.spec.deletionPolicy === 'Delete') return await startDeletion(keeping, entry, by);
  const { name } = entry.declared;
  await dropRecord(keeping.deps.store, 'Application', name);
  leave(keeping, entry);
  keeping.emit(name)('application.dropped', 'info', `${name} is not declared any more; what it owns in AWS stays`, {
    by,
  });
}

/** Begins a deletion, written down before anything is done: a restart goes on with it. */
export async function startDeletion(keeping: Keeping, entry: Entry, by: string, personally?: true): Promise<void> {
  if (entry.deletion !== undefined) return;
  const { name } = entry.declared;
  const since = keeping.deps.clock.now().toISOString();
  const deletion = personally === undefined ? { by, since } : { by, since, personally };
  await putRecord(keeping.deps.store, recordOf(entry.declared, { deletion }));
  entry.deletion = deletion;
  entry.epoch += 1;
  keeping.emit(name)('application.deleting', 'warn', `${name} is deleted with everything that it owns: ${by}`, { by });
  keeping.queue.add(name);
}

/** What was on record when the controller started: Applications of sets and parents, and what is being deleted. */
export async function takeUpRecords(keeping: Keeping): Promise<void> {
  for (const record of await listRecords(keeping.deps.store)) {
    if (record.kind !== 'Application' || keeping.registry.get(record.name) !== undefined) continue;
    const declared = declaredOf(record);
    const entry = newEntry(declared, versionOf(declared), keeping.deps.open(declared));
    if (record.deletion !== undefined) entry.deletion = record.deletion;
    keeping.registry.put(entry);
  }
}

/**
 * Makes the Applications of the folder be those that it declares now. What is not there any more is withdrawn; unless the
 * folder is empty all of a sudden, which takes nothing away that would be deleted. `settled`: the same declarations would
 * change nothing more.
 */
export async function declareFolder(
  keeping: Keeping,
  { applications, complete }: Declarations,
): Promise<{ readonly settled: boolean }> {
  const { store } = keeping.deps;
  let settled = complete;
  const declared = new Set<string>();
  for (const application of applications) {
    const { name } = application;
    declared.add(name);
    const known = keeping.registry.get(name);
    const isNews = known?.declared !== application && known?.version !== versionOf(application);
    if (!declare(keeping, application)) {
      settled = false;
      if (known !== undefined && known.deletion === undefined) refuseTwice(keeping, application, known);
      continue;
    }
    // A deletion has to know what there was, also when the controller was not running as it was taken away.
    if (isNews && application.spec.deletionPolicy === 'Delete') await putRecord(store, recordOf(application));
    else if (isNews && known?.declared.spec.deletionPolicy === 'Delete') await dropRecord(store, 'Application', name);
  }
  if (!complete) return { settled };
  const gone = [...keeping.registry.all()].filter(
    ({ declared: { name, origin }, deletion }) =>
      origin.kind === 'folder' && deletion === undefined && !declared.has(name),
  );
  for (const entry of gone) {
    const deletes = entry.declared.spec.deletionPolicy === 'Delete';
    if (deletes && applications.length === 0) keepOrphan(keeping, entry);
    else await withdraw(keeping, entry, 'it was taken out of the folder of Applications');
  }
  return { settled };
}

function keepOrphan(keeping: Keeping, entry: Entry): void {
  if (!entry.wanted) return;
  entry.wanted = false;
  const message = 'the folder of Applications is empty: this one is not deleted; delete it by name if that is meant';
  keeping.emit(entry.declared.name)('applications.empty', 'error', message);
}

function refuseTwice(keeping: Keeping, { name, origin }: DeclaredApplication, known: Entry): void {
  const message = `${originInWords(origin)} declares ${name} too, which belongs to ${originInWords(known.declared.origin)}: it is not taken up`;
  if (known.told.get('twice') === message) return;
  known.told.set('twice', message);
  keeping.emit(name)('applications.refused', 'error', message);
}

/** Digest of all that an Application is. */
export function versionOf({ name, spec, labels, annotations, origin, local }: DeclaredApplication): string {
  return contentHash({ name, spec, labels, annotations, origin, local } as unknown as Json);
}

function sourceOf({ spec }: DeclaredApplication): string {
  return contentHash(spec.source as unknown as Json);
}
