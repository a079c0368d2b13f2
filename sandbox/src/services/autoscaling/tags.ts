import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-application-auto-scaling';
import type { RegisteredResource } from '../../kernel/registry.ts';
import { AwsError, type Call } from '../../kernel/service.ts';

/** ListTagsForResource, of a scalable target. */
export function listTagsForResource(input: ListTagsForResourceRequest, call: Call): ListTagsForResourceResponse {
  return { Tags: { ...resource(call, input.ResourceARN).tags } };
}

/** TagResource: at most 50 tags. */
export function tagResource(input: TagResourceRequest, call: Call): object {
  const found = resource(call, input.ResourceARN);
  const tags = { ...found.tags, ...input.Tags };
  if (Object.keys(tags).length > 50) {
    throw new AwsError('TooManyTagsException', 'A resource cannot have more than 50 tags', { ResourceName: found.arn });
  }
  found.tags = tags;
  return {};
}

/** UntagResource. */
export function untagResource(input: UntagResourceRequest, call: Call): object {
  const found = resource(call, input.ResourceARN);
  const gone = new Set(input.TagKeys ?? []);
  found.tags = Object.fromEntries(Object.entries(found.tags).filter(([key]) => !gone.has(key)));
  return {};
}

function resource(call: Call, arn = ''): RegisteredResource {
  const found = arn.includes(':scalable-target/') ? call.world.resources.get(arn) : undefined;
  if (!found) {
    throw new AwsError('ResourceNotFoundException', `The resource '${arn}' was not found`, { ResourceName: arn });
  }
  return found;
}
