import type {
  ListTagsForResourceCommandInput,
  Tag,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-ecr';
import type { RegisteredResource } from '../../kernel/registry.ts';
import { AwsError, type Call } from '../../kernel/service.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html */
export function tagResource({ resourceArn, tags }: TagResourceCommandInput, call: Call): object {
  const resource = resourceOf(resourceArn, call);
  resource.tags = { ...resource.tags, ...tagRecord(tags) };
  return {};
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UntagResource.html */
export function untagResource({ resourceArn, tagKeys }: UntagResourceCommandInput, call: Call): object {
  const resource = resourceOf(resourceArn, call);
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !tagKeys?.includes(key)));
  return {};
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListTagsForResource.html */
export function listTagsForResource({ resourceArn }: ListTagsForResourceCommandInput, call: Call): object {
  return { tags: Object.entries(resourceOf(resourceArn, call).tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** Tags as the registry of resources keeps them. */
export function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

function resourceOf(arn: string | undefined, { world, scope }: Call): RegisteredResource {
  const resource = world.resources.get(arn ?? '');
  if (resource?.type !== 'ecr:repository') {
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${arn?.replace(/^.*:repository\//, '')}' does not exist in the registry with id '${scope.accountId}'`,
    );
  }
  return resource;
}
