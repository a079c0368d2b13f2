import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '@aws-sdk/client-ecs';
import type { RegisteredResource } from '../../kernel/registry.ts';
import type { Call } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { resourceParts } from './arns.ts';
import { clusterNotFound, invalidParameter } from './errors.ts';
import { tagRecord, tagsOf } from './tags.ts';

/** ListTagsForResource. */
export function listTagsForResource(input: ListTagsForResourceRequest, { world }: Call): ListTagsForResourceResponse {
  const { arn } = taggable(world, input.resourceArn);
  return { tags: tagsOf(world, arn) };
}

/** TagResource: adds tags and changes values; at most 50 in all. */
export function tagResource(input: TagResourceRequest, { world }: Call): TagResourceResponse {
  const resource = taggable(world, input.resourceArn);
  const merged = { ...resource.tags, ...tagRecord(input.tags) };
  if (Object.keys(merged).filter((key) => !key.startsWith('aws:')).length > 50) {
    throw invalidParameter('Too many tags: the limit is 50.');
  }
  resource.tags = merged;
  return {};
}

/** UntagResource: keys that are not there do not matter. */
export function untagResource(input: UntagResourceRequest, { world }: Call): UntagResourceResponse {
  const resource = taggable(world, input.resourceArn);
  const gone = new Set(input.tagKeys);
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !gone.has(key)));
  return {};
}

function taggable(world: World, arn = ''): RegisteredResource {
  const parts = resourceParts(arn);
  if (!parts) throw invalidParameter('Invalid identifier: Identifier is for other service.');
  const resource = world.resources.get(arn);
  if (resource) return resource;
  if (parts[0] === 'cluster') throw clusterNotFound();
  throw invalidParameter('The specified resource was not found. Specify a valid resource ARN and try again.');
}
