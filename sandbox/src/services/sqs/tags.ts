import type { ListQueueTagsCommandInput, TagQueueCommandInput, UntagQueueCommandInput } from '@aws-sdk/client-sqs';
import type { RegisteredResource } from '../../kernel/registry.ts';
import type { Call } from '../../kernel/service.ts';
import { queueDoesNotExist, queueOf } from './state.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html */
export function tagQueue(input: TagQueueCommandInput, call: Call): object {
  const resource = resourceOf(input.QueueUrl, call);
  resource.tags = { ...resource.tags, ...input.Tags };
  return {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html */
export function untagQueue(input: UntagQueueCommandInput, call: Call): object {
  const resource = resourceOf(input.QueueUrl, call);
  const kept = Object.entries(resource.tags).filter(([key]) => !input.TagKeys?.includes(key));
  resource.tags = Object.fromEntries(kept);
  return {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html */
export function listQueueTags(input: ListQueueTagsCommandInput, call: Call): object {
  const { tags } = resourceOf(input.QueueUrl, call);
  return Object.keys(tags).length > 0 ? { Tags: { ...tags } } : {};
}

function resourceOf(url: string | undefined, call: Call): RegisteredResource {
  const resource = call.world.resources.get(queueOf(call, url).arn);
  if (!resource) throw queueDoesNotExist();
  return resource;
}
