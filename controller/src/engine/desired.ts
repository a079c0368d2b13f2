import type { Claim, Desired, Outputs } from '../core/driver.ts';
import { InvalidInputError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import { ownershipTags } from '../core/ownership.ts';
import { resolveReferences } from '../core/references.ts';
import type { ApplicationInput } from './engine.ts';
import type { InventoryEntry } from './inventory.ts';
import type { Resource } from './resource.ts';

/** What the desired state of a resource depends on besides its manifest. */
export interface Surroundings {
  readonly input: ApplicationInput;
  readonly instance: string;
  /** What another resource gives; undefined while it does not exist, or is about to be replaced. */
  readonly outputs: (ref: Ref) => Outputs | undefined;
  readonly recorded: InventoryEntry | undefined;
  readonly claims: readonly Claim[];
  /** The name that its tags carry, while a rename is not complete. Default: its own. */
  readonly ownedAs?: Ref;
  /** For a hook: what it runs for. */
  readonly run?: string;
}

/**
 * What Git says of a resource, with references resolved as far as the world allows.
 * @throws InvalidInputError for a reference to an output that an existing resource does not have.
 */
export function desiredState(resource: Resource, around: Surroundings): Desired<JsonObject> {
  const { manifest, ref } = resource;
  const { spec, unknown, problems } = resolveReferences(manifest.spec, around.outputs);
  if (problems.length > 0) {
    throw new InvalidInputError(
      problems.map(({ path, message }) => ({
        position: manifest.positionOf(`/spec${path}`),
        path: `/spec${path}`,
        message,
      })),
    );
  }
  const needs: Record<Ref, Outputs> = {};
  for (const need of resource.needs) {
    const outputs = around.outputs(need);
    if (outputs !== undefined) needs[need] = outputs;
  }
  const owner = { application: around.input.name, ref: around.ownedAs ?? ref, instance: around.instance };
  return {
    // Names in AWS are made of the reference: a renamed resource keeps those that it has.
    id: around.recorded?.namedAs ?? ref,
    application: around.input.name,
    spec,
    annotations: manifest.metadata.annotations ?? {},
    revision: around.input.revision,
    ownership: ownershipTags(owner),
    managedTagKeys: around.recorded?.managedTagKeys ?? [],
    needs,
    unknown,
    claims: around.claims,
    ...(around.run === undefined ? {} : { run: around.run }),
  };
}
