import type { ApplicationSpec } from '../../api/application.ts';
import type { ApplicationSetSpec } from '../../api/applicationset.ts';
import { diffTrees } from '../../core/diff.ts';
import type { Driver } from '../../core/driver.ts';
import type { Json } from '../../core/json.ts';
import { DOMAIN, splitRef, type Ref } from '../../core/manifest.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { Child, ChildHost, ChildKind } from './children.ts';

type ChildSpec = ApplicationSpec | ApplicationSetSpec;

/** After all that it may need, before nothing: a child is taken away first, as it may live on what its parent owns. */
const REMOVAL_RANK = 1;
const POLL_MS = 2_000;

/**
 * Applications and ApplicationSets as resources of an Application (app of apps). They are kept by the controller instead of
 * AWS; for the engine they are a kind like any other, with waves, health, pruning and an owner.
 */
export function childKinds(host: () => ChildHost): readonly Kind<never, never>[] {
  return (['Application', 'ApplicationSet'] as const).map(
    (name) => childKind(name, host) as unknown as Kind<never, never>,
  );
}

function childKind(name: ChildKind, host: () => ChildHost): Kind<ChildSpec, Child> {
  return {
    name,
    removalRank: REMOVAL_RANK,
    edges: () => ({ needs: [], serves: [] }),
    lint: () => [],
    iam: () => [],
    driver: () => childDriver(name, host),
  };
}

function childDriver(kind: ChildKind, host: () => ChildHost): Driver<ChildSpec, Child> {
  const type = `longshore:${kind}`;
  return {
    observe: async ({ desired, recorded }) => {
      const ref = desired?.id ?? (recorded.find((part) => part.type === type)?.id as Ref | undefined);
      return ref === undefined ? undefined : await host().read(kind, splitRef(ref).name);
    },
    parts: ({ name, tags }) => [{ type, id: `${kind}/${name}`, tags }],
    outputs: ({ name }) => ({ name }),
    rollout: () => undefined,
    events: () => [],
    claims: () => [],
    diff: (desired, live) => diffTrees(type, live.spec as unknown as Json, desired.spec as unknown as Json, {}),
    ensure: async (desired) => {
      const { name } = splitRef(desired.id);
      const { spec, application, ownership: tags } = desired;
      await host().write(kind, { name, spec, annotations: ownAnnotations(desired.annotations), tags }, application);
      return { done: true };
    },
    act: async () => undefined,
    remove: async ({ name }) =>
      (await host().remove(kind, name))
        ? { done: true }
        : { done: false, waitsFor: `${kind} ${name} to be deleted with what it owns`, pollAfterMs: POLL_MS },
    health: (_desired, { health }) => health,
  };
}

/** Annotations that steer the child in its parent's sync are not its own. */
function ownAnnotations(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ofParent = ['sync-wave', 'sync-options', 'compare-options', 'moved-from', 'adopt'];
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => !ofParent.some((name) => key === `${DOMAIN}/${name}`)),
  );
}
