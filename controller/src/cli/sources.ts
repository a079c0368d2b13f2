import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import type { ApplicationSpec } from '../api/application.ts';
import { TerminalError } from '../core/errors.ts';
import { directorySource } from '../source/directory.ts';
import type { GitOptions, GitSource, GitSources } from '../source/git.ts';
import type { Renderers } from '../source/render/renderers.ts';
import type { Fetched, Freshness, Look, Source } from '../source/source.ts';
import type { Io } from './io.ts';
import { isLocalPath } from './local-path.ts';
import { checkLocalRepository } from './local-repository.ts';

/** A source, and where its files are for a person. */
export interface OpenedSource extends Source {
  /** What stands before the files' names in messages: for a local folder the way there from the working directory. */
  readonly folder: string;
  /** Equal for sources of one repository. */
  readonly repository: string;
}

/** Opens sources that share one Git cache. */
export interface Sources {
  /** `trusted`: what it names may be on this machine. What comes out of a repository may not. */
  open(
    spec: Pick<ApplicationSpec, 'source'>,
    about: { readonly name?: string; readonly trusted: boolean },
  ): OpenedSource;
  /** Nothing that was listed of a repository before now is used again. */
  invalidate(repoURL: string): void;
  /** Git itself, for commits. */
  git(): Promise<GitSources>;
}

/** How sources are opened: what Git is given besides its folder and environment. */
export type SourcesOptions = Partial<Omit<GitOptions, 'allowFile' | 'environment'>>;

/**
 * Opens sources: a local path without `targetRevision` is read as it lies there, everything else is Git.
 * Local repositories are allowed to whoever writes the Application manifests, who runs this program.
 */
export function openSources(io: Io, options: SourcesOptions = {}): Sources {
  let git: Promise<GitSources> | undefined;
  let loaded: GitSources | undefined;
  // Loaded when it is needed: what starts Git's processes takes longer to load than a folder takes to validate.
  const gitSources = (): Promise<GitSources> => {
    git ??= import('../source/git.ts').then((module) => {
      loaded = new module.GitSources({
        cacheFolder: defaultCache(io),
        ...options,
        allowFile: true,
        environment: { ...io.env },
      });
      return loaded;
    });
    return git;
  };
  const renderers = async (): Promise<Renderers> => {
    const { Renderers: Loaded } = await import('../source/render/renderers.ts');
    return options.renderers ?? new Loaded({ environment: { ...io.env } });
  };
  return {
    invalidate: (repoURL) => void loaded?.invalidate(repoURL),
    git: gitSources,
    open: ({ source }, { name, trusted }) => {
      const { repoURL, targetRevision, path, directory, kustomize, helm, verify } = source;
      if (!trusted) refuseLocal(repoURL);
      const folder = { ...(path !== undefined && { path }), ...(directory !== undefined && { directory }) };
      const rendering = {
        ...(kustomize !== undefined && { kustomize }),
        ...(helm !== undefined && { helm }),
        ...(name !== undefined && { name }),
      };
      if (isLocalPath(repoURL) && targetRevision === undefined) {
        if (verify !== undefined) {
          throw new TerminalError(
            'NothingSigned',
            `source.verify: ${repoURL} is read as the folder lies there, which nobody has signed: name a branch or tag of a Git repository (targetRevision), or leave verify out`,
          );
        }
        const shown = relative(io.cwd, join(repoURL, path ?? '.'));
        const opened = directorySource({ folder: repoURL, ...folder, ...rendering, renderers });
        return {
          folder: shown,
          repository: `folder:${join(repoURL, path ?? '.')}`,
          fetch: (signal) => opened.fetch(signal),
        };
      }
      let opened: GitSource | undefined;
      const repository = async (): Promise<GitSource> => {
        if (isLocalPath(repoURL)) await checkLocalRepository(repoURL, path);
        opened ??= (await gitSources()).open({
          repoURL,
          ...folder,
          ...rendering,
          ...(targetRevision !== undefined && { targetRevision }),
          ...(verify !== undefined && { verify }),
        });
        return opened;
      };
      return {
        folder: path ?? '',
        repository: repoURL,
        fetch: async (signal: AbortSignal, freshness?: Freshness): Promise<Fetched> =>
          (await repository()).fetch(signal, freshness),
        look: async (signal: AbortSignal, freshness?: Freshness): Promise<Look> =>
          (await repository()).look(signal, freshness),
      };
    },
  };
}

/** @throws TerminalError `LocalSource` */
function refuseLocal(repoURL: string): void {
  if (!isLocalPath(repoURL) && !/^file:/iu.test(repoURL)) return;
  throw new TerminalError(
    'LocalSource',
    `repoURL: ${repoURL} is on the machine of the controller: only Applications of its own folder may name that`,
  );
}

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
function defaultCache(io: Io): string {
  const cache = io.env.XDG_CACHE_HOME;
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'longshore', 'git');
}
