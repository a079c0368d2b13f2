import type {
  ListTagsForResourceCommandInput,
  Tag,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-eventbridge';
import type { RegisteredResource } from '../../kernel/registry.ts';
import type { Call } from '../../kernel/service.ts';
import { notFound } from './state.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html */
export function tagResource({ ResourceARN, Tags }: TagResourceCommandInput, call: Call): object {
  const resource = resourceOf(ResourceARN, call);
  resource.tags = { ...resource.tags, ...tagRecord(Tags) };
  return {};
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UntagResource.html */
export function untagResource({ ResourceARN, TagKeys }: UntagResourceCommandInput, call: Call): object {
  const resource = resourceOf(ResourceARN, call);
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys?.includes(key)));
  return {};
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTagsForResource.html */
export function listTagsForResource({ ResourceARN }: ListTagsForResourceCommandInput, call: Call): object {
  return { Tags: Object.entries(resourceOf(ResourceARN, call).tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** Tags as the registry keeps them. */
export function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

function resourceOf(arn: string | undefined, { world }: Call): RegisteredResource {
  const resource = world.resources.get(arn ?? '');
  if (!resource?.type.startsWith('events:')) throw notFound(`${arn} does not exist.`);
  return resource;
}
