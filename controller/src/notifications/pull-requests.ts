import type { Clock } from '../core/clock.ts';
import { renderMarkdown } from '../core/render/markdown.ts';
import type { Control } from '../engine/control.ts';
import type { Emit } from '../engine/emit.ts';
import type { Subject } from './notifier.ts';
import type { GitHub, PullRequest } from './services/github.ts';

/** What comments on pull requests are made from. */
export interface PullRequestDeps {
  readonly github: GitHub;
  readonly control: Pick<Control, 'states' | 'plan'>;
  readonly subject: (application: string) => Subject | undefined;
  /** The repository on GitHub (`owner/name`) that an address means; undefined for one elsewhere. */
  readonly repositoryOf: (repoURL: string) => string | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Writes the plan of each open pull request as a comment on it: what `longshore plan -o markdown` says. */
export interface PullRequestPlans {
  /** Looks at the open pull requests of a repository (`owner/name`) now, as after a webhook. */
  check(repository: string, signal: AbortSignal): Promise<void>;
  /** Looks at all of them every few minutes until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Without webhooks. GitHub allows 5,000 requests an hour. */
const INTERVAL_MS = 300_000;
const ERROR_LENGTH = 10_000;

/** Comments with the plans of the Applications that ask for it (`notifications: [{github: true}]`). */
export function pullRequestPlans(deps: PullRequestDeps): PullRequestPlans {
  /** What was commented on last, by Application and pull request. */
  const done = new Map<string, string>();

  const applicationsOf = (repository: string): readonly string[] =>
    deps.control
      .states()
      .map(({ name }) => name)
      .filter((name) => {
        const subject = deps.subject(name);
        return subject !== undefined && wants(subject) && deps.repositoryOf(subject.repoURL) === repository;
      });

  const check = async (repository: string, signal: AbortSignal): Promise<void> => {
    const open = await deps.github.openPullRequests(repository, signal);
    for (const application of applicationsOf(repository)) {
      for (const pullRequest of open) {
        const key = `${application}/${repository}/${pullRequest.number}`;
        if (done.get(key) === pullRequest.head) continue;
        const markdown = await planOf(deps, application, pullRequest, signal);
        await deps.github.comment(repository, pullRequest.number, `plan/${application}`, markdown, signal);
        done.set(key, pullRequest.head);
        deps.emit(
          'pull-request.commented',
          'info',
          `wrote the plan of ${application} to ${repository}#${pullRequest.number}`,
          {
            application,
            repository,
            pullRequest: pullRequest.number,
          },
        );
      }
    }
    const numbers = new Set(open.map(({ number }) => `/${repository}/${number}`));
    for (const key of done.keys()) {
      const rest = key.slice(key.indexOf('/'));
      if (rest.startsWith(`/${repository}/`) && !numbers.has(rest)) done.delete(key);
    }
  };

  return {
    check,
    async run(signal) {
      while (!signal.aborted) {
        for (const repository of repositoriesOf(deps)) {
          await check(repository, signal).catch((error: unknown) => {
            if (signal.aborted) return;
            const why = error instanceof Error ? error.message : String(error);
            deps.emit('pull-request.failed', 'warn', `pull requests of ${repository}: ${why}`, { repository });
          });
        }
        await deps.clock.sleep(INTERVAL_MS, signal).catch(() => undefined);
      }
    },
  };
}

/** The plan as Markdown; a source that is not valid is told as well: that is what the comment is for. */
async function planOf(
  deps: PullRequestDeps,
  application: string,
  { head }: PullRequest,
  signal: AbortSignal,
): Promise<string> {
  try {
    return renderMarkdown(await deps.control.plan(application, { revision: head }, signal));
  } catch (error) {
    signal.throwIfAborted();
    const text = (error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH);
    const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/gu)].map((match) => match[0].length + 1)));
    return `### Longshore: ${application} at ${head.slice(0, 12)}\n\n**There is no plan:**\n\n${fence}text\n${text}\n${fence}\n`;
  }
}

function repositoriesOf(deps: PullRequestDeps): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { name } of deps.control.states()) {
    const subject = deps.subject(name);
    const repository = subject === undefined || !wants(subject) ? undefined : deps.repositoryOf(subject.repoURL);
    if (repository !== undefined) found.add(repository);
  }
  return found;
}

function wants({ notifications }: Subject): boolean {
  return notifications.some((notification) => notification.github === true);
}
