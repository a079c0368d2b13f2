import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type {
  ApplicationSetGenerator,
  ApplicationSetSpec,
  GitDirectoriesGenerator,
  GitFilesGenerator,
  GitHubRepository,
  InnerGenerator,
  PullRequestGenerator,
} from '../../api/applicationset.ts';
import type { Json } from '../../core/json.ts';
import { combined, merged, type Parameters, pathParameters, slug } from './parameters.ts';
import type { PullRequest } from './pull-requests.ts';
import { filled } from './template.ts';

/** The files of a repository at a revision. */
export interface RepositoryTree {
  readonly revision: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What generators ask. */
export interface GeneratorSources {
  /** The files that any of the globs matches, or all of them: paths alone count for directories. */
  tree(
    repoURL: string,
    revision: string | undefined,
    globs: readonly string[],
    signal: AbortSignal,
  ): Promise<RepositoryTree>;
  /** The open pull requests. @throws WaitError when the server wants to be left alone for a while */
  pullRequests(repository: GitHubRepository, signal: AbortSignal): Promise<readonly PullRequest[]>;
}

/** Sources that are asked for allowed addresses alone. */
export function guarded(sources: GeneratorSources, allows: (address: string) => boolean): GeneratorSources {
  const check = (address: string): void => {
    if (!allows(address)) throw new Error(`the Project does not allow the repository ${address}`);
  };
  return {
    tree: async (repoURL, revision, globs, signal) => {
      check(repoURL);
      return await sources.tree(repoURL, revision, globs, signal);
    },
    pullRequests: async (repository, signal) => {
      const { api, owner, repo } = repository;
      check(`${api?.replace(/\/+$/u, '') ?? 'https://github.com'}/${owner}/${repo}`);
      return await sources.pullRequests(repository, signal);
    },
  };
}

/** Nothing can be asked. */
export const listsAlone: GeneratorSources = {
  tree: () => Promise.reject(new Error('there is no access to repositories')),
  pullRequests: () => Promise.reject(new Error('there is no access to pull requests')),
};

/** No value of a file may blow up the list: aliases, documents and depth are capped. */
const YAML_LIMITS = { maxAliasCount: 100 } as const;
const MAX_SETS = 5_000;

/** Every set of parameters that a set's generators give. @throws when one of them fails: then nothing is known */
export async function parameterSets(
  { generators, regions, accounts }: ApplicationSetSpec,
  sources: GeneratorSources,
  signal: AbortSignal,
): Promise<readonly Parameters[]> {
  const found: Parameters[] = [];
  for (const generator of generators) found.push(...(await generate(generator, sources, signal)));
  const perRegion =
    regions === undefined
      ? found
      : combined(
          found,
          regions.map((region) => ({ region })),
        );
  const all =
    accounts === undefined
      ? perRegion
      : combined(
          perRegion,
          accounts.map((accountId) => ({ accountId })),
        );
  if (all.length > MAX_SETS)
    throw new Error(`the generators give ${all.length} sets of parameters, expected at most ${MAX_SETS}`);
  return all;
}

async function generate(
  generator: ApplicationSetGenerator,
  sources: GeneratorSources,
  signal: AbortSignal,
): Promise<readonly Parameters[]> {
  const { matrix, merge } = generator;
  if (matrix !== undefined) {
    const [first, second] = matrix.generators;
    if (first === undefined || second === undefined) throw new Error('matrix: expected two generators');
    const found: Parameters[] = [];
    for (const parameters of await inner(first, sources, signal)) {
      // The second may ask for what the first found: `revision: "{{branch}}"`.
      const asked = filled(second as unknown as Json, parameters, '/matrix/generators/1') as unknown as InnerGenerator;
      found.push(...combined([parameters], await inner(asked, sources, signal)));
    }
    return found;
  }
  if (merge !== undefined) {
    const lists: (readonly Parameters[])[] = [];
    for (const each of merge.generators) lists.push(await inner(each, sources, signal));
    return merged(merge.mergeKeys, lists);
  }
  return await inner(generator, sources, signal);
}

async function inner(
  { list, gitDirectories, gitFiles, pullRequest }: InnerGenerator,
  sources: GeneratorSources,
  signal: AbortSignal,
): Promise<readonly Parameters[]> {
  if (list !== undefined) return list.elements;
  if (gitDirectories !== undefined) return await directories(gitDirectories, sources, signal);
  if (gitFiles !== undefined) return await files(gitFiles, sources, signal);
  if (pullRequest !== undefined) return await pulls(pullRequest, sources, signal);
  throw new Error('a generator says nothing, expected one of list, gitDirectories, gitFiles and pullRequest');
}

async function directories(
  { repoURL, revision, directories: wanted }: GitDirectoriesGenerator,
  sources: GeneratorSources,
  signal: AbortSignal,
): Promise<readonly Parameters[]> {
  const tree = await sources.tree(repoURL, revision, [], signal);
  const folders = new Set<string>();
  for (const file of tree.files.keys()) {
    for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder)) folders.add(folder);
  }
  const takes = (folder: string): boolean => {
    const last = wanted.findLast(({ path }) => posix.matchesGlob(folder, path.replace(/\/+$/u, '')));
    return last !== undefined && last.exclude !== true;
  };
  return [...folders]
    .filter(takes)
    .toSorted()
    .map((folder) => ({ ...pathParameters(folder), revision: tree.revision }));
}

