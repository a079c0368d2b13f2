import type { ApplicationSetSpec } from '../../api/applicationset.ts';
import type { ApplicationSpec } from '../../api/application.ts';
import type { Health } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import type { ApplicationSets } from '../applicationset/sets.ts';
import type { Origin } from '../control.ts';
import { declare, originInWords, sameOrigin, withdraw } from './declare.ts';
import { type Entry, problemOf } from './entry.ts';
import type { Keeping } from './keeping.ts';
import { stateInWords } from './obstacles.ts';
import { declaredOf, declaredSetOf, type DeclarationRecord, dropRecord, getRecord, putRecord } from './records.ts';

/** What an Application can hold besides resources of AWS. */
export type ChildKind = DeclarationRecord['kind'];

/** An Application or ApplicationSet, as the driver of its kind sees it. */
export interface Child {
  readonly name: string;
  readonly spec: ApplicationSpec | ApplicationSetSpec;
  /** Ownership tags; none where it is not of an Application. */
  readonly tags: Readonly<Record<string, string>>;
  readonly health: Health;
}

/** Where the Applications that other Applications hold are kept. */
export interface ChildHost {
  read(kind: ChildKind, name: string): Promise<Child | undefined>;
  /** @throws TerminalError `Foreign` when the name is that of another author */
  write(
    kind: ChildKind,
    child: Pick<DeclarationRecord, 'name' | 'spec' | 'annotations' | 'tags'>,
    parent: string,
  ): Promise<void>;
  /** Takes it away by its deletionPolicy. False: it is being deleted with what it owns. */
  remove(kind: ChildKind, name: string): Promise<boolean>;
}

/** Children in the state store, taken up by the controller as soon as they are written. */
export function childHost(keeping: Keeping, sets: ApplicationSets): ChildHost {
  const { store } = keeping.deps;
  return {
    async read(kind, name) {
      const record = await getRecord(store, kind, name);
      if (kind === 'ApplicationSet') {
        const set = sets.find(name);
        if (record === undefined && set === undefined) return undefined;
        return {
          name,
          spec: record?.spec ?? (set?.spec as ApplicationSetSpec),
          tags: record?.tags ?? {},
          health: sets.healthOf(name),
        };
      }
      const entry = keeping.registry.get(name);
      if (record === undefined && entry === undefined) return undefined;
      const spec = record?.spec ?? (entry as Entry).declared.spec;
      return { name, spec, tags: record?.tags ?? {}, health: healthOf(entry) };
    },
    async write(kind, child, parent) {
      const origin: Origin = { kind: 'Application', name: parent };
      const known = kind === 'Application' ? keeping.registry.get(child.name)?.declared : sets.find(child.name);
      if (known !== undefined && !sameOrigin(known.origin, origin)) {
        throw new TerminalError('Foreign', `${kind} ${child.name} belongs to ${originInWords(known.origin)}`);
      }
      const before = await getRecord(store, kind, child.name);
      const record: DeclarationRecord = {
        kind,
        ...child,
        labels: {},
        origin,
        ...(before?.deletion !== undefined && { deletion: before.deletion }),
      };
      await putRecord(store, record);
      if (kind === 'Application') declare(keeping, declaredOf(record));
      else sets.declare(declaredSetOf(record));
    },
    async remove(kind, name) {
      if (kind === 'ApplicationSet') {
        await sets.withdraw(name);
        await dropRecord(store, kind, name);
        return true;
      }
      const entry = keeping.registry.get(name);
      if (entry === undefined) {
        await dropRecord(store, kind, name);
        return true;
      }
      if (entry.deletion === undefined) {
        const { origin } = entry.declared;
        await withdraw(keeping, entry, `${originInWords(origin)} holds it no more`);
      }
      return keeping.registry.get(name) === undefined;
    },
  };
}

/** As healthy as the Application is, and not before it is Synced: who waits for a child waits for what it says. */
function healthOf(entry: Entry | undefined): Health {
  if (entry === undefined) return { status: 'Progressing', reason: 'NotTakenUp', message: 'it is being taken up' };
  const message = stateInWords(entry);
  if (entry.deletion !== undefined) return { status: 'Progressing', reason: 'Deleting', message };
  if (problemOf(entry) !== undefined) return { status: 'Degraded', reason: 'ComparisonError', message };
  const { status } = entry.looked ?? {};
  if (status === undefined || entry.running !== undefined || entry.compared !== entry.changes) {
    return { status: 'Progressing', reason: 'Syncing', message };
  }
  const last = entry.past?.last;
  if (status.sync !== 'Synced' && last !== undefined && last.phase !== 'Succeeded' && last.finishedAt !== undefined) {
    return { status: 'Degraded', reason: 'SyncFailed', message: last.message };
  }
  if (status.sync !== 'Synced' && status.health.status === 'Healthy') {
    // Without automation nobody but a person syncs it: its parent would wait for ever.
    return entry.declared.spec.syncPolicy?.automated === undefined
      ? { status: 'Suspended', reason: 'OutOfSync', message }
      : { status: 'Progressing', reason: 'OutOfSync', message };
  }
  if (status.health.status === 'Missing') return { status: 'Progressing', reason: 'Missing', message };
  return status.health;
}
