import { own } from '../../kernel/own.ts';
import type { Images } from '../../kernel/ports.ts';
import type { World } from '../../kernel/world.ts';
import { repositoriesOf } from './state.ts';

/** The images of this world's repositories, for those who run them. */
export function imagesPort(world: World): Images {
  return {
    digestOf(image) {
      const [, accountId, region, name, tag = 'latest', digest] =
        /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
          image,
        ) ?? [];
      if (accountId === undefined || region === undefined) return undefined;
      const repository = own(repositoriesOf(world, { accountId, region }), name);
      if (!repository) return undefined;
      const found = Object.values(repository.images).find((one) =>
        digest === undefined ? one.tags.includes(tag) : one.digest === digest,
      );
      return found?.digest ?? 'absent';
    },
  };
}
