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

/** The longest value of a tag. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
export const MAX_TAG_VALUE = 256;

/** Characters and words that values of tags do not take, and what says the same. */
const WORDS: readonly (readonly [from: RegExp, to: string])[] = [
  [/<=/g, ' at most '],
  [/>=/g, ' at least '],
  [/!=/g, ' other than '],
  [/</g, ' below '],
  [/>/g, ' above '],
  [/%/g, ' percent '],
  [/ \(/g, ' - '],
  [/[,;]/g, ' - '],
];

/** A sentence as the value of a tag: letters, digits, blanks and `_.:/=+-@`, the end cut off. */
export function tagValueOf(text: string): string {
  const words = WORDS.reduce((all, [from, to]) => all.replaceAll(from, to), text);
  const plain = words.replaceAll(/[^\p{L}\p{N}_.:/=+\-@]+/gu, ' ').replaceAll(/ +(?=[:.])/g, '');
  return plain.trim().slice(0, MAX_TAG_VALUE).trimEnd();
}
