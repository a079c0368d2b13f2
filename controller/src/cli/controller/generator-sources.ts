import type { Clock } from '../../core/clock.ts';
import type { GeneratorSources } from '../../engine/applicationset/generators.ts';
import { pullRequestLister } from '../../engine/applicationset/pull-requests.ts';
import type { Sources } from '../sources.ts';
import type { Configuration } from './configuration.ts';
import { repositoryToken } from './github-token.ts';

/** Listings of a repository that are this young are used again: many sets look into one repository. */
const LISTING_AGE_MS = 10_000;

/** What generators ask: repositories through the same cache as Applications, pull requests with the configuration's tokens. */
export function generatorSources(sources: Sources, configuration: Configuration, clock: Clock): GeneratorSources {
  return {
    tree: async (repoURL, revision, globs, signal) => {
      const files = new Map<string, Uint8Array>();
      let found = '';
      for (const include of globs.length === 0 ? ['**/*'] : globs) {
        const source = {
          repoURL,
          directory: { recurse: true, include },
          ...(revision !== undefined && { targetRevision: revision }),
        };
        const fetched = await sources.open({ source }, { trusted: true }).fetch(signal, { maxAgeMs: LISTING_AGE_MS });
        found = fetched.revision;
        for (const [path, bytes] of fetched.files) files.set(path, bytes);
      }
      return { revision: found, files };
    },
    pullRequests: pullRequestLister({
      now: () => clock.now(),
      token: ({ api, owner, repo }) => repositoryToken(configuration, `${owner}/${repo}`, api),
    }),
  };
}
