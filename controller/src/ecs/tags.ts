import { type Tag, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../aws/context.ts';
import { doing } from '../aws/errors.ts';
import type { Pass } from '../core/driver.ts';
import { tagChanges } from '../core/ownership.ts';

/** ECS's list of tags as a map. */
export function tagMap(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]));
}

/** A map of tags as ECS's list, in the order of the keys. */
export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.keys(tags)
    .toSorted()
    .map((key) => ({ key, value: tags[key] ?? '' }));
}

/** Sets and removes tags of an ECS resource so that those that Git decides are as wanted. True when it had to. */
export async function ensureTags(
  aws: AwsContext,
  pass: Pass,
  resourceArn: string,
  live: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
  managedTagKeys: readonly string[],
): Promise<boolean> {
  const { set, remove } = tagChanges(live, wanted, managedTagKeys);
  const abort = { abortSignal: pass.signal };
  if (Object.keys(set).length > 0) {
    const command = new TagResourceCommand({ resourceArn, tags: tagList(set) });
    await doing(`TagResource ${resourceArn}`, aws.ecs.send(command, abort));
  }
  if (remove.length > 0) {
    const command = new UntagResourceCommand({ resourceArn, tagKeys: [...remove] });
    await doing(`UntagResource ${resourceArn}`, aws.ecs.send(command, abort));
  }
  return Object.keys(set).length > 0 || remove.length > 0;
}