async function files(
  { repoURL, revision, files: wanted }: GitFilesGenerator,
  sources: GeneratorSources,
  signal: AbortSignal,
): Promise<readonly Parameters[]> {
  const globs = wanted.map(({ path }) => path);
  const tree = await sources.tree(repoURL, revision, globs, signal);
  return [...tree.files]
    .filter(([file]) => globs.some((glob) => posix.matchesGlob(file, glob)))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, bytes]) =>
      documentsOf(file, bytes).map((document) => ({
        ...scalarsOf(document as Json, ''),
        ...pathParameters(posix.dirname(file)),
        'path.filename': posix.basename(file),
        revision: tree.revision,
      })),
    );
}

async function pulls(
  { github, labels = [] }: PullRequestGenerator,
  sources: GeneratorSources,
  signal: AbortSignal,
): Promise<readonly Parameters[]> {
  const open = await sources.pullRequests(github, signal);
  return open
    .filter((pull) => labels.every((label) => pull.labels.includes(label)))
    .map((pull) => ({
      number: String(pull.number),
      branch: pull.branch,
      branch_slug: slug(pull.branch),
      target_branch: pull.targetBranch,
      head_sha: pull.headSha,
      head_short_sha: pull.headSha.slice(0, 8),
      labels: pull.labels.join(','),
      author: pull.author,
    }));
}

/** The documents of a file; a list is one set for each of its items. @throws with the file's name */
function documentsOf(file: string, bytes: Uint8Array): readonly unknown[] {
  const text = new TextDecoder().decode(bytes);
  const documents = parseAllDocuments(text);
  return [...documents].flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${file}: ${error.message}`);
    const value: unknown = document.toJS(YAML_LIMITS);
    if (value === null) return [];
    return Array.isArray(value) ? value : [value];
  });
}

/** Every scalar by its path: `cluster.region`, `zones[0]`. */
function scalarsOf(value: Json | undefined, path: string): Parameters {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object') return path === '' ? {} : { [path]: String(value) };
  const members = Array.isArray(value)
    ? value.map((item, index): [string, Json] => [`${path}[${index}]`, item])
    : Object.entries(value).map(([key, item]): [string, Json] => [path === '' ? key : `${path}.${key}`, item]);
  return Object.assign({}, ...members.map(([key, item]) => scalarsOf(item, key))) as Parameters;
}
