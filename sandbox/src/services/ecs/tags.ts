import type { Tag } from '@aws-sdk/client-ecs';
import type { World } from '../../kernel/world.ts';
import { invalidParameter } from './errors.ts';

/** The tags of a resource as ECS lists them. */
export function tagsOf(world: World, arn: string): Tag[] {
  return Object.entries(world.resources.get(arn)?.tags ?? {}).map(([key, value]) => ({ key, value }));
}

/**
 * Tags of a request as a record. Throws InvalidParameterException as ECS does for more than 50, for repeated keys and
 * for the reserved prefix. Source: developer guide, "Tagging Amazon ECS resources" (restrictions).
 */
export function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  const record: Record<string, string> = {};
  for (const { key, value } of tags ?? []) {
    if (!key) throw invalidParameter('Tag keys can not be empty.');
    if (/^aws:/i.test(key)) throw invalidParameter('aws: prefixed tag key names are not allowed for external use.');
    if (key.length > 128) throw invalidParameter('Tag keys can not be longer than 128 characters.');
    if ((value ?? '').length > 256) throw invalidParameter('Tag values can not be longer than 256 characters.');
    if (key in record) throw invalidParameter('Duplicate tag keys found. Tag keys must be unique.');
    record[key] = value ?? '';
  }
  if (Object.keys(record).length > 50) throw invalidParameter('Too many tags: the limit is 50.');
  return record;
}
