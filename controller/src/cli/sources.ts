import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import type { ApplicationSpec } from '../api/application.ts';
import { directorySource } from '../source/directory.ts';
import type { GitSources } from '../source/git.ts';
import type { GitObserver } from '../source/gitrepository.ts';
import type { Source } from '../source/source.ts';
import type { Io } from './io.ts';
import { isLocalPath } from './local-path.ts';
import { checkLocalRepository } from './local-repository.ts';

/** A source, and where its files are for a person. */
export interface OpenedSource extends Source {
  /** What stands before the files' names in messages: for a local folder the way there from the working directory. */
  readonly folder: string;
}

/** Opens the source of an Application. */
export type OpenSource = (spec: ApplicationSpec) => OpenedSource;

/**
 * Opens sources: a local path without `targetRevision` is read as it lies there, everything else is Git.
 * Local repositories are allowed, because whoever writes the Application manifests runs this program.
 */
export function openSources(io: Io, cacheFolder = defaultCache(io), observer?: GitObserver): OpenSource {
  let git: Promise<GitSources> | undefined;
  // Loaded when it is needed: what starts Git's processes takes longer to load than a folder takes to validate.
  const gitSources = (): Promise<GitSources> => {
    git ??= import('../source/git.ts').then(
      (module) =>
        new module.GitSources({
          cacheFolder,
          allowFile: true,
          environment: { ...io.env },
          ...(observer !== undefined && { observer }),
        }),
    );
    return git;
  };
  return ({ source }) => {
    const { repoURL, targetRevision, path, directory } = source;
    const folder = { ...(path !== undefined && { path }), ...(directory !== undefined && { directory }) };
    if (isLocalPath(repoURL) && targetRevision === undefined) {
      const shown = relative(io.cwd, join(repoURL, path ?? '.'));
      return { ...directorySource({ folder: repoURL, ...folder }), folder: shown };
    }
    const options = { repoURL, ...(targetRevision !== undefined && { targetRevision }), ...folder };
    let opened: Source | undefined;
    return {
      folder: path ?? '',
      fetch: async (signal) => {
        if (isLocalPath(repoURL)) await checkLocalRepository(repoURL, path);
        opened ??= (await gitSources()).open(options);
        return await opened.fetch(signal);
      },
    };
  };
}

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
function defaultCache(io: Io): string {
  const cache = io.env.XDG_CACHE_HOME;
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'longshore', 'git');
}
