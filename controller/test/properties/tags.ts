import { AddTagsCommand, RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsContext } from '../../src/aws/context.ts';
import { below } from '../../src/core/pointer.ts';
import type { Mutation } from './property.ts';

/** Tags of something of Elastic Load Balancing, changed and taken away by hand. `path`: the pointer to its tags. */
export function tagMutations(
  aws: AwsContext,
  arn: string,
  tags: Readonly<Record<string, string>>,
  path: string,
): readonly Mutation[] {
  return Object.keys(tags).flatMap((Key): readonly Mutation[] => [
    {
      path: below(path, Key),
      send: () => aws.elbv2.send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key, Value: 'by hand' }] })),
    },
    {
      path: below(path, Key),
      send: () => aws.elbv2.send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: [Key] })),
    },
  ]);
}
