import type {
  AddTagsCommandInput,
  ListTagsCommandInput,
  RemoveTagsCommandInput,
  Tag,
} from '@aws-sdk/client-cloudtrail';
import type { RegisteredResource } from '../../kernel/registry.ts';
import { AwsError, type Call } from '../../kernel/service.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html */
export function addTags({ ResourceId, TagsList }: AddTagsCommandInput, call: Call): object {
  const resource = resourceOf(ResourceId, call);
  resource.tags = { ...resource.tags, ...tagRecord(TagsList) };
  return {};
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RemoveTags.html */
export function removeTags({ ResourceId, TagsList }: RemoveTagsCommandInput, call: Call): object {
  const resource = resourceOf(ResourceId, call);
  const removed = Object.keys(tagRecord(TagsList));
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !removed.includes(key)));
  return {};
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html */
export function listTags({ ResourceIdList = [] }: ListTagsCommandInput, call: Call): object {
  return {
    ResourceTagList: ResourceIdList.map((ResourceId) => ({
      ResourceId,
      TagsList: Object.entries(resourceOf(ResourceId, call).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}

/** Tags as the registry keeps them. */
export function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

function resourceOf(arn: string | undefined, { world }: Call): RegisteredResource {
  const resource = world.resources.get(arn ?? '');
  if (resource?.type !== 'cloudtrail:trail') {
    throw new AwsError('ResourceNotFoundException', `The resource ${arn} is not found.`);
  }
  return resource;
}
