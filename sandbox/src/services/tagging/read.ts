import type {
  GetResourcesCommandInput,
  GetResourcesCommandOutput,
  GetTagKeysCommandInput,
  GetTagValuesCommandInput,
  TagFilter,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { own } from '../../kernel/own.ts';
import { pageOf } from '../../kernel/page.ts';
import type { RegisteredResource } from '../../kernel/registry.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { checkedArn, invalid } from './arns.ts';

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
export function getResources(
  input: GetResourcesCommandInput,
  call: Call,
): Omit<GetResourcesCommandOutput, '$metadata'> {
  const { ResourceARNList: arns, TagFilters: filters = [], ResourceTypeFilters: types = [] } = input;
  if (arns && (input.TagFilters || input.ResourceTypeFilters || input.ResourcesPerPage || input.TagsPerPage)) {
    throw invalid(
      'When you specify ResourceARNList, you cannot specify TagFilters, ResourceTypeFilters, ResourcesPerPage or TagsPerPage.',
    );
  }
  if (input.ResourcesPerPage !== undefined && input.TagsPerPage !== undefined) {
    throw invalid('You can specify either ResourcesPerPage or TagsPerPage, but not both.');
  }
  for (const arn of arns ?? []) checkedArn(arn);
  const resources = tagged(call)
    .filter(({ arn }) => !arns || arns.includes(arn))
    .filter((resource) => types.length === 0 || types.some((type) => isOfType(resource, type)))
    .filter((resource) => filters.every((filter) => hasTag(resource, filter)));
  const page = pageOf(resources, pageSize(input), input.PaginationToken || undefined, ({ arn }) => arn);
  if (!page) throw new AwsError('PaginationTokenExpiredException', 'The specified pagination token has expired.');
  return {
    // The last page has an empty token, not none.
    PaginationToken: page.next ?? '',
    ResourceTagMappingList: page.items.map(({ arn, tags }) => ({ ResourceARN: arn, Tags: listed(tags) })),
  };
}

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetTagKeys.html */
export function getTagKeys({ PaginationToken: token }: GetTagKeysCommandInput, call: Call): object {
  const keys = tagged(call).flatMap(({ tags }) => Object.keys(tags));
  const { items, next } = textPage(keys, token);
  return { PaginationToken: next, TagKeys: items };
}

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetTagValues.html */
export function getTagValues({ Key = '', PaginationToken: token }: GetTagValuesCommandInput, call: Call): object {
  const values = tagged(call).flatMap(({ tags }) => own(tags, Key) ?? []);
  const { items, next } = textPage(values, token);
  return { PaginationToken: next, TagValues: items };
}

/** The operations see resources that have tags. */
function tagged({ world, scope }: Call): readonly RegisteredResource[] {
  return world.resources.list(scope.accountId, scope.region).filter(({ tags }) => Object.keys(tags).length > 0);
}

/** `ecs` is every resource of the service, `ecs:service` those of the type. */
function isOfType({ type }: RegisteredResource, filter: string): boolean {
  return type === filter || (!filter.includes(':') && type.startsWith(`${filter}:`));
}

/** A filter without values asks for the key alone. */
function hasTag({ tags }: RegisteredResource, { Key = '', Values = [] }: TagFilter): boolean {
  const value = own(tags, Key);
  return value !== undefined && (Values.length === 0 || Values.includes(value));
}

/** With `TagsPerPage` a page ends where its tags would be too many; a resource is never split. */
function pageSize(input: GetResourcesCommandInput): number | ((rest: readonly RegisteredResource[]) => number) {
  const most = input.TagsPerPage;
  if (most === undefined) return input.ResourcesPerPage ?? 50;
  return (rest) => {
    let tags = 0;
    const full = rest.findIndex((resource) => {
      tags += Object.keys(resource.tags).length;
      return tags > most;
    });
    return full < 0 ? rest.length : Math.max(1, full);
  };
}

function textPage(texts: readonly string[], token: string | undefined): { items: readonly string[]; next: string } {
  const distinct = [...new Set(texts)].toSorted();
  const page = pageOf(distinct, 1000, token || undefined, (text) => text);
  if (!page) throw new AwsError('PaginationTokenExpiredException', 'The specified pagination token has expired.');
  return { items: page.items, next: page.next ?? '' };
}

function listed(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
