import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { pageOf } from '../../kernel/page.ts';
import { AwsError } from '../../kernel/service.ts';

/** What the filters of an operation look at, by their names: the values that a thing has. */
export type FilterValues<T> = Readonly<Record<string, (thing: T) => readonly (string | undefined)[]>>;

/**
 * The things that all filters let through; values of one filter are alternatives, with `*` and `?`.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
 */
export function filtered<T extends { readonly Tags?: readonly Tag[] | undefined }>(
  things: readonly T[],
  filters: readonly Filter[] = [],
  values: FilterValues<T>,
): readonly T[] {
  return filters.reduce((rest, { Name = '', Values = [] }) => {
    const read = reader(Name, values);
    const patterns = Values.map(patternOf);
    return rest.filter((thing) =>
      read(thing).some((value) => value !== undefined && patterns.some((pattern) => pattern.test(value))),
    );
  }, things);
}

function reader<T extends { readonly Tags?: readonly Tag[] | undefined }>(
  name: string,
  values: FilterValues<T>,
): (thing: T) => readonly (string | undefined)[] {
  if (name === 'tag-key') return ({ Tags = [] }) => Tags.map(({ Key }) => Key);
  if (name.startsWith('tag:')) {
    return ({ Tags = [] }) => Tags.filter(({ Key }) => Key === name.slice('tag:'.length)).map(({ Value }) => Value);
  }
  const known = Object.hasOwn(values, name) ? values[name] : undefined;
  if (known === undefined) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return known;
}

function patternOf(value: string): RegExp {
  const escaped = value.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

/** The page that a call asks for. Without MaxResults it is everything. */
export function paged<T>(
  items: readonly T[],
  { MaxResults, NextToken }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  keyOf: (item: T) => string,
): { readonly items: readonly T[]; readonly NextToken?: string } {
  const page = pageOf(items, MaxResults ?? Math.max(1, items.length), NextToken, keyOf);
  if (!page) throw new AwsError('InvalidNextToken', `The token '${NextToken ?? ''}' is not valid`);
  return { items: page.items, ...(page.next === undefined ? {} : { NextToken: page.next }) };
}

/** What the ids of a filter stand for that nobody has made; see stand-ins.ts. */
export function namedIn<T>(
  filters: readonly Filter[] = [],
  name: string,
  known: Readonly<Record<string, unknown>>,
  lent: (id: string) => T | undefined,
): readonly T[] {
  const ids = filters.filter(({ Name }) => Name === name).flatMap(({ Values = [] }) => Values);
  return [...new Set(ids)].filter((id) => !Object.hasOwn(known, id)).flatMap((id) => lent(id) ?? []);
}
