import { ConflictError } from '../core/errors.ts';
import { isObject, type Json } from '../core/json.ts';
import type { StateStore } from './store.ts';

/** Manifests that a rollback took back: automation does not apply them again. */
export interface Hold {
  /** Digest of the manifests. */
  readonly digest: string;
  /** The operation that was gone back to. */
  readonly to: string;
  readonly by: string;
  /** In ISO 8601. */
  readonly at: string;
}

/** A person's yes to one plan. */
export interface Approval {
  /** As `planId` names it. */
  readonly plan: string;
  readonly by: string;
  /** In ISO 8601. */
  readonly at: string;
}

/** What people decided of an Application. Survives restarts. */
export interface Decisions {
  hold(application: string): Promise<Hold | undefined>;
  approval(application: string): Promise<Approval | undefined>;
  setHold(application: string, hold: Hold | undefined): Promise<void>;
  setApproval(application: string, approval: Approval | undefined): Promise<void>;
}

/** Decisions in the state store, one record each. */
export function decisionsIn(store: StateStore): Decisions {
  const read = async <T>(key: string): Promise<T | undefined> => {
    const record = await store.get('decision', key);
    return record !== undefined && isObject(record.value) ? (record.value as unknown as T) : undefined;
  };
  return {
    hold: (application) => read(`hold/${application}`),
    approval: (application) => read(`approval/${application}`),
    setHold: (application, hold) => write(store, `hold/${application}`, hold as Json | undefined),
    setApproval: (application, approval) => write(store, `approval/${application}`, approval as Json | undefined),
  };
}

/** The last one to decide is right. */
async function write(store: StateStore, key: string, value: Json | undefined): Promise<void> {
  for (;;) {
    const known = await store.get('decision', key);
    try {
      if (value !== undefined) await store.put('decision', key, value, known?.version ?? null);
      else if (known !== undefined) await store.delete('decision', key, known.version);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}
