import { join, relative, resolve } from 'node:path';
import { TerminalError } from '../../core/errors.ts';
import type { ParameterValue } from '../../core/manifests/variables.ts';
import { directorySource } from '../../source/directory.ts';
import type { Io } from '../io.ts';
import { isLocalPath } from '../local-path.ts';
import { type Target, targetOf } from '../target.ts';
import type { TargetOptions } from '../target-options.ts';

/** The files of one PATH, with names that lead to them from the working directory. */
export interface Collected {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Absent: nobody has said what the parameters are, and `${param.x}` stands for anything. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  /** The repository whose files are not looked at, because they are not on this machine. */
  readonly elsewhere?: string;
}

/**
 * Reads what PATH means, as `plan` and `apply` do. A local repository is read as it lies there, whatever revision the
 * Application names: what is about to be committed is what one wants to have checked.
 * @throws InvalidInputError for an Application that is not valid; TerminalError for a path that cannot be read.
 */
export async function collect(path: string, options: TargetOptions, io: Io, signal: AbortSignal): Promise<Collected> {
  const { spec } = await findTarget(resolve(io.cwd, path), options, io);
  const { repoURL, path: folder = '.', directory, parameters = {} } = spec.source;
  const given = Object.keys(parameters).length > 0;
  const common = given ? { parameters } : {};
  if (!isLocalPath(repoURL)) return { ...common, files: new Map(), elsewhere: repoURL };
  const source = directorySource({ folder: repoURL, path: folder, ...(directory !== undefined && { directory }) });
  const { files } = await source.fetch(signal);
  const shown = relative(io.cwd, join(repoURL, folder));
  return { ...common, files: new Map([...files].map(([file, bytes]) => [join(shown, file), bytes])) };
}

/** A folder that cannot name an Application can be checked all the same: nothing here depends on the name. */
async function findTarget(path: string, options: TargetOptions, io: Io): Promise<Target> {
  try {
    return await targetOf(path, options, io);
  } catch (error) {
    if (!(error instanceof TerminalError) || error.code !== 'NoName') throw error;
    return targetOf(path, { ...options, app: 'manifests' }, io);
  }
}
