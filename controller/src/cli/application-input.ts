import { posix } from 'node:path';
import { InvalidInputError, type Problem } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import { parseManifests } from '../core/manifests/parse.ts';
import type { ApplicationInput } from '../engine/engine.ts';
import type { Destination } from '../kinds/kind.ts';
import type { Fetched } from '../source/source.ts';
import type { Target } from './target.ts';

/** What was fetched, read as manifests. */
export interface Loaded {
  readonly input: ApplicationInput;
  /** Valid, but probably not what is meant. */
  readonly warnings: readonly Problem[];
}

/**
 * Reads what a source gave. `folder` stands before file names in messages, so that they can be found.
 * @throws InvalidInputError with every problem of every file.
 */
export function applicationInput(target: Target, fetched: Fetched, destination: Destination, folder: string): Loaded {
  const { accountId, region } = destination;
  const files = new Map([...fetched.files].map(([path, bytes]) => [posix.join(folder, path), bytes]));
  const { manifests, problems, warnings } = parseManifests(files, {
    variables: {
      param: target.spec.source.parameters ?? {},
      app: { name: target.name, revision: fetched.revision },
      aws: { accountId, region },
    },
  });
  if (problems.length > 0) throw new InvalidInputError(problems);
  const { name, spec } = target;
  const { revision } = fetched;
  const declared = manifests.map(withoutDefaultRetention);
  return { input: { name, spec, destination: { accountId, region }, revision, manifests: declared }, warnings };
}

/**
 * `deletionPolicy: Retain` of an Application is about what it owns, and is what it has without saying so; of every other kind
 * it keeps the resource itself in AWS. Left out, the one is not taken for the other.
 */
function withoutDefaultRetention(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Application' || manifest.spec['deletionPolicy'] !== 'Retain') return manifest;
  const { deletionPolicy: _default, ...spec } = manifest.spec;
  return { ...manifest, spec };
}
