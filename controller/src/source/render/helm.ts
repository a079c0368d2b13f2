import { join, posix } from 'node:path';
import { parse } from 'yaml';
import { TerminalError } from '../../core/errors.ts';
import { everything, type Selector } from '../selection.ts';
import type { Snapshot } from '../snapshot.ts';
import type { HelmOptions } from './rendering.ts';
import type { Workplace } from './workplace.ts';

/** A chart with the value files that it is rendered with. */
export interface Chart {
  /** Path relative to the source's root, to content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Value files, relative to the source's root. */
  readonly valueFiles: readonly string[];
}

/** Takes one file of a folder. */
function only(name: string): Selector {
  return { ...everything, takes: (path) => path === name, sees: (path) => path === name, deep: false };
}

/**
 * Reads a chart and the value files that are named. Throws a TerminalError when a value file is not in the repository,
 * or a dependency does not lie in `charts/`: nothing is fetched from the network.
 */
export async function readChart(
  snapshot: Snapshot,
  path: string,
  options: HelmOptions,
  signal: AbortSignal,
): Promise<Chart> {
  const files = new Map<string, Uint8Array>();
  const take = async (folder: string, selector: Selector): Promise<void> => {
    for (const [name, bytes] of await snapshot.read(folder, selector, signal)) {
      files.set(posix.join(folder, name), bytes);
    }
  };
  await take(path, everything);
  const where = `${snapshot.name}, ${path === '' ? '.' : path}`;
  if (!files.has(posix.join(path, 'Chart.yaml'))) throw refused(where, 'there is no Chart.yaml in it');
  const valueFiles: string[] = [];
  for (const name of options.valueFiles ?? []) {
    const file = posix.join(path, name);
    // To helm a comma separates two files, of which the second could be any of this machine.
    const unsafe = posix.isAbsolute(name) || /[:,"\n]/.test(file) || file.startsWith('../');
    if (!unsafe && !files.has(file)) {
      const folder = posix.dirname(file) === '.' ? '' : posix.dirname(file);
      await take(folder, only(posix.basename(file))).catch((error: unknown) => {
        if (!(error instanceof TerminalError) || error.code !== 'PathNotFound') throw error;
      });
    }
    if (unsafe || !files.has(file))
      throw refused(where, `helm.valueFiles: "${name}" is not in the repository, or holds a comma, colon or quote`);
    valueFiles.push(file);
  }
  checkDependencies(files, path, where);
  return { files, valueFiles };
}

/** Arguments for `helm template`. */
export async function helmArguments(
  place: Workplace,
  chart: Chart,
  path: string,
  options: HelmOptions & { readonly releaseName: string },
): Promise<readonly string[]> {
  const { releaseName, values, parameters = [] } = options;
  // https://helm.sh/docs/chart_template_guide/builtin_objects/: a release is named as a DNS label.
  if (!/^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$/.test(releaseName)) {
    throw new TerminalError(
      'RenderRefused',
      `helm.releaseName: "${releaseName}" is not a name of at most 53 lower-case letters, digits and "-"`,
    );
  }
  const own = values === undefined ? [] : [await place.write('values.yaml', values)];
  const valueFiles = [...chart.valueFiles.map((file) => join(place.tree, file)), ...own];
  return [
    'template',
    ...valueFiles.map((file) => `--values=${file}`),
    ...parameters.map(({ name, value, forceString }) =>
      forceString === true ? `--set-string=${name}=${value}` : `--set=${name}=${value}`,
    ),
    '--',
    releaseName,
    join(place.tree, path),
  ];
}

function checkDependencies(files: ReadonlyMap<string, Uint8Array>, path: string, where: string): void {
  for (const name of ['Chart.yaml', 'requirements.yaml']) {
    const bytes = files.get(posix.join(path, name));
    if (bytes === undefined) continue;
    const missing = dependenciesIn(bytes, `${where}/${name}`).find((dependency) => {
      const beginning = posix.join(path, 'charts', dependency);
      return ![...files.keys()].some((file) => file.startsWith(`${beginning}/`) || isArchive(file, beginning));
    });
    if (missing !== undefined) {
      throw refused(
        where,
        `the dependency "${missing}" is not in charts/, and nothing is fetched: run "helm dependency build" and commit charts/`,
      );
    }
  }
}

function isArchive(file: string, beginning: string): boolean {
  return file.startsWith(`${beginning}-`) && file.endsWith('.tgz');
}

function dependenciesIn(bytes: Uint8Array, where: string): readonly string[] {
  let content: unknown;
  try {
    content = parse(new TextDecoder().decode(bytes), { logLevel: 'error' });
  } catch (error) {
    throw refused(where, `it is not valid YAML: ${error instanceof Error ? error.message.split('\n', 1)[0] : ''}`);
  }
  const list = entry(content, 'dependencies');
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.map((item) => entry(item, 'name')).filter((name): name is string => typeof name === 'string');
}

function entry(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function refused(where: string, why: string): TerminalError {
  return new TerminalError('RenderRefused', `${where}: ${why}`);
}
