import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-cloudwatch';
import type { RegisteredResource } from '../../kernel/registry.ts';
import { AwsError, type Call } from '../../kernel/service.ts';

/** ListTagsForResource, of an alarm. */
export function listTagsForResource(input: ListTagsForResourceInput, call: Call): ListTagsForResourceOutput {
  return { Tags: Object.entries(resource(call, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** TagResource: at most 50 tags. */
export function tagResource(input: TagResourceInput, call: Call): object {
  const found = resource(call, input.ResourceARN);
  const added = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
  const tags = { ...found.tags, ...added };
  if (Object.keys(tags).length > 50)
    throw new AwsError('InvalidParameterValue', 'A resource cannot have more than 50 tags');
  found.tags = tags;
  return {};
}

/** UntagResource. */
export function untagResource(input: UntagResourceInput, call: Call): object {
  const found = resource(call, input.ResourceARN);
  const gone = new Set(input.TagKeys ?? []);
  found.tags = Object.fromEntries(Object.entries(found.tags).filter(([key]) => !gone.has(key)));
  return {};
}

function resource(call: Call, arn = ''): RegisteredResource {
  const found = arn.startsWith('arn:aws:cloudwatch:') ? call.world.resources.get(arn) : undefined;
  if (!found) throw new AwsError('ResourceNotFoundException', `Resource '${arn}' does not exist`);
  return found;
}
