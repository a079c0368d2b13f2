import { WaitError } from '../../core/errors.ts';
import { isObject, type Json } from '../../core/json.ts';
import type { GitHubRepository } from '../../api/applicationset.ts';

/** An open pull request. */
export interface PullRequest {
  readonly number: number;
  readonly branch: string;
  readonly targetBranch: string;
  readonly headSha: string;
  readonly labels: readonly string[];
  readonly author: string;
}

/** How the API is asked. */
export interface PullRequestOptions {
  /** A token for a repository; undefined: without one. */
  readonly token: (repository: GitHubRepository, signal: AbortSignal) => Promise<string | undefined>;
  readonly now: () => Date;
  readonly fetch?: typeof globalThis.fetch;
}

const DEFAULT_API = 'https://api.github.com';
const TIMEOUT_MS = 30_000;
const MAX_PAGES = 50;
const MAX_BYTES = 16_000_000;
const MIN_WAIT_MS = 1_000;
const DEFAULT_WAIT_MS = 60_000;

interface Page {
  readonly etag: string | undefined;
  readonly next: string | undefined;
  readonly pulls: readonly PullRequest[];
}

/**
 * Lists open pull requests: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests. Pages are followed by their
 * `Link`, asked for with the ETag of the last answer (an answer 304 does not count against the rate limit), and a server
 * that wants to be left alone is: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
export function pullRequestLister(
  options: PullRequestOptions,
): (repository: GitHubRepository, signal: AbortSignal) => Promise<readonly PullRequest[]> {
  const known = new Map<string, Page>();
  return async (repository, signal) => {
    const token = await options.token(repository, signal);
    const api = (repository.api ?? DEFAULT_API).replace(/\/+$/u, '');
    const { owner, repo } = repository;
    const first = `${api}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/pulls?state=open&per_page=100`;
    const found: PullRequest[] = [];
    let url: string | undefined = first;
    for (let count = 0; url !== undefined; count++) {
      if (count === MAX_PAGES) throw new Error(`${owner}/${repo} has more than ${MAX_PAGES * 100} open pull requests`);
      const page: Page = await ask(url, known.get(url), token, options, signal);
      known.set(url, page);
      found.push(...page.pulls);
      url = page.next;
      // The token goes nowhere else, whatever the server says.
      if (url !== undefined && new URL(url).origin !== new URL(first).origin)
        throw new Error(`${api} names its next page on another server: ${new URL(url).origin}`);
    }
    return found;
  };
}

async function ask(
  url: string,
  known: Page | undefined,
  token: string | undefined,
  options: PullRequestOptions,
  signal: AbortSignal,
): Promise<Page> {
  const response = await (options.fetch ?? globalThis.fetch)(url, {
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    headers: {
      accept: 'application/vnd.github+json',
      'user-agent': 'longshore',
      'x-github-api-version': '2022-11-28',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(known?.etag !== undefined && { 'if-none-match': known.etag }),
    },
  });
  if (response.status === 304 && known !== undefined) return known;
  refuseLimit(response, url, options.now());
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 200)}`);
  if (text.length > MAX_BYTES) throw new Error(`${url} answers with ${text.length} characters`);
  const body = JSON.parse(text) as Json;
  if (!Array.isArray(body)) throw new Error(`${url} answers with no list of pull requests`);
  return {
    etag: response.headers.get('etag') ?? undefined,
    next: nextOf(response.headers.get('link')),
    pulls: body.map((each) => readPull(each, url)),
  };
}

/** 403 or 429 with a time at which to come back. */
function refuseLimit({ status, headers }: Response, url: string, now: Date): void {
  if (status !== 403 && status !== 429) return;
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  const isSpent = headers.get('x-ratelimit-remaining') === '0';
  if (Number.isNaN(after) && !isSpent && status !== 429) return;
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000 - now.getTime();
  const wait = Number.isNaN(after) ? (Number.isNaN(reset) ? DEFAULT_WAIT_MS : reset) : after * 1000;
  const ms = Math.max(wait, MIN_WAIT_MS);
  throw new WaitError(`${new URL(url).origin} allows no more requests for ${Math.ceil(ms / 1000)} s`, ms);
}

/** The address with `rel="next"`: https://www.rfc-editor.org/rfc/rfc8288 */
function nextOf(link: string | null): string | undefined {
  return link
    ?.split(',')
    .map((part) => /<([^>]+)>\s*;.*\brel="?next"?/u.exec(part)?.[1])
    .find((url) => url !== undefined);
}

function readPull(value: Json, url: string): PullRequest {
  const head = isObject(value) && isObject(value['head']) ? value['head'] : {};
  const base = isObject(value) && isObject(value['base']) ? value['base'] : {};
  const user = isObject(value) && isObject(value['user']) ? value['user'] : {};
  const number = isObject(value) ? value['number'] : undefined;
  if (typeof number !== 'number' || typeof head['ref'] !== 'string' || typeof head['sha'] !== 'string')
    throw new Error(`${url} answers with something that is no pull request`);
  const labels = isObject(value) && Array.isArray(value['labels']) ? value['labels'] : [];
  return {
    number,
    branch: head['ref'],
    headSha: head['sha'],
    targetBranch: typeof base['ref'] === 'string' ? base['ref'] : '',
    author: typeof user['login'] === 'string' ? user['login'] : '',
    labels: labels.flatMap((label) => (isObject(label) && typeof label['name'] === 'string' ? [label['name']] : [])),
  };
}
