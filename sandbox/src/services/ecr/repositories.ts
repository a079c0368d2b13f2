import type {
  CreateRepositoryCommandInput,
  DeleteRepositoryCommandInput,
  DescribeRepositoriesCommandInput,
  GetAuthorizationTokenCommandInput,
  PutImageTagMutabilityCommandInput,
} from '@aws-sdk/client-ecr';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { page } from './page.ts';
import { newRepository, repositoriesOf, repositoryOf, type RepositoryState, uriOf } from './state.ts';
import { tagRecord } from './tags.ts';

/** "The authorization token is valid for 12 hours." */
const tokenMs = 12 * 3_600_000;

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
export function createRepository(input: CreateRepositoryCommandInput, { world, scope, now }: Call): object {
  const { repositoryName: name = '' } = input;
  const repositories = repositoriesOf(world, scope);
  if (own(repositories, name)) {
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${scope.accountId}'`,
    );
  }
  const repository: RepositoryState = {
    ...newRepository(scope, name, now),
    mutability: input.imageTagMutability ?? 'MUTABLE',
    exclusions: input.imageTagMutabilityExclusionFilters ?? [],
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryptionType: input.encryptionConfiguration?.encryptionType ?? 'AES256',
  };
  repositories[name] = repository;
  const { arn } = repository;
  world.resources.add({ ...scope, arn, type: 'ecr:repository', createdAt: now, tags: tagRecord(input.tags) });
  return { repository: described(repository) };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html */
export function describeRepositories(input: DescribeRepositoriesCommandInput, call: Call): object {
  const { repositoryNames: names, registryId } = input;
  if (names) {
    return { repositories: names.map((name) => described(repositoryOf(call, name, registryId))) };
  }
  const scope = { accountId: registryId ?? call.scope.accountId, region: call.scope.region };
  const all = Object.values(repositoriesOf(call.world, scope)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextToken } = page(all, ({ name }) => name, input);
  return { repositories: items.map(described), nextToken };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html */
export function deleteRepository(input: DeleteRepositoryCommandInput, call: Call): object {
  const repository = repositoryOf(call, input.repositoryName, input.registryId);
  if (Object.keys(repository.images).length > 0 && !input.force) {
    throw new AwsError(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${repository.registryId}' cannot be deleted because it still contains images`,
    );
  }
  const scope = { accountId: repository.registryId, region: repository.region };
  delete repositoriesOf(call.world, scope)[repository.name];
  call.world.resources.remove(repository.arn);
  return { repository: described(repository) };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html */
export function putImageTagMutability(input: PutImageTagMutabilityCommandInput, call: Call): object {
  const repository = repositoryOf(call, input.repositoryName, input.registryId);
  repository.mutability = input.imageTagMutability ?? 'MUTABLE';
  repository.exclusions = input.imageTagMutabilityExclusionFilters ?? [];
  const { registryId, name } = repository;
  return {
    registryId,
    repositoryName: name,
    imageTagMutability: repository.mutability,
    ...(repository.exclusions.length > 0 ? { imageTagMutabilityExclusionFilters: repository.exclusions } : {}),
  };
}

/** GetAuthorizationToken: user `AWS` and a password, in base64. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
export function getAuthorizationToken(
  input: GetAuthorizationTokenCommandInput,
  { scope, now, requestId }: Call,
): object {
  const registries = input.registryIds?.length ? input.registryIds : [scope.accountId];
  return {
    authorizationData: registries.map((id) => ({
      authorizationToken: Buffer.from(`AWS:${requestId}`).toString('base64'),
      expiresAt: new Date(now + tokenMs),
      proxyEndpoint: `https://${id}.dkr.ecr.${scope.region}.amazonaws.com`,
    })),
  };
}

function described(repository: RepositoryState): object {
  return {
    repositoryArn: repository.arn,
    registryId: repository.registryId,
    repositoryName: repository.name,
    repositoryUri: uriOf(repository),
    createdAt: new Date(repository.createdAt),
    imageTagMutability: repository.mutability,
    ...(repository.exclusions.length > 0 ? { imageTagMutabilityExclusionFilters: repository.exclusions } : {}),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: repository.encryptionType },
  };
}
