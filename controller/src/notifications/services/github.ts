import type { GitHubService } from '../../api/controllerconfiguration.ts';
import { isObject } from '../../core/json.ts';
import { type Message, shortened } from '../message.ts';
import { DeliveryError, type NotificationService, request } from '../service.ts';

const DEFAULT_API = 'https://api.github.com';
/** GitHub cuts no longer description: https://docs.github.com/rest/commits/statuses#create-a-commit-status */
const DESCRIPTION_LENGTH = 140;
const PAGE = 100;
const MAX_PAGES = 10;

/** What is done on GitHub besides sending messages. */
export interface GitHub extends NotificationService {
  /**
   * Writes a comment on a pull request, or over the one with the same `marker`. @throws DeliveryError
   */
  comment(
    repository: string,
    pullRequest: number,
    marker: string,
    markdown: string,
    signal: AbortSignal,
  ): Promise<void>;
  /** Open pull requests from branches of the repository itself, the newest 100. @throws DeliveryError */
  openPullRequests(repository: string, signal: AbortSignal): Promise<readonly PullRequest[]>;
  /** Opens a pull request from a branch of the repository, or gives the open one these words. @throws DeliveryError */
  proposePullRequest(repository: string, proposal: PullRequestProposal, signal: AbortSignal): Promise<void>;
}

/** https://docs.github.com/rest/pulls/pulls#create-a-pull-request */
export interface PullRequestProposal {
  /** The branch with the change. */
  readonly head: string;
  /** The branch that it is for. */
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

/** https://docs.github.com/rest/pulls/pulls#list-pull-requests */
export interface PullRequest {
  readonly number: number;
  /** The commit that it would bring. */
  readonly head: string;
  /** The branch that it would change. */
  readonly base: string;
}

/** Commit statuses (the recipient is `owner/name`) and comments. `token` gives one for a repository. */
export function githubService(config: GitHubService, token: (repository: string) => Promise<string>): GitHub {
  const api = config.api ?? DEFAULT_API;
  const call = async (repository: string, method: string, path: string, signal: AbortSignal, body?: object) =>
    request(
      `${api}/repos/${repositoryPath(repository)}${path}`,
      {
        method,
        headers: {
          authorization: `Bearer ${await token(repository)}`,
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'longshore',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
      signal,
    );
  return {
    async send(message, repository, _delivery, signal) {
      const state = stateOf(message);
      if (state === undefined || !/^[0-9a-f]{40}$/u.test(message.revision ?? '')) return;
      const response = await call(repository, 'POST', `/statuses/${message.revision}`, signal, {
        state,
        context: `longshore/${message.application}`,
        description: shortened(message.text === '' ? message.title : message.text, DESCRIPTION_LENGTH),
        ...(message.link !== undefined && { target_url: message.link }),
      });
      await response.body?.cancel();
    },
    async comment(repository, pullRequest, marker, markdown, signal) {
      const body = { body: `${hidden(marker)}\n${markdown}` };
      for (let page = 1; page <= MAX_PAGES; page++) {
        const path = `/issues/${pullRequest}/comments?per_page=${PAGE}&page=${page}`;
        const comments: unknown = await (await call(repository, 'GET', path, signal)).json();
        if (!Array.isArray(comments)) throw new DeliveryError('GitHub answered with no list of comments', false);
        const ours = comments.find((each) => isObject(each) && textOf(each['body']).startsWith(hidden(marker)));
        if (isObject(ours)) {
          if (ours['body'] === body.body) return;
          const response = await call(repository, 'PATCH', `/issues/comments/${textOf(ours['id'])}`, signal, body);
          await response.body?.cancel();
          return;
        }
        if (comments.length < PAGE) break;
      }
      const response = await call(repository, 'POST', `/issues/${pullRequest}/comments`, signal, body);
      await response.body?.cancel();
    },
    async openPullRequests(repository, signal) {
      const path = `/pulls?state=open&sort=updated&direction=desc&per_page=${PAGE}`;
      const answer: unknown = await (await call(repository, 'GET', path, signal)).json();
      if (!Array.isArray(answer)) throw new DeliveryError('GitHub answered with no list of pull requests', false);
      return answer.flatMap((each) => pullRequestIn(each, repository));
    },
    async proposePullRequest(repository, { head, base, title, body }, signal) {
      const owner = repository.split('/')[0] ?? '';
      const query = new URLSearchParams({ state: 'open', head: `${owner}:${head}`, base });
      const open: unknown = await (await call(repository, 'GET', `/pulls?${query.toString()}`, signal)).json();
      const known: unknown = Array.isArray(open) ? open[0] : undefined;
      if (isObject(known) && known['title'] === title && known['body'] === body) return;
      const response = isObject(known)
        ? await call(repository, 'PATCH', `/pulls/${textOf(known['number'])}`, signal, { title, body })
        : await call(repository, 'POST', '/pulls', signal, { head, base, title, body });
      await response.body?.cancel();
    },
  };
}

/** One from a fork is left out: a plan shows what is live, and whoever forks may not be meant to see it. */
function pullRequestIn(value: unknown, repository: string): readonly PullRequest[] {
  if (!isObject(value) || !isObject(value['head']) || !isObject(value['base'])) return [];
  const { number, head, base } = value;
  const from = isObject(head['repo']) ? head['repo']['full_name'] : undefined;
  if (typeof from !== 'string' || from.toLowerCase() !== repository.toLowerCase()) return [];
  if (typeof number !== 'number' || typeof head['sha'] !== 'string' || typeof base['ref'] !== 'string') return [];
  return [{ number, head: head['sha'], base: base['ref'] }];
}

/**
 * `owner/name` of an address that is a repository of the GitHub that `api` belongs to (default: github.com); undefined for
 * others: what is meant for one server is never said, and no token of it sent, to another.
 */
export function repositoryOf(repoURL: string, api = DEFAULT_API): string | undefined {
  const found = /^(?:https:\/\/|ssh:\/\/)(?:[^@/]+@)?([^/:]+)(?::\d+)?\/([^/]+\/[^/]+?)(?:\.git)?\/?$/u.exec(repoURL);
  const [, host, path] = found ?? /^[^@/:]+@([^/:]+):([^/]+\/[^/]+?)(?:\.git)?\/?$/u.exec(repoURL) ?? [];
  return host?.toLowerCase() === hostOf(api) ? path : undefined;
}

/** https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api: an Enterprise Server has its API below `/api/v3`. */
function hostOf(api: string): string {
  const { hostname } = new URL(api);
  return hostname === 'api.github.com' ? 'github.com' : hostname;
}

function stateOf({ event }: Message): 'pending' | 'success' | 'failure' | undefined {
  switch (event) {
    case 'SyncRunning':
      return 'pending';
    case 'SyncSucceeded':
      return 'success';
    case 'SyncFailed':
      return 'failure';
    default:
      return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Invisible in the rendered comment. */
function hidden(marker: string): string {
  return `<!-- longshore: ${marker.replaceAll(/[^\w./-]/gu, '_')} -->`;
}

/** Names come from a repository's address: each is one segment of a path and nothing else. */
function repositoryPath(repository: string): string {
  return repository.split('/').map(encodeURIComponent).join('/');
}
