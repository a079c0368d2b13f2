import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import type { World } from '../../kernel/world.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Parameter } from './state.ts';

/**
 * Whether a parameter fits all filters; of a filter's values one must fit.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
 * Throws InvalidFilterKey and InvalidFilterOption.
 */
export function matchesAll(parameter: Parameter, filters: readonly ParameterStringFilter[], world: World): boolean {
  return filters.every((filter) => matches(parameter, filter, world));
}

function matches(
  parameter: Parameter,
  { Key = '', Option, Values = [] }: ParameterStringFilter,
  world: World,
): boolean {
  if (Key === 'Path') return Values.some((path) => isUnder(parameter.name, path, Option ?? 'OneLevel'));
  const candidates = candidatesOf(parameter, Key, world);
  const fits = optionOf(Option ?? 'Equals');
  // A tag filter without values asks whether the tag is there.
  if (Key.startsWith('tag:') && Values.length === 0) return candidates.length > 0;
  return Values.some((value) => candidates.some((candidate) => fits(candidate, value)));
}

function isUnder(name: string, path: string, option: string): boolean {
  const under = path.endsWith('/') ? path : `${path}/`;
  return name.startsWith(under) && (option === 'Recursive' || !name.slice(under.length).includes('/'));
}

function candidatesOf(parameter: Parameter, key: string, world: World): readonly string[] {
  const latest = parameter.versions.at(-1);
  if (key === 'Name') return [parameter.name, parameter.name.replace(/^\//, '')];
  if (key === 'Type') return [parameter.type];
  if (key === 'KeyId') return latest?.keyId === undefined ? [] : [latest.keyId];
  if (key === 'Tier') return [latest?.tier ?? ''];
  if (key === 'DataType') return [parameter.dataType];
  if (key === 'Label') return parameter.versions.flatMap(({ labels }) => labels);
  if (key.startsWith('tag:')) {
    const value = world.resources.get(parameter.arn)?.tags[key.slice('tag:'.length)];
    return value === undefined ? [] : [value];
  }
  throw new AwsError('InvalidFilterKey', `The specified key isn't valid: ${key}.`);
}

function optionOf(option: string): (candidate: string, value: string) => boolean {
  if (option === 'Equals') return (candidate, value) => candidate === value;
  if (option === 'BeginsWith') return (candidate, value) => candidate.startsWith(value);
  if (option === 'Contains') return (candidate, value) => candidate.includes(value);
  throw new AwsError('InvalidFilterOption', `The following filter option is not valid: ${option}.`);
}
