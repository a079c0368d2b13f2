import { AddTagsCommand, RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsContext } from '../aws/context.ts';
import { doing } from '../aws/errors.ts';
import { CLIENT_SECRET_TAG } from './authentication.ts';
import { tagChanges } from '../core/ownership.ts';

type Tags = Readonly<Record<string, string>>;

/** Tags as the API takes them. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Sets and removes the tags of something that exists. */
export async function syncTags(
  aws: AwsContext,
  arn: string,
  tags: { readonly live: Tags; readonly wanted: Tags; readonly managedKeys: readonly string[] | undefined },
  abortSignal: AbortSignal,
): Promise<void> {
  const { set, remove } = tagChanges(tags.live, tags.wanted, [...(tags.managedKeys ?? []), CLIENT_SECRET_TAG]);
  if (Object.keys(set).length > 0) {
    const command = new AddTagsCommand({ ResourceArns: [arn], Tags: tagList(set) });
    await doing(`AddTags ${arn}`, aws.elbv2.send(command, { abortSignal }));
  }
  if (remove.length > 0) {
    const command = new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: [...remove] });
    await doing(`RemoveTags ${arn}`, aws.elbv2.send(command, { abortSignal }));
  }
}
