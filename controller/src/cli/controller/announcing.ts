import type { Clock } from '../../core/clock.ts';
import type { EventSink } from '../../core/events.ts';
import type { Control } from '../../engine/control.ts';
import { emitter } from '../../engine/emit.ts';
import type { StateStore } from '../../engine/store.ts';
import { notifier, type Subject } from '../../notifications/notifier.ts';
import { createOutbox } from '../../notifications/outbox.ts';
import { pullRequestPlans } from '../../notifications/pull-requests.ts';
import { emailService } from '../../notifications/services/email.ts';
import { type GitHub, githubService, repositoryOf } from '../../notifications/services/github.ts';
import { slackService } from '../../notifications/services/slack.ts';
import { webhookService } from '../../notifications/services/webhook.ts';
import type { Configuration } from './configuration.ts';
import { githubToken } from './github-token.ts';

/** What announcing works with. */
export interface AnnouncingDeps {
  readonly configuration: Configuration;
  readonly control: Control;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly sink: EventSink;
}

/** Tells people what they asked to be told. */
export interface Announcing {
  /** To be given every event of the engine. */
  readonly sink: EventSink;
  readonly github: GitHub;
  /** The repository on that GitHub (`owner/name`) that an address means. */
  readonly repositoryOf: (repoURL: string) => string | undefined;
  /** Something happened to a pull request of a repository. Returns at once. */
  pullRequest(repoURLs: readonly string[], signal: AbortSignal): void;
  /** Sends what an earlier process left unsent, and looks at pull requests until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Wires notifications with the services of the configuration. */
export function announcing({ configuration, control, store, clock, sink }: AnnouncingDeps): Announcing {
  const { notifications = {}, url } = configuration.spec;
  const secret = configuration.secret;
  const emit = emitter(sink, clock);
  const github = githubService(notifications.github ?? {}, (repository) => githubToken(configuration, repository));
  const outbox = createOutbox({
    store,
    clock,
    emit,
    services: {
      github,
      ...(notifications.slack !== undefined && { slack: slackService(notifications.slack, secret) }),
      ...(notifications.webhooks !== undefined && { webhook: webhookService(notifications.webhooks, secret) }),
      ...(notifications.email !== undefined && { email: emailService(notifications.email, secret) }),
    },
  });
  const subject = (name: string): Subject | undefined => {
    const state = control.state(name);
    if (state === undefined) return undefined;
    const project = control.projects().find((each) => each.name === state.project);
    return {
      project: state.project,
      repoURL: state.spec.source.repoURL,
      notifications: [...(state.spec.notifications ?? []), ...(project?.spec.notifications ?? [])],
    };
  };
  const ofGitHub = (repoURL: string): string | undefined => repositoryOf(repoURL, notifications.github?.api);
  const pullRequests = pullRequestPlans({ github, control, subject, repositoryOf: ofGitHub, clock, emit });
  return {
    sink: notifier({
      outbox,
      subject,
      repositoryOf: ofGitHub,
      ...(url !== undefined && { url }),
      onError: (error) => emit('notification.failed', 'error', error instanceof Error ? error.message : String(error)),
    }),
    github,
    repositoryOf: ofGitHub,
    pullRequest: (repoURLs, signal) => {
      for (const repository of new Set(repoURLs.flatMap((repoURL) => ofGitHub(repoURL) ?? []))) {
        void pullRequests.check(repository, signal).catch((error: unknown) => {
          if (!signal.aborted)
            emit('pull-request.failed', 'warn', error instanceof Error ? error.message : String(error));
        });
      }
    },
    run: async (signal) => {
      await outbox.resume();
      await pullRequests.run(signal);
    },
    close: () => outbox.close(),
  };
}
