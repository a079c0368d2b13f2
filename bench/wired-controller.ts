import { contentHash } from '../controller/src/core/canonical.ts';
import type { Json } from '../controller/src/core/json.ts';
import type { ApplicationAccess, DeclaredApplication } from '../controller/src/engine/applications/declared.ts';
import { type Controller, type ControllerObserver, createController } from '../controller/src/engine/controller.ts';
import { listsAlone } from '../controller/src/engine/applicationset/generators.ts';
import type { ApplicationInput } from '../controller/src/engine/engine.ts';
import type { Clock } from '../controller/src/core/clock.ts';
import type { EventSink } from '../controller/src/core/events.ts';
import { ACCOUNT } from '../controller/test/harness.ts';
import { DESTINATION, type WiredEngine } from './wired-engine.ts';

/** What a controller is wired of. */
interface ControllerWiring {
  readonly wired: WiredEngine;
  readonly clock: Clock;
  /** The declared Applications. */
  readonly applications: readonly Pick<ApplicationInput, 'name' | 'spec'>[];
  /** How an Application is read. */
  readonly open: (application: DeclaredApplication) => ApplicationAccess;
  readonly observer?: ControllerObserver;
  readonly sink?: EventSink;
  readonly reloadSeconds?: number;
  /** What was listed of a repository before now is not used any more. */
  readonly invalidate?: (repository: string) => void;
}

/** The daemon on an engine, with Applications that are declared once and for all. */
export function wireController({
  wired,
  clock,
  applications,
  open,
  observer,
  sink,
  reloadSeconds,
  invalidate,
}: ControllerWiring): Controller {
  const declared = applications.map(
    ({ name, spec }): DeclaredApplication => ({ name, spec, labels: {}, annotations: {}, origin: { kind: 'folder' } }),
  );
  return createController({
    store: wired.store,
    clock,
    sink: sink ?? (() => undefined),
    declarations: async () => ({ applications: declared, applicationSets: [], projects: [], complete: true }),
    open,
    workplace: () => ({
      engine: wired.engine,
      resolve: async () => DESTINATION,
      place: () => `${DESTINATION.accountId}/${DESTINATION.region}`,
      pass: async (_destination, now, signal) => (await wired.aws()).pass(now, signal),
    }),
    account: async () => ACCOUNT,
    generators: listsAlone,
    ...(invalidate !== undefined && { invalidate }),
    ...(observer !== undefined && { observer }),
    ...(reloadSeconds !== undefined && { reloadSeconds }),
  });
}

/** An observer that only hears of comparisons with AWS. */
export function onReconciled(reconciled: ControllerObserver['reconciled']): ControllerObserver {
  const nothing = (): void => undefined;
  return { added: nothing, retried: nothing, begun: nothing, ended: nothing, reconciled };
}

/** A source in memory: `current` gives the Application as it was committed last. */
export function inMemory(repository: string, current: () => ApplicationInput): ApplicationAccess {
  const look = () => {
    const { revision, manifests } = current();
    const documents = manifests.map(({ kind, metadata, spec }) => ({ kind, metadata, spec }));
    return { revision, treeHash: contentHash(documents as unknown as Json) };
  };
  const source = {
    repository,
    look: async () => look(),
    fetch: async () => ({ ...look(), commit: { revision: current().revision }, files: new Map<string, Uint8Array>() }),
  };
  return { source, at: () => source, input: async () => current() };
}
