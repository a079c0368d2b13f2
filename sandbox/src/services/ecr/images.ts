import type {
  BatchDeleteImageCommandInput,
  BatchGetImageCommandInput,
  DescribeImagesCommandInput,
  ImageFailure,
  ImageIdentifier,
  ListImagesCommandInput,
  TagStatus,
} from '@aws-sdk/client-ecr';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { page } from './page.ts';
import { emitImageAction } from './put-image.ts';
import { type ImageState, repositoriesOf, repositoryOf, type RepositoryState } from './state.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html */
export function describeImages(input: DescribeImagesCommandInput, call: Call): object {
  const repository = repositoryOf(call, input.repositoryName, input.registryId);
  if (input.imageIds) {
    const found = new Set(input.imageIds.map((id) => existing(repository, id)));
    return { imageDetails: [...found].map((image) => detail(repository, image)) };
  }
  const images = withStatus(repository, input.filter?.tagStatus);
  const { items, nextToken } = page(images, ({ digest }) => digest, input);
  return { imageDetails: items.map((image) => detail(repository, image)), nextToken };
}

/** ListImages: one entry for each tag, and one for an image without. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html */
export function listImages(input: ListImagesCommandInput, call: Call): object {
  const repository = repositoryOf(call, input.repositoryName, input.registryId);
  const ids = withStatus(repository, input.filter?.tagStatus).flatMap(({ digest, tags }): ImageIdentifier[] =>
    tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag })),
  );
  const { items, nextToken } = page(ids, ({ imageDigest, imageTag = '' }) => `${imageDigest} ${imageTag}`, input);
  return { imageIds: items, nextToken };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html */
export function batchGetImage(input: BatchGetImageCommandInput, call: Call): object {
  if (!isUsed(call, input.registryId)) return lent(input, call);
  const repository = repositoryOf(call, input.repositoryName, input.registryId);
  const images: object[] = [];
  const failures: ImageFailure[] = [];
  for (const id of input.imageIds ?? []) {
    const image = find(repository, id);
    if (!image) {
      failures.push(failureOf(id));
      continue;
    }
    image.lastPulledAt = call.now;
    images.push({
      registryId: repository.registryId,
      repositoryName: repository.name,
      imageId: { imageDigest: image.digest, imageTag: id.imageTag ?? image.tags[0] },
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
    });
  }
  return { images, failures };
}

/** BatchDeleteImage: by tag, the tag goes, and with the last one the image. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html */
export function batchDeleteImage(input: BatchDeleteImageCommandInput, call: Call): object {
  const repository = repositoryOf(call, input.repositoryName, input.registryId);
  const imageIds: ImageIdentifier[] = [];
  const failures: ImageFailure[] = [];
  for (const id of input.imageIds ?? []) {
    const image = find(repository, id);
    if (!image) {
      failures.push(failureOf(id));
      continue;
    }
    const removed = id.imageDigest === undefined ? [id.imageTag ?? ''] : image.tags;
    image.tags = image.tags.filter((tag) => !removed.includes(tag));
    if (image.tags.length === 0) delete repository.images[image.digest];
    for (const imageTag of removed) imageIds.push({ imageDigest: image.digest, imageTag });
    if (removed.length === 0) imageIds.push({ imageDigest: image.digest });
    emitImageAction(call.world, repository, 'DELETE', image.digest, id.imageTag);
  }
  return { imageIds, failures };
}

function withStatus({ images }: RepositoryState, status: TagStatus = 'ANY'): ImageState[] {
  return Object.values(images).filter(({ tags }) => status === 'ANY' || (status === 'TAGGED') === tags.length > 0);
}

/** The image of a digest, a tag, or both when they fit together. */
function find({ images }: RepositoryState, { imageDigest, imageTag }: ImageIdentifier): ImageState | undefined {
  const image =
    imageDigest === undefined
      ? Object.values(images).find(({ tags }) => imageTag !== undefined && tags.includes(imageTag))
      : own(images, imageDigest);
  return image && (imageTag === undefined || image.tags.includes(imageTag)) ? image : undefined;
}

function existing(repository: RepositoryState, id: ImageIdentifier): ImageState {
  const image = find(repository, id);
  if (image) return image;
  const { imageDigest = 'null', imageTag = 'null' } = id;
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
  );
}

function failureOf(imageId: ImageIdentifier): ImageFailure {
  return imageId.imageDigest === undefined && imageId.imageTag === undefined
    ? {
        imageId,
        failureCode: 'MissingDigestAndTag',
        failureReason: 'Invalid request parameters: both tag and digest cannot be null',
      }
    : { imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}

function detail(repository: RepositoryState, image: ImageState): object {
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(image.tags.length > 0 ? { imageTags: [...image.tags] } : {}),
    imageSizeInBytes: sizeOf(repository, image),
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    ...(image.lastPulledAt === undefined ? {} : { lastRecordedPullTime: new Date(image.lastPulledAt) }),
  };
}

/** A manifest, as far as sizes go: of an image, or of a list of them. */
interface Manifest {
  readonly config?: { readonly size?: number };
  readonly layers?: readonly { readonly size?: number }[];
  readonly manifests?: readonly { readonly digest?: string }[];
}

/** "If the image is a manifest list, this will be the max size of all manifests in the list." */
function sizeOf(repository: RepositoryState, image: ImageState): number {
  const { config, layers = [], manifests } = JSON.parse(image.manifest) as Manifest;
  if (manifests) {
    const images = manifests.flatMap(({ digest }) => own(repository.images, digest) ?? []);
    return Math.max(0, ...images.filter((one) => one !== image).map((one) => sizeOf(repository, one)));
  }
  return layers.reduce((sum, { size = 0 }) => sum + size, config?.size ?? 0);
}

/** Whether somebody has made a repository in the registry. */
function isUsed({ world, scope }: Call, registryId = scope.accountId): boolean {
  return Object.keys(repositoriesOf(world, { accountId: registryId, region: scope.region })).length > 0;
}

/**
 * A property of the sandbox: tasks run whatever image they name, so as long as nobody has made a repository in a
 * registry, every image is in it, for both architectures.
 */
function lent({ imageIds = [], repositoryName, registryId }: BatchGetImageCommandInput, { scope }: Call): object {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const manifests = ['amd64', 'arm64'].map((architecture) => ({ platform: { architecture, os: 'linux' } }));
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
  const place = { registryId: registryId ?? scope.accountId, repositoryName };
  return {
    images: imageIds.map((imageId) => ({ ...place, imageId, imageManifest, imageManifestMediaType: mediaType })),
    failures: [],
  };
}
