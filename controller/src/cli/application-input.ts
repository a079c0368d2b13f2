import { posix } from 'node:path';
import { InvalidInputError, type Problem } from '../core/errors.ts';
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
  return { input: { name, spec, destination: { accountId, region }, revision: fetched.revision, manifests }, warnings };
}
