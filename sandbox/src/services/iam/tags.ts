import type {
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  Tag,
  TagRoleRequest,
  UntagRoleRequest,
} from '@aws-sdk/client-iam';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { paged } from './pages.ts';
import { existingRole } from './state.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const tagsPerRole = 50;

/** TagRole. */
export function tagRole(input: TagRoleRequest, { world, scope }: Call): object {
  const { arn } = existingRole(world, scope.accountId, input.RoleName);
  const resource = world.resources.get(arn);
  const tags = { ...resource?.tags, ...tagRecord(input.Tags) };
  if (Object.keys(tags).length > tagsPerRole) {
    throw new AwsError('LimitExceeded', `The number of tags has reached the maximum limit of ${tagsPerRole}.`);
  }
  if (resource) resource.tags = tags;
  return {};
}

/** UntagRole: keys that are not there do not matter. */
export function untagRole(input: UntagRoleRequest, { world, scope }: Call): object {
  const resource = world.resources.get(existingRole(world, scope.accountId, input.RoleName).arn);
  const gone = input.TagKeys ?? [];
  if (resource)
    resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !gone.includes(key)));
  return {};
}

/** ListRoleTags, in order of key. */
export function listRoleTags(input: ListRoleTagsRequest, { world, scope }: Call): ListRoleTagsResponse {
  const { arn } = existingRole(world, scope.accountId, input.RoleName);
  const { items, ...page } = paged(listed(world, arn), input, ({ Key = '' }) => Key);
  return { Tags: [...items], ...page };
}

/** The tags of a role in order of key. */
export function listed(world: World, arn: string): Tag[] {
  return Object.entries(world.resources.get(arn)?.tags ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}

/** Tags of a call as a record. */
export function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
