import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { ApplicationSpec } from '../api/application.ts';
import { TerminalError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import { type ApplicationManifest, readApplications } from './applications.ts';
import type { Io } from './io.ts';
import { isLocalPath } from './local-path.ts';
import type { TargetOptions } from './target-options.ts';

/** An Application that a command works on. Everything in it is plain data: a saved plan holds it as it is. */
export interface Target {
  readonly name: string;
  /** A local `repoURL` is an absolute path here. */
  readonly spec: ApplicationSpec;
}

/** What a folder's Application manifest may be called. */
const APPLICATION_FILES = ['application.yaml', 'application.yml', 'application.json'] as const;

/**
 * The Application that PATH means: an Application manifest, a folder that holds `application.yaml`, or else a folder
 * or file of manifests, which become an Application of its own without automation.
 * @throws TerminalError `PathNotFound`, `NotAFile`, `AmbiguousApplication`; InvalidInputError for a manifest that is not valid.
 */
export async function targetOf(path: string, options: TargetOptions, io: Io): Promise<Target> {
  const found = await existing(path);
  if (!found.isDirectory() && !found.isFile()) {
    throw new TerminalError('NotAFile', `${path} is neither a file nor a folder`);
  }
  const file = found.isDirectory() ? await applicationFileIn(path) : path;
  const applications = file === undefined ? [] : await readApplications(file, relative(io.cwd, file));
  const [first, ...others] = applications;
  if (file === undefined || first === undefined) return implicit(path, found.isDirectory(), options);
  const application = others.length === 0 ? first : chosen(applications, file, options.app);
  return withOptions(targetOfManifest(application, file), options);
}

/** An Application of a file as a target. */
function targetOfManifest(application: ApplicationManifest, file: string): Target {
  const { source } = application.spec;
  const repoURL = isLocalPath(source.repoURL) ? resolve(dirname(file), source.repoURL) : source.repoURL;
  return { name: application.metadata.name, spec: { ...application.spec, source: { ...source, repoURL } } };
}

function implicit(path: string, isFolder: boolean, options: TargetOptions): Target {
  const folder = isFolder ? path : dirname(path);
  const name = options.app ?? basename(path).replace(/\.(ya?ml|json)$/u, '');
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/u.test(name)) {
    throw new TerminalError(
      'NoName',
      `"${name}" cannot name an Application, expected at most 63 of a-z, 0-9 and "-", not at the ends: give one with --app`,
    );
  }
  const directory = isFolder ? { recurse: true } : { include: literally(basename(path)) };
  return withOptions({ name, spec: { source: { repoURL: folder, directory } } }, options);
}

/** What the command line says wins over the manifest. */
function withOptions(target: Target, options: TargetOptions): Target {
  const { source, destination } = target.spec;
  return {
    name: target.name,
    spec: {
      ...target.spec,
      source: { ...source, parameters: { ...source.parameters, ...options.param } },
      destination: { ...destination, ...(options.region !== undefined && { region: options.region }) },
    },
  };
}

function chosen(
  applications: readonly ApplicationManifest[],
  file: string,
  name: string | undefined,
): ApplicationManifest {
  const names = applications.map((application) => application.metadata.name);
  const application = applications.find((each) => each.metadata.name === name);
  if (application !== undefined) return application;
  throw new TerminalError(
    'AmbiguousApplication',
    name === undefined
      ? `${file} holds the Applications ${names.join(', ')}: choose one with --app`
      : `${file} holds no Application "${name}", expected one of ${names.join(', ')}${didYouMean(name, names)}`,
  );
}

async function applicationFileIn(folder: string): Promise<string | undefined> {
  const names = new Set(await readdir(folder));
  const name = APPLICATION_FILES.find((each) => names.has(each));
  return name === undefined ? undefined : join(folder, name);
}

async function existing(path: string): Promise<Awaited<ReturnType<typeof stat>>> {
  try {
    return await stat(path);
  } catch (error) {
    const siblings = await readdir(dirname(path)).catch(() => []);
    const hint = didYouMean(basename(path), siblings);
    throw new TerminalError('PathNotFound', `${path} does not exist${hint}`, { cause: error });
  }
}

/** A file name as a glob that matches it alone. */
function literally(name: string): string {
  return name.replaceAll(/[\\*?[\]{}()!+@]/gu, String.raw`\$&`);
}
