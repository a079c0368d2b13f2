import { createHash } from 'node:crypto';
import type { PutImageCommandInput } from '@aws-sdk/client-ecr';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { type ImageState, newRepository, repositoriesOf, repositoryOf, type RepositoryState } from './state.ts';

/** What a manifest is when neither it nor the request says so. */
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html */
export function putImage(input: PutImageCommandInput, call: Call): object {
  const repository = repositoryOf(call, input.repositoryName, input.registryId);
  const { imageManifest: manifest = '', imageTag: tag } = input;
  const mediaType = input.imageManifestMediaType ?? mediaTypeOf(manifest);
  const digest = digestOf(manifest);
  if (input.imageDigest !== undefined && input.imageDigest !== digest) {
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `The provided digest '${input.imageDigest}' does not match the digest of the provided manifest, '${digest}'`,
    );
  }
  push(call.world, repository, manifest, mediaType, tag);
  return {
    image: {
      registryId: repository.registryId,
      repositoryName: repository.name,
      imageId: { imageDigest: digest, imageTag: tag },
      imageManifest: manifest,
      imageManifestMediaType: mediaType,
    },
  };
}

/** A push of somebody who has no client for it: another image each time, in a repository that is made when needed. */
export function pushByControl(world: World, image: string): { readonly digest: string } {
  const [, accountId = '', region = '', name = '', tag = 'latest'] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)(?::([\w][\w.-]*))?$/.exec(image) ?? [];
  if (name === '') {
    throw new Error(
      `image is ${JSON.stringify(image)}; expected <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`,
    );
  }
  const scope = { accountId, region };
  const repositories = repositoriesOf(world, scope);
  const now = world.clock.now();
  const repository = (repositories[name] ??= newRepository(scope, name, now));
  if (!world.resources.get(repository.arn)) {
    world.resources.add({ ...scope, arn: repository.arn, type: 'ecr:repository', createdAt: now, tags: {} });
  }
  const config = digestOf(`${image} ${Object.keys(repository.images).length}`);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: dockerManifest,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 1469, digest: config },
    layers: [],
  });
  push(world, repository, manifest, dockerManifest, tag);
  return { digest: digestOf(manifest) };
}

/** Adds the manifest, or another tag to one that is there. Throws AwsError. */
function push(world: World, repository: RepositoryState, manifest: string, mediaType: string, tag?: string): void {
  const digest = digestOf(manifest);
  const there = repository.images[digest];
  if (there && (tag === undefined || there.tags.includes(tag))) {
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${tag ?? ''}' already exists in the repository with name '${repository.name}' in registry with id '${repository.registryId}'`,
    );
  }
  const holder = Object.values(repository.images).find(({ tags }) => tag !== undefined && tags.includes(tag));
  if (holder && tag !== undefined && isImmutable(repository, tag)) {
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  }
  if (holder) holder.tags = holder.tags.filter((other) => other !== tag);
  const image: ImageState = there ?? { digest, manifest, mediaType, pushedAt: world.clock.now(), tags: [] };
  if (tag !== undefined) image.tags.push(tag);
  repository.images[digest] = image;
  emitImageAction(world, repository, 'PUSH', digest, tag);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
export function emitImageAction(
  world: World,
  { registryId, region, name }: RepositoryState,
  action: 'PUSH' | 'DELETE',
  digest: string,
  tag: string | undefined,
): void {
  world.ports.events.emit({ accountId: registryId, region }, () => ({
    source: 'aws.ecr',
    detailType: 'ECR Image Action',
    resources: [],
    detail: {
      result: 'SUCCESS',
      'repository-name': name,
      'image-digest': digest,
      'action-type': action,
      ...(tag === undefined ? {} : { 'image-tag': tag }),
    },
  }));
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html */
function isImmutable({ mutability, exclusions }: RepositoryState, tag: string): boolean {
  const excluded = exclusions.some(({ filter = '' }) =>
    new RegExp(`^${filter.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`).test(tag),
  );
  return mutability.startsWith('IMMUTABLE') ? !excluded : mutability === 'MUTABLE_WITH_EXCLUSION' && excluded;
}

function mediaTypeOf(manifest: string): string {
  try {
    const { mediaType } = JSON.parse(manifest) as { readonly mediaType?: unknown };
    return typeof mediaType === 'string' ? mediaType : dockerManifest;
  } catch {
    throw new AwsError(
      'InvalidParameterException',
      "Invalid parameter at 'imageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
    );
  }
}

function digestOf(text: string): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
