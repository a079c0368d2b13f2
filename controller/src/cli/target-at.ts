import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { TerminalError } from '../core/errors.ts';
import { isLocalPath } from './local-path.ts';
import { repositoryAround } from './local-repository.ts';
import type { Target } from './target.ts';

/**
 * The same Application at another revision of its source. A folder that is read as it lies there is looked for in the Git
 * repository around it. @throws TerminalError `NotARepository`
 */
export async function targetAt(target: Target, revision: string): Promise<Target> {
  const { source } = target.spec;
  const at = { ...source, targetRevision: revision };
  if (!isLocalPath(source.repoURL) || source.targetRevision !== undefined) return withSource(target, at);
  const folder = await realpath(join(source.repoURL, source.path ?? '.'));
  const root = await repositoryAround(folder);
  if (root === undefined) {
    throw new TerminalError(
      'NotARepository',
      `${folder} is in no Git repository: there is no revision "${revision}" of it to compare with`,
    );
  }
  return withSource(target, { ...at, repoURL: root, path: relative(root, folder) || '.' });
}

function withSource(target: Target, source: Target['spec']['source']): Target {
  return { ...target, spec: { ...target.spec, source } };
}
