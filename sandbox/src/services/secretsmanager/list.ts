import type { Filter, ListSecretsCommandInput } from '@aws-sdk/client-secrets-manager';
import { pageOf } from '../../kernel/page.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { described } from './secrets.ts';
import { type Secret, secretsOf } from './state.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
export function listSecrets(input: ListSecretsCommandInput, call: Call): object {
  const secrets = matchingSecrets(call, input.Filters ?? [], input.IncludePlannedDeletion ?? false);
  const sortBy = input.SortBy;
  const rank = (secret: Secret): number | string => {
    if (sortBy === 'name') return secret.name;
    if (sortBy === 'last-changed-date') return secret.changedAt;
    return sortBy === 'last-accessed-date' ? (secret.lastAccessedAt ?? 0) : secret.createdAt;
  };
  secrets.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  if (input.SortOrder !== 'asc') secrets.reverse();
  const page = pageOf(secrets, input.MaxResults ?? 100, input.NextToken, ({ arn }) => arn);
  if (!page) throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
  return { SecretList: page.items.map((secret) => described(secret, call)), NextToken: page.next };
}

/**
 * The secrets that fit all filters; a filter's values are prefixes of which one must fit, `!` in front turns one round.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
export function matchingSecrets(call: Call, filters: readonly Filter[], withDeleted: boolean): Secret[] {
  return Object.values(secretsOf(call.world, call.scope)).filter(
    (secret) => (withDeleted || !secret.deletion) && filters.every((filter) => fits(secret, filter, call)),
  );
}

function fits(secret: Secret, { Key = 'all', Values = [] }: Filter, { world }: Call): boolean {
  const tags = world.resources.get(secret.arn)?.tags ?? {};
  const texts: Readonly<Record<string, readonly string[]>> = {
    name: [secret.name],
    description: [secret.description ?? ''],
    'tag-key': Object.keys(tags),
    'tag-value': Object.values(tags),
  };
  const candidates = texts[Key] ?? Object.values(texts).flat();
  // "description" and "all" are not case-sensitive.
  const folded = (text: string): string => (Key === 'description' || Key === 'all' ? text.toLowerCase() : text);
  const isPrefix = (value: string): boolean => candidates.some((text) => folded(text).startsWith(folded(value)));
  return Values.some((value) => (value.startsWith('!') ? !isPrefix(value.slice(1)) : isPrefix(value)));
}
