import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../kernel/service.ts';

/** Quotas of a rule: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const valuesPerRule = 5;
const wildcardsPerRule = 5;

/**
 * Checks the conditions of a rule and gives them as AWS echoes them: host headers and path patterns in both forms
 * (`Values` and the Config).
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
 * @throws AwsError ValidationError, InvalidConfigurationRequest
 */
export function checkConditions(conditions: readonly RuleCondition[]): RuleCondition[] {
  if (conditions.length === 0) throw new AwsError('ValidationError', 'A condition must be specified');
  const checked = conditions.map(echo);
  for (const field of ['host-header', 'path-pattern', 'http-request-method', 'source-ip']) {
    if (checked.filter((condition) => condition.Field === field).length > 1) {
      throw new AwsError('InvalidConfigurationRequest', `A rule can have only one condition with field '${field}'`);
    }
  }
  const values = checked.flatMap(stringsOf);
  if (values.length > valuesPerRule) {
    throw new AwsError(
      'ValidationError',
      `A rule can have at most ${valuesPerRule} condition values, but ${values.length} were given`,
    );
  }
  const wildcards = values
    .join('')
    .replaceAll(/\\[*?]/g, '')
    .replaceAll(/[^*?]/g, '').length;
  if (wildcards > wildcardsPerRule) {
    throw new AwsError(
      'ValidationError',
      `A rule can have at most ${wildcardsPerRule} wildcards, but ${wildcards} were given`,
    );
  }
  return checked;
}

function echo(condition: RuleCondition): RuleCondition {
  const field = condition.Field ?? '';
  switch (field) {
    case 'host-header':
      return both(condition, condition.HostHeaderConfig, (config) => ({ HostHeaderConfig: config }), /^[\w.*?:-]+$/);
    case 'path-pattern':
      return both(
        condition,
        condition.PathPatternConfig,
        (config) => ({ PathPatternConfig: config }),
        /^[\w\-.$/~"'@:+*?&]+$/,
      );
    case 'http-header': {
      const config = condition.HttpHeaderConfig ?? {};
      const name = config.HttpHeaderName ?? '';
      if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40}$/.test(name)) invalid(`The HTTP header name '${name}' is not valid`);
      if (name.toLowerCase() === 'host')
        invalid("The host header cannot be used in a condition with field 'http-header'");
      checkStrings(field, config.Values, config.RegexValues);
      return { Field: field, HttpHeaderConfig: config };
    }
    case 'http-request-method': {
      const config = condition.HttpRequestMethodConfig ?? {};
      checkStrings(field, config.Values, undefined, /^[A-Z_-]{1,40}$/);
      return { Field: field, HttpRequestMethodConfig: config };
    }
    case 'query-string': {
      const config = condition.QueryStringConfig ?? {};
      checkStrings(
        field,
        config.Values?.map((pair) => pair.Value ?? ''),
      );
      return { Field: field, QueryStringConfig: config };
    }
    case 'source-ip': {
      const config = condition.SourceIpConfig ?? {};
      checkStrings(field, config.Values, undefined, /^([0-9.]+\/([0-9]|[12][0-9]|3[0-2])|[0-9a-fA-F:.]+\/\d{1,3})$/);
      return { Field: field, SourceIpConfig: config };
    }
    default:
      throw new AwsError(
        'ValidationError',
        `Condition field '${field}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'`,
      );
  }
}

interface Patterns {
  readonly Values?: string[] | undefined;
  readonly RegexValues?: string[] | undefined;
}

/** A condition that has a flat and a Config form; given in one, echoed in both. */
function both(
  condition: RuleCondition,
  config: Patterns | undefined,
  wrap: (config: { Values?: string[]; RegexValues?: string[] }) => Partial<RuleCondition>,
  allowed: RegExp,
): RuleCondition {
  const field = condition.Field ?? '';
  if (config?.Values?.length && condition.Values?.length) {
    invalid(`You cannot specify both Values and the configuration for a condition with field '${field}'`);
  }
  const values = config?.Values?.length ? config.Values : condition.Values;
  const regexes = config?.RegexValues?.length ? config.RegexValues : condition.RegexValues;
  checkStrings(field, values, regexes, allowed);
  return {
    Field: field,
    ...(values?.length ? { Values: values } : {}),
    ...(regexes?.length ? { RegexValues: regexes } : {}),
    ...wrap({ ...(values?.length ? { Values: values } : {}), ...(regexes?.length ? { RegexValues: regexes } : {}) }),
  };
}

function checkStrings(
  field: string,
  values: readonly string[] = [],
  regexes: readonly string[] = [],
  allowed?: RegExp,
): void {
  if (values.length + regexes.length === 0) invalid(`A condition value must be specified for field '${field}'`);
  for (const value of [...values, ...regexes]) {
    if (value.length > 128)
      invalid(`The condition value '${value}' of field '${field}' cannot be longer than '128' characters`);
  }
  for (const value of values) {
    if (allowed && !allowed.test(value)) invalid(`The condition value '${value}' is not valid for field '${field}'`);
  }
  for (const regex of regexes) {
    if (!isRegex(regex)) invalid(`The regular expression '${regex}' of field '${field}' is not valid`);
  }
}

function isRegex(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

function stringsOf(condition: RuleCondition): string[] {
  return [
    ...(condition.Values ?? []),
    ...(condition.RegexValues ?? []),
    ...(condition.HttpHeaderConfig?.Values ?? []),
    ...(condition.HttpHeaderConfig?.RegexValues ?? []),
    ...(condition.HttpRequestMethodConfig?.Values ?? []),
    ...(condition.QueryStringConfig?.Values ?? []).map((pair) => `${pair.Key ?? ''}=${pair.Value ?? ''}`),
    ...(condition.SourceIpConfig?.Values ?? []),
  ];
}

function invalid(message: string): never {
  throw new AwsError('ValidationError', message);
}
