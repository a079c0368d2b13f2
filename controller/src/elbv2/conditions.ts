import type {
  RuleCondition,
  RuleTransform as AwsTransform,
  TransformTypeEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { QueryStringCondition, Rewrite, RuleConditions, RuleTransform } from '../api/listenerrule.ts';
import { canonicalJson } from '../core/canonical.ts';
import { asJson } from '../core/json.ts';

/** Conditions of a rule in comparable form. AWS reorders values, and of one condition's values any is enough: sorted. */
export function wantedConditions(when: RuleConditions): RuleConditions {
  return sortedConditions(when);
}

/** What AWS has. Old rules have plain `Values`, new ones a config for each field. */
export function liveConditions(conditions: readonly RuleCondition[]): RuleConditions {
  const when: RuleConditions = {};
  for (const condition of conditions) Object.assign(when, liveCondition(condition, when));
  return sortedConditions(when);
}

function liveCondition(condition: RuleCondition, earlier: RuleConditions): RuleConditions {
  const values = condition.Values ?? [];
  switch (condition.Field) {
    case 'host-header': {
      const { Values, RegexValues } = condition.HostHeaderConfig ?? {};
      const regexes = nonEmpty(RegexValues ?? condition.RegexValues);
      return regexes === undefined ? { hostHeader: nonEmpty(Values) ?? values } : { hostHeaderRegex: regexes };
    }
    case 'path-pattern': {
      const { Values, RegexValues } = condition.PathPatternConfig ?? {};
      const regexes = nonEmpty(RegexValues ?? condition.RegexValues);
      return regexes === undefined ? { pathPattern: nonEmpty(Values) ?? values } : { pathPatternRegex: regexes };
    }
    case 'http-header': {
      const { HttpHeaderName = '', Values, RegexValues } = condition.HttpHeaderConfig ?? {};
      const regexes = nonEmpty(RegexValues);
      const one = {
        httpHeaderName: HttpHeaderName,
        ...(regexes === undefined ? { values: Values ?? [] } : { regexValues: regexes }),
      };
      return { httpHeader: [...(earlier.httpHeader ?? []), one] };
    }
    case 'http-request-method':
      return { httpRequestMethod: condition.HttpRequestMethodConfig?.Values ?? values };
    case 'query-string': {
      const pairs = (condition.QueryStringConfig?.Values ?? []).map(
        ({ Key, Value = '' }): QueryStringCondition =>
          Key === undefined ? { value: Value } : { key: Key, value: Value },
      );
      return { queryString: [...(earlier.queryString ?? []), ...pairs] };
    }
    case 'source-ip':
      return { sourceIp: condition.SourceIpConfig?.Values ?? values };
    default:
      return {};
  }
}

/** The conditions to send. */
export function conditionsOf(when: RuleConditions): RuleCondition[] {
  const conditions: RuleCondition[] = [];
  if (when.hostHeader) conditions.push({ Field: 'host-header', HostHeaderConfig: { Values: when.hostHeader } });
  if (when.hostHeaderRegex)
    conditions.push({ Field: 'host-header', HostHeaderConfig: { RegexValues: when.hostHeaderRegex } });
  if (when.pathPattern) conditions.push({ Field: 'path-pattern', PathPatternConfig: { Values: when.pathPattern } });
  if (when.pathPatternRegex) {
    conditions.push({ Field: 'path-pattern', PathPatternConfig: { RegexValues: when.pathPatternRegex } });
  }
  for (const { httpHeaderName, values, regexValues } of when.httpHeader ?? []) {
    const how = regexValues === undefined ? { Values: values } : { RegexValues: regexValues };
    conditions.push({ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: httpHeaderName, ...how } });
  }
  if (when.httpRequestMethod) {
    conditions.push({ Field: 'http-request-method', HttpRequestMethodConfig: { Values: when.httpRequestMethod } });
  }
  if (when.queryString) {
    const Values = when.queryString.map(({ key, value }) =>
      key === undefined ? { Value: value } : { Key: key, Value: value },
    );
    conditions.push({ Field: 'query-string', QueryStringConfig: { Values } });
  }
  if (when.sourceIp) conditions.push({ Field: 'source-ip', SourceIpConfig: { Values: when.sourceIp } });
  return conditions;
}

