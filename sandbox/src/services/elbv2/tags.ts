import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RegisteredResource } from '../../kernel/registry.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { type ElbResource, resourceOf } from './names.ts';

const notFound: Readonly<Record<ElbResource, string>> = {
  loadbalancer: 'LoadBalancerNotFound',
  targetgroup: 'TargetGroupNotFound',
  listener: 'ListenerNotFound',
  'listener-rule': 'RuleNotFound',
};

/** AddTags: new keys are added, known ones get the new value. At most 50 tags. */
export function addTags(input: AddTagsInput, call: Call): object {
  const added = tagRecord(input.Tags ?? []);
  const resources = (input.ResourceArns ?? []).map((arn) => registered(call.world, arn));
  for (const resource of resources) {
    const tags = { ...resource.tags, ...added };
    if (Object.keys(tags).length > 50) {
      throw new AwsError('TooManyTags', `The resource '${resource.arn}' cannot have more than 50 tags`);
    }
  }
  for (const resource of resources) resource.tags = { ...resource.tags, ...added };
  return {};
}

/** RemoveTags: keys that are not there are no error. */
export function removeTags(input: RemoveTagsInput, call: Call): object {
  const resources = (input.ResourceArns ?? []).map((arn) => registered(call.world, arn));
  for (const resource of resources) {
    resource.tags = Object.fromEntries(
      Object.entries(resource.tags).filter(([key]) => !(input.TagKeys ?? []).includes(key)),
    );
  }
  return {};
}

/** DescribeTags: at most 20 resources a call. */
export function describeTags(input: DescribeTagsInput, call: Call): DescribeTagsOutput {
  const arns = input.ResourceArns ?? [];
  if (arns.length > 20) {
    throw new AwsError(
      'ValidationError',
      `Up to 20 resources can be described in a call, but ${arns.length} were given`,
    );
  }
  return {
    TagDescriptions: arns.map((arn) => ({
      ResourceArn: arn,
      Tags: Object.entries(registered(call.world, arn).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}

/** Tags of a call as a record. @throws AwsError DuplicateTagKeys, TooManyTags, ValidationError for the reserved prefix */
export function tagRecord(tags: readonly Tag[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (Object.hasOwn(result, key))
      throw new AwsError('DuplicateTagKeys', `Tag key '${key}' was specified more than once`);
    if (/^aws:/i.test(key))
      throw new AwsError('ValidationError', `Tag key '${key}' begins with the reserved prefix 'aws:'`);
    result[key] = value;
  }
  if (Object.keys(result).length > 50) throw new AwsError('TooManyTags', 'A resource cannot have more than 50 tags');
  return result;
}

/** Puts a new resource with its tags into the registry. */
export function register(
  world: World,
  scope: Scope,
  resource: ElbResource,
  arn: string,
  tags: Readonly<Record<string, string>>,
): void {
  const createdAt = world.clock.now();
  world.resources.add({ arn, type: `elasticloadbalancing:${resource}`, ...scope, createdAt, tags: { ...tags } });
}

/** True when a resource has exactly these tags. */
export function sameTags(world: World, arn: string, tags: Readonly<Record<string, string>>): boolean {
  const has = world.resources.get(arn)?.tags ?? {};
  const keys = Object.keys(has);
  return keys.length === Object.keys(tags).length && keys.every((key) => has[key] === tags[key]);
}

function registered(world: World, arn: string): RegisteredResource {
  const kind = resourceOf(arn);
  if (!kind) throw new AwsError('ValidationError', `'${arn}' is not a valid resource ARN`);
  const found = world.resources.get(arn);
  if (!found) throw new AwsError(notFound[kind], `The resource '${arn}' was not found`);
  return found;
}
