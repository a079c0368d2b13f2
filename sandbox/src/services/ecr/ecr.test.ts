import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';
import { eventQueue } from '../eventbridge/testing/event-queue.ts';

let sandbox: Sandbox;
let ecr: ECRClient;
beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped' });
  ecr = new ECRClient(clientSettings(sandbox.url));
});
afterEach(() => sandbox.close());

const repositoryName = 'team/web';
const create = (more: Partial<CreateRepositoryCommandInput> = {}) =>
  ecr.send(new CreateRepositoryCommand({ repositoryName, ...more }));

/** The manifest of an image whose layers have so many bytes. */
const manifestOf = (size: number) => JSON.stringify({ schemaVersion: 2, config: { size: 1 }, layers: [{ size }] });

async function put(imageTag: string | undefined, size: number): Promise<string> {
  const command = new PutImageCommand({ repositoryName, imageTag, imageManifest: manifestOf(size) });
  return (await ecr.send(command)).image?.imageId?.imageDigest ?? '';
}

const describe = async (more: Partial<DescribeImagesCommandInput> = {}) =>
  (await ecr.send(new DescribeImagesCommand({ repositoryName, ...more }))).imageDetails ?? [];

test('CreateRepository: a name is taken once, and its URI is that of the registry', async () => {
  expect((await create()).repository).toMatchObject({
    repositoryArn: 'arn:aws:ecr:eu-west-1:111122223333:repository/team/web',
    repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web',
    registryId: '111122223333',
    imageTagMutability: 'MUTABLE',
    createdAt: new Date('2026-01-01T00:00:00Z'),
  });
  await expect(create()).rejects.toMatchObject({ name: 'RepositoryAlreadyExistsException' });
});

test('DescribeRepositories: all in order, page by page, or those that are named', async () => {
  for (const name of ['team/b', 'team/a']) await create({ repositoryName: name });
  await expect(create({ repositoryName: 'Not/Lower' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const first = await ecr.send(new DescribeRepositoriesCommand({ maxResults: 1 }));
  const second = await ecr.send(new DescribeRepositoriesCommand({ maxResults: 1, nextToken: first.nextToken }));
  expect([first, second].map(({ repositories }) => repositories?.[0]?.repositoryName)).toEqual(['team/a', 'team/b']);
  await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['none'] }))).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
    message: "The repository with name 'none' does not exist in the registry with id '111122223333'",
  });
});

test('PutImage: the digest is that of the manifest, and a tag moves', async () => {
  await create();
  const old = await put('latest', 10);
  await sandbox.advance(1000);
  const young = await put('latest', 20);
  expect(await describe()).toEqual([
    {
      registryId: '111122223333',
      repositoryName,
      imageDigest: old,
      imageSizeInBytes: 11,
      imagePushedAt: new Date('2026-01-01T00:00:00Z'),
      imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    },
    expect.objectContaining({ imageDigest: young, imageTags: ['latest'], imageSizeInBytes: 21 }),
  ]);
  await put('v1', 20);
  expect(await describe({ imageIds: [{ imageTag: 'v1' }] })).toMatchObject([{ imageTags: ['latest', 'v1'] }]);
  await expect(put('v1', 20)).rejects.toMatchObject({ name: 'ImageAlreadyExistsException' });
  const imageDigest = `sha256:${'0'.repeat(64)}`;
  await expect(
    ecr.send(new PutImageCommand({ repositoryName, imageManifest: manifestOf(1), imageDigest })),
  ).rejects.toMatchObject({ name: 'ImageDigestDoesNotMatchException' });
});

test('PutImage: an immutable tag stays where it is, unless it is excluded', async () => {
  await create({ imageTagMutability: 'IMMUTABLE' });
  await put('v1', 1);
  await expect(put('v1', 2)).rejects.toMatchObject({
    name: 'ImageTagAlreadyExistsException',
    message:
      "The image tag 'v1' already exists in the 'team/web' repository and cannot be overwritten because the tag is immutable.",
  });
  await ecr.send(
    new PutImageTagMutabilityCommand({
      repositoryName,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest*' }],
    }),
  );
  await put('latest', 3);
  await put('latest', 4);
  await expect(put('v1', 5)).rejects.toMatchObject({ name: 'ImageTagAlreadyExistsException' });
});

test('DescribeImages: by digest and tag, tagged ones only, page by page', async () => {
  await create();
  const untagged = await put(undefined, 1);
  const tagged = await put('v1', 2);
  expect((await describe({ filter: { tagStatus: 'UNTAGGED' } })).map(({ imageDigest }) => imageDigest)).toEqual([
    untagged,
  ]);
  expect(await describe({ imageIds: [{ imageDigest: tagged, imageTag: 'v1' }] })).toHaveLength(1);
  await expect(describe({ imageIds: [{ imageTag: 'v2' }] })).rejects.toMatchObject({
    name: 'ImageNotFoundException',
    message: expect.stringContaining("The image with imageId {imageDigest:'null', imageTag:'v2'} does not exist"),
  });
  const first = await ecr.send(new DescribeImagesCommand({ repositoryName, maxResults: 1 }));
  expect(await describe({ maxResults: 1, nextToken: first.nextToken })).toMatchObject([{ imageDigest: tagged }]);
});

