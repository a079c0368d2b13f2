import { DescribeImagesCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { TerminalError } from '../core/errors.ts';
import type { RepositoryImage } from './policy.ts';

/** A repository of Amazon ECR, as the part of an image before its tag names it. */
export interface EcrRepository {
  readonly registryId: string;
  readonly region: string;
  readonly name: string;
}

/**
 * The repository that an image is in: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
 * @throws TerminalError `NotEcr` for an image elsewhere.
 */
export function ecrRepositoryOf(image: string): EcrRepository {
  const found =
    /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)\/([a-z0-9]+(?:[._/-][a-z0-9]+)*)$/u.exec(
      image,
    );
  const [, registryId, region, name] = found ?? [];
  if (registryId !== undefined && region !== undefined && name !== undefined) return { registryId, region, name };
  throw new TerminalError(
    'NotEcr',
    `"${image}" is no repository of Amazon ECR, expected one such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/api, without tag`,
  );
}

const PAGE = 1000;
/** ECR keeps at most 100,000 images a repository: https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const MAX_PAGES = 100;

/** Every tagged image of a repository (DescribeImages). @throws what the SDK throws */
export async function listImages(
  client: ECRClient,
  repository: EcrRepository,
  signal: AbortSignal,
): Promise<readonly RepositoryImage[]> {
  const images: RepositoryImage[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await client.send(
      new DescribeImagesCommand({
        registryId: repository.registryId,
        repositoryName: repository.name,
        filter: { tagStatus: 'TAGGED' },
        maxResults: PAGE,
        ...(nextToken !== undefined && { nextToken }),
      }),
      { abortSignal: signal },
    );
    for (const { imageDigest, imageTags, imagePushedAt } of answer.imageDetails ?? []) {
      if (imageDigest === undefined) continue;
      images.push({ digest: imageDigest, tags: imageTags ?? [], pushedAt: imagePushedAt ?? new Date(0) });
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return images;
}
