import { AwsError } from '../../kernel/service.ts';

/** What values an attribute takes. */
type Values =
  | 'boolean'
  | 'text'
  | { readonly oneOf: readonly string[] }
  | { readonly from: number; readonly to: number; readonly or?: readonly string[] };

/** One attribute: what it reads when never set, and what it can be set to. */
export interface AttributeRule {
  readonly default: string;
  readonly values: Values;
}

/** Attributes of one type of resource, by key. */
export type AttributeRules = Readonly<Record<string, AttributeRule>>;

/** An attribute that is `true` or `false`. */
export const flag = (value: 'true' | 'false'): AttributeRule => ({ default: value, values: 'boolean' });
/** An attribute with free text. */
export const text = (value = ''): AttributeRule => ({ default: value, values: 'text' });
/** An attribute with a whole number in a range, or one of a few words. */
export const range = (value: string, from: number, to: number, ...or: string[]): AttributeRule => ({
  default: value,
  values: { from, to, or },
});
/** An attribute with a few words to choose from; the first is the default. */
export const choice = (first: string, ...others: string[]): AttributeRule => ({
  default: first,
  values: { oneOf: [first, ...others] },
});

/** An attribute as the API gives and takes it. */
export interface Attribute {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** All attributes with their defaults, `set` laid over them. */
export function readAttributes(rules: AttributeRules, set: Readonly<Record<string, string>>): Attribute[] {
  return Object.entries(rules).map(([Key, rule]) => ({ Key, Value: set[Key] ?? rule.default }));
}

/** The value of one attribute, its default when it was never set. */
export function attributeValue(rules: AttributeRules, set: Readonly<Record<string, string>>, key: string): string {
  return set[key] ?? rules[key]?.default ?? '';
}

/**
 * Checks attributes and gives them as a record. `others` are the rules of the other types, so that a key that exists
 * elsewhere is told from one that exists nowhere.
 *
 * @throws AwsError ValidationError for an unknown key or a wrong value, InvalidConfigurationRequest for a key of another type.
 */
export function checkAttributes(
  what: 'Load balancer' | 'Target group' | 'Listener',
  type: string,
  rules: AttributeRules,
  others: readonly AttributeRules[],
  attributes: readonly Attribute[],
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const { Key: key = '', Value: value = '' } of attributes) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (!rule) {
      if (others.some((other) => Object.hasOwn(other, key))) {
        throw new AwsError(
          'InvalidConfigurationRequest',
          `${what} attribute key '${key}' is not supported on ${what.toLowerCase()}s with type '${type}'`,
        );
      }
      throw new AwsError('ValidationError', `${what} attribute key '${key}' is not recognized`);
    }
    if (key in result)
      throw new AwsError('ValidationError', `${what} attribute key '${key}' cannot be specified more than once`);
    checkValue(`${what} attribute value '${value}' of key '${key}'`, rule.values, value);
    result[key] = value;
  }
  return result;
}

function checkValue(what: string, values: Values, value: string): void {
  const refuse = (expected: string): never => {
    throw new AwsError('ValidationError', `${what} is not valid: must be ${expected}`);
  };
  if (values === 'text') return;
  if (values === 'boolean') {
    if (value !== 'true' && value !== 'false') refuse("'true' or 'false'");
  } else if ('oneOf' in values) {
    if (!values.oneOf.includes(value)) refuse(`one of '${values.oneOf.join(', ')}'`);
  } else if (!values.or?.includes(value)) {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    const also = values.or?.length ? ` or '${values.or.join(', ')}'` : '';
    if (!(number >= values.from && number <= values.to))
      refuse(`between ${values.from} and ${values.to} inclusive${also}`);
  }
}