test('the size of a manifest list is that of its largest image', async () => {
  await create();
  const digests = [await put(undefined, 10), await put(undefined, 30)];
  const imageManifest = JSON.stringify({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: digests.map((digest) => ({ digest })),
  });
  await ecr.send(new PutImageCommand({ repositoryName, imageTag: 'multi', imageManifest }));
  expect(await describe({ imageIds: [{ imageTag: 'multi' }] })).toMatchObject([
    { imageSizeInBytes: 31, imageManifestMediaType: 'application/vnd.oci.image.index.v1+json' },
  ]);
});

test('ListImages: one entry for each tag', async () => {
  await create();
  const digest = await put('a', 1);
  await put('b', 1);
  const { imageIds } = await ecr.send(new ListImagesCommand({ repositoryName, filter: { tagStatus: 'TAGGED' } }));
  expect(imageIds).toEqual([
    { imageDigest: digest, imageTag: 'a' },
    { imageDigest: digest, imageTag: 'b' },
  ]);
});

test('BatchGetImage: what is not there is a failure beside the others', async () => {
  await create();
  const imageDigest = await put('a', 1);
  const { images, failures } = await ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'a' }, { imageTag: 'b' }, {}] }),
  );
  expect(images).toMatchObject([{ imageId: { imageDigest, imageTag: 'a' }, imageManifest: manifestOf(1) }]);
  expect(failures).toEqual([
    { imageId: { imageTag: 'b' }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
    { imageId: {}, failureCode: 'MissingDigestAndTag', failureReason: expect.any(String) },
  ]);
});

test('BatchGetImage: as long as nobody has made a repository, every image is there', async () => {
  const get = () => ecr.send(new BatchGetImageCommand({ repositoryName: 'any', imageIds: [{ imageTag: '1' }] }));
  expect((await get()).images).toMatchObject([{ imageId: { imageTag: '1' } }]);
  await create();
  await expect(get()).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
});

test('BatchDeleteImage: an image goes with its last tag', async () => {
  await create();
  await put('a', 1);
  await put('b', 1);
  const remove = (imageTag: string) =>
    ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
  await remove('a');
  expect(await describe()).toMatchObject([{ imageTags: ['b'] }]);
  await remove('b');
  expect(await describe()).toEqual([]);
  expect((await remove('b')).failures).toMatchObject([{ failureCode: 'ImageNotFound' }]);
});

test('DeleteRepository: with images only by force', async () => {
  await create();
  await put('a', 1);
  await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName }))).rejects.toMatchObject({
    name: 'RepositoryNotEmptyException',
  });
  await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
  await expect(describe()).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
});

test('GetAuthorizationToken: a token of user AWS for twelve hours', async () => {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const [data] = authorizationData ?? [];
  expect(Buffer.from(data?.authorizationToken ?? '', 'base64').toString()).toMatch(/^AWS:.+/);
  expect(data?.expiresAt).toEqual(new Date('2026-01-01T12:00:00Z'));
  expect(data?.proxyEndpoint).toBe('https://111122223333.dkr.ecr.eu-west-1.amazonaws.com');
});

test('repositories take tags', async () => {
  const { repository } = await create({ tags: [{ Key: 'a', Value: '1' }] });
  const resourceArn = repository?.repositoryArn;
  await ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'b', Value: '2' }] }));
  await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
  expect((await ecr.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([{ Key: 'b', Value: '2' }]);
});

test('ECR Image Action: EventBridge is told of a push and of a deletion', async () => {
  const queue = await eventQueue(sandbox.url, { source: ['aws.ecr'] });
  await create();
  const digest = await put('v1', 1);
  await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }));
  expect(await queue.drain()).toMatchObject([
    {
      'detail-type': 'ECR Image Action',
      resources: [],
      detail: {
        result: 'SUCCESS',
        'repository-name': repositoryName,
        'image-digest': digest,
        'action-type': 'PUSH',
        'image-tag': 'v1',
      },
    },
    { detail: { 'action-type': 'DELETE', 'image-tag': 'v1' } },
  ]);
});

test('the control API pushes an image, into a repository that it makes', async () => {
  const push = async (image: string): Promise<unknown> =>
    (await fetch(`${sandbox.url}/_sandbox/images`, { method: 'POST', body: JSON.stringify({ image }) })).json();
  const pushed = await push('111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web:v1');
  const again = await push('111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web:v1');
  expect(again).not.toEqual(pushed);
  expect(await describe({ imageIds: [{ imageTag: 'v1' }] })).toMatchObject([
    { imageDigest: (again as { digest: string }).digest },
  ]);
  expect(await push('nginx')).toEqual({ error: expect.stringContaining('expected <account>.dkr.ecr') });
});
