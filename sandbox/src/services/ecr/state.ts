import type { ImageTagMutability, ImageTagMutabilityExclusionFilter } from '@aws-sdk/client-ecr';
import { arnOf } from '../../kernel/arn.ts';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';

/** An image: a manifest. Times in milliseconds since the epoch. */
export interface ImageState {
  readonly digest: `sha256:${string}`;
  readonly manifest: string;
  readonly mediaType: string;
  readonly pushedAt: number;
  /** In the order in which they were put. */
  tags: string[];
  lastPulledAt?: number;
}

/** A repository. */
export interface RepositoryState {
  readonly name: string;
  readonly arn: string;
  readonly registryId: string;
  readonly region: string;
  readonly createdAt: number;
  mutability: ImageTagMutability;
  exclusions: readonly ImageTagMutabilityExclusionFilter[];
  readonly scanOnPush: boolean;
  readonly encryptionType: string;
  /** By digest. */
  images: Record<string, ImageState>;
}

/** The repositories of a place, by name. */
export function repositoriesOf(world: World, scope: Scope): Record<string, RepositoryState> {
  return world.slice<{ repositories: Record<string, RepositoryState> }>(scope, 'ecr', () => ({ repositories: {} }))
    .repositories;
}

/** A repository of the caller's registry, or of the one that it names. Throws RepositoryNotFoundException. */
export function repositoryOf({ world, scope }: Call, name: string | undefined, registryId?: string): RepositoryState {
  const accountId = registryId ?? scope.accountId;
  const repository = own(repositoriesOf(world, { accountId, region: scope.region }), name);
  if (!repository) {
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${accountId}'`,
    );
  }
  return repository;
}

/** A repository without images. */
export function newRepository(scope: Scope, name: string, now: number): RepositoryState {
  return {
    name,
    arn: arnOf('ecr', scope, `repository/${name}`),
    registryId: scope.accountId,
    region: scope.region,
    createdAt: now,
    mutability: 'MUTABLE',
    exclusions: [],
    scanOnPush: false,
    encryptionType: 'AES256',
    images: {},
  };
}

/** What images of the repository are called in task definitions, without a tag. */
export function uriOf({ registryId, region, name }: RepositoryState): string {
  return `${registryId}.dkr.ecr.${region}.amazonaws.com/${name}`;
}