/** Transforms in comparable form: a rule has at most one of each type, and each rewrites another part of the request. */
export interface TransformsTree {
  readonly hostHeaderRewrite?: Rewrite;
  readonly urlRewrite?: Rewrite;
}

/** The transforms that a manifest wants. */
export function wantedTransforms(transforms: readonly RuleTransform[] = []): TransformsTree {
  return transforms.reduce<TransformsTree>((all, transform) => ({ ...all, ...transform }), {});
}

/** The transforms that AWS has. */
export function liveTransforms(transforms: readonly AwsTransform[] = []): TransformsTree {
  return transforms.reduce<TransformsTree>(
    (all, { Type, HostHeaderRewriteConfig, UrlRewriteConfig }) =>
      Type === TRANSFORM.host
        ? { ...all, hostHeaderRewrite: liveRewrite(HostHeaderRewriteConfig) }
        : { ...all, urlRewrite: liveRewrite(UrlRewriteConfig) },
    {},
  );
}

/** The transforms to send. */
export function transformsOf({ hostHeaderRewrite: host, urlRewrite: url }: TransformsTree): AwsTransform[] {
  return [
    ...(host === undefined ? [] : [{ Type: TRANSFORM.host, HostHeaderRewriteConfig: { Rewrites: [rewriteOf(host)] } }]),
    ...(url === undefined ? [] : [{ Type: TRANSFORM.url, UrlRewriteConfig: { Rewrites: [rewriteOf(url)] } }]),
  ];
}

const TRANSFORM = { host: 'host-header-rewrite', url: 'url-rewrite' } as const satisfies Record<
  string,
  TransformTypeEnum
>;

interface AwsRewrites {
  readonly Rewrites?:
    | readonly { readonly Regex?: string | undefined; readonly Replace?: string | undefined }[]
    | undefined;
}

function liveRewrite(config: AwsRewrites | undefined): Rewrite {
  const [first] = config?.Rewrites ?? [];
  return { regex: first?.Regex ?? '', replace: first?.Replace ?? '' };
}

function rewriteOf({ regex, replace }: Rewrite): { Regex: string; Replace: string } {
  return { Regex: regex, Replace: replace };
}

function sortedConditions(when: RuleConditions): RuleConditions {
  const headers = when.httpHeader?.map(({ httpHeaderName, values, regexValues }) => ({
    httpHeaderName,
    ...(values === undefined ? {} : { values: values.toSorted() }),
    ...(regexValues === undefined ? {} : { regexValues: regexValues.toSorted() }),
  }));
  return {
    ...(when.hostHeader && { hostHeader: when.hostHeader.toSorted() }),
    ...(when.hostHeaderRegex && { hostHeaderRegex: when.hostHeaderRegex.toSorted() }),
    ...(when.pathPattern && { pathPattern: when.pathPattern.toSorted() }),
    ...(when.pathPatternRegex && { pathPatternRegex: when.pathPatternRegex.toSorted() }),
    ...(headers && { httpHeader: sortedJson(headers) }),
    ...(when.httpRequestMethod && { httpRequestMethod: when.httpRequestMethod.toSorted() }),
    ...(when.queryString && { queryString: sortedJson(when.queryString) }),
    ...(when.sourceIp && { sourceIp: when.sourceIp.toSorted() }),
  };
}

function sortedJson<T extends object>(values: readonly T[]): T[] {
  const text = (value: T): string => canonicalJson(asJson(value));
  return values.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

function nonEmpty(values: string[] | undefined): string[] | undefined {
  return values !== undefined && values.length > 0 ? values : undefined;
}
