import type {
  AddTagsToResourceCommandInput,
  ListTagsForResourceCommandInput,
  RemoveTagsFromResourceCommandInput,
} from '@aws-sdk/client-ssm';
import { own } from '../../kernel/own.ts';
import type { RegisteredResource } from '../../kernel/registry.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { tagsOf } from './put.ts';
import { parametersOf } from './state.ts';

type Tagged = { readonly ResourceType: string | undefined; readonly ResourceId: string | undefined };

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
export function addTagsToResource(input: AddTagsToResourceCommandInput, call: Call): object {
  const resource = resourceOf(input, call);
  const tags = { ...resource.tags, ...tagsOf(input.Tags ?? []) };
  if (Object.keys(tags).length > 50) {
    throw new AwsError(
      'TooManyTagsError',
      'The Targets parameter includes too many tags. Remove one or more tags and try the command again.',
    );
  }
  resource.tags = tags;
  return {};
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html */
export function removeTagsFromResource(input: RemoveTagsFromResourceCommandInput, call: Call): object {
  const resource = resourceOf(input, call);
  const keys = input.TagKeys ?? [];
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !keys.includes(key)));
  return {};
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html */
export function listTagsForResource(input: ListTagsForResourceCommandInput, call: Call): object {
  return { TagList: Object.entries(resourceOf(input, call).tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** Of the resource types with tags, the sandbox has parameters. */
function resourceOf({ ResourceType, ResourceId }: Tagged, { world, scope }: Call): RegisteredResource {
  if (ResourceType !== 'Parameter') {
    throw new AwsError(
      'InvalidResourceType',
      `The resource type isn't valid: the sandbox has parameters, not ${ResourceType}.`,
    );
  }
  const parameter = own(parametersOf(world, scope), ResourceId);
  const resource = parameter && world.resources.get(parameter.arn);
  if (!resource)
    throw new AwsError(
      'InvalidResourceId',
      `The resource ID "${ResourceId}" is not valid. Verify that you entered the correct ID and try again.`,
    );
  return resource;
}
