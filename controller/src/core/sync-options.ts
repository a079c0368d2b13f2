import type { Problem } from './errors.ts';
import { DOMAIN, type Manifest } from './manifest.ts';
import { below } from './pointer.ts';
import { unknownWords, wordsOf } from './words.ts';

const SYNC_OPTIONS = `${DOMAIN}/sync-options`;
const COMPARE_OPTIONS = `${DOMAIN}/compare-options`;
/** When a person said yes to the deletions that ask: a time in ISO 8601, on the Application. As Argo CD's. */
export const DELETION_APPROVED = `${DOMAIN}/deletion-approved`;

const KNOWN_SYNC = [
  'Prune=false',
  'Prune=confirm',
  'Delete=false',
  'Delete=confirm',
  'Replace=true',
  'PruneLast=true',
  'Preflight=false',
];
const KNOWN_COMPARE = ['IgnoreExtraneous'];

/** What happens when a resource is to be deleted: it goes, it stays in AWS, or it stays until a person says yes. */
export type OnDeletion = 'delete' | 'keep' | 'confirm';

/** What the annotations of a manifest ask of a sync. */
export interface SyncOptionsOf {
  /** When its manifest is gone. */
  readonly prune: OnDeletion;
  /** When its whole Application is removed. */
  readonly removal: OnDeletion;
  /** What cannot be changed in place, nor replaced side by side, is deleted and made anew. */
  readonly replace: boolean;
  /** Its pruning waits for the PostSync hooks, also where the Application's does not. */
  readonly pruneLast: boolean;
  /** A step does not begin when what it rests on is not there. */
  readonly preflight: boolean;
  /** Left behind with pruning off, it does not make the Application OutOfSync. */
  readonly ignoreExtraneous: boolean;
}

/** Reads `sync-options` and `compare-options`. */
export function syncOptionsOf(annotations: Readonly<Record<string, string>> | undefined): SyncOptionsOf {
  const options = wordsOf(annotations?.[SYNC_OPTIONS]);
  const onDeletion = (what: string): OnDeletion =>
    options.includes(`${what}=false`) ? 'keep' : options.includes(`${what}=confirm`) ? 'confirm' : 'delete';
  return {
    prune: onDeletion('Prune'),
    removal: onDeletion('Delete'),
    replace: options.includes('Replace=true'),
    pruneLast: options.includes('PruneLast=true'),
    preflight: !options.includes('Preflight=false'),
    ignoreExtraneous: wordsOf(annotations?.[COMPARE_OPTIONS]).includes('IgnoreExtraneous'),
  };
}

/** Options that have no meaning here: a mistyped one would silently not protect anything. */
export function syncOptionProblems(manifest: Manifest): readonly Problem[] {
  const { annotations } = manifest.metadata;
  const check = (annotation: string, known: readonly string[], what: string): readonly Problem[] => {
    const path = below('/metadata/annotations', annotation);
    return unknownWords(wordsOf(annotations?.[annotation]), known, what).map((message) => ({
      position: manifest.positionOf(path),
      path,
      message,
    }));
  };
  return [
    ...check(SYNC_OPTIONS, KNOWN_SYNC, 'sync option'),
    ...check(COMPARE_OPTIONS, KNOWN_COMPARE, 'compare option'),
  ];
}
