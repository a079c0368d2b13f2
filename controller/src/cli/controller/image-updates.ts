import { ECRClient } from '@aws-sdk/client-ecr';
import { installRules } from '../../aws/calls.ts';
import type { Clock } from '../../core/clock.ts';
import { TerminalError } from '../../core/errors.ts';
import type { EventSink } from '../../core/events.ts';
import type { Control } from '../../engine/control.ts';
import { emitter } from '../../engine/emit.ts';
import { ecrRepositoryOf, listImages } from '../../images/registry.ts';
import { type ImageUpdater, imageUpdater } from '../../images/updater.ts';
import type { Announcing } from './announcing.ts';
import type { Destinations } from '../destinations.ts';
import type { Sources } from '../sources.ts';

/** What image updates work with. */
export interface ImageUpdatesDeps {
  readonly control: Control;
  readonly sources: Sources;
  readonly aws: Destinations;
  readonly announce: Pick<Announcing, 'github' | 'repositoryOf'>;
  readonly clock: Clock;
  readonly sink: EventSink;
}

/** Wires image updates: registries by the controller's own credentials, commits by those of the repositories. */
export async function imageUpdates(deps: ImageUpdatesDeps): Promise<ImageUpdater> {
  const { control, sources, aws, announce, clock, sink } = deps;
  return imageUpdater({
    control,
    git: await sources.git(),
    images: async (image, signal) => {
      const repository = ecrRepositoryOf(image);
      const { settings } = await aws.to({ region: repository.region });
      const client = new ECRClient(settings.config);
      installRules(client.middlewareStack, 'ecr', settings.rules);
      try {
        return await listImages(client, repository, signal);
      } finally {
        client.destroy();
      }
    },
    openPullRequest: async ({ repoURL, ...proposal }, signal) => {
      const repository = announce.repositoryOf(repoURL);
      if (repository === undefined) {
        throw new TerminalError(
          'NotGitHub',
          `writeBack.pullRequest is for GitHub, and ${repoURL} is no repository there`,
        );
      }
      await announce.github.proposePullRequest(repository, proposal, signal);
    },
    clock,
    emit: emitter(sink, clock),
  });
}
