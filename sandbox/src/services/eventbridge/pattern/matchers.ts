import { BlockList, isIP } from 'node:net';
import { type FieldMatcher, invalidPattern, isObject, type Leaf } from './pattern.ts';

/** An operator: from what a pattern gives it to a matcher. Throws InvalidEventPatternException. */
type Operator = (given: unknown, path: string) => FieldMatcher;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
const operators: Readonly<Record<string, Operator>> = {
  prefix: affix('prefix', (text, wanted) => text.startsWith(wanted)),
  suffix: affix('suffix', (text, wanted) => text.endsWith(wanted)),
  'equals-ignore-case': (given, path) => {
    const wanted = textOf(given, 'equals-ignore-case', path).toLowerCase();
    return onText((text) => text.toLowerCase() === wanted);
  },
  wildcard: (given, path) => {
    const expression = wildcardExpression(textOf(given, 'wildcard', path), path);
    return onText((text) => expression.test(text));
  },
  'anything-but': anythingBut,
  numeric,
  cidr,
  exists: (given, path) => {
    if (typeof given !== 'boolean')
      throw invalidPattern(`exists match pattern must be either true or false at ${path}`);
    return (value) => (value !== undefined) === given;
  },
};

/** A matcher for one element of a field's list: a plain value, or one operator. */
export function fieldMatcher(element: unknown, path: string): FieldMatcher {
  if (isLeaf(element)) return (value) => value === element;
  const [[name, given] = ['', undefined], ...more] = isObject(element) ? Object.entries(element) : [];
  if (more.length > 0) throw invalidPattern(`Only one key allowed in match expression at ${path}`);
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (!operator) throw invalidPattern(`Unrecognized match type ${name} at ${path}`);
  return operator(given, path);
}

/** `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "a"}}`. */
function affix(name: string, holds: (text: string, wanted: string) => boolean): Operator {
  return (given, path) => {
    if (isObject(given) && 'equals-ignore-case' in given) {
      const wanted = textOf(given['equals-ignore-case'], name, path).toLowerCase();
      return onText((text) => holds(text.toLowerCase(), wanted));
    }
    const wanted = textOf(given, name, path);
    return onText((text) => holds(text, wanted));
  };
}

/** A value or several that it must not be, or an operator on one text or several. The field has to be there. */
function anythingBut(given: unknown, path: string): FieldMatcher {
  if (!isObject(given)) {
    const refused: readonly unknown[] = Array.isArray(given) ? given : [given];
    const kind = typeof refused[0];
    if ((kind !== 'string' && kind !== 'number') || !refused.every((one) => typeof one === kind)) {
      throw invalidPattern(
        `Inside anything but list, either all values are number or string, mixed type is not supported at ${path}`,
      );
    }
    return (value) => value !== undefined && !refused.includes(value);
  }
  const [[name, wanted] = ['', undefined], ...more] = Object.entries(given);
  const operator = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name) ? operators[name] : undefined;
  if (!operator || more.length > 0) throw invalidPattern(`Unsupported anything-but pattern: ${name} at ${path}`);
  const each: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  const refused = each.map((one) => operator(one, path));
  return (value) => value !== undefined && !refused.some((matches) => matches(value));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]` or `[">", 0, "<=", 5]`. "Numeric matching is limited to values between -5.0e9 and +5.0e9 inclusive." */
function numeric(given: unknown, path: string): FieldMatcher {
  const parts: readonly unknown[] = Array.isArray(given) ? given : [];
  if (parts.length !== 2 && parts.length !== 4) throw invalidPattern(`Malformed numeric match at ${path}`);
  const checks: ((value: number) => boolean)[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const compare = comparisons[String(parts[i])];
    const bound = parts[i + 1];
    if (!compare) throw invalidPattern(`Unrecognized numeric range operator: ${String(parts[i])} at ${path}`);
    if (typeof bound !== 'number' || Math.abs(bound) > 5e9) {
      throw invalidPattern(`Value of ${String(parts[i])} must be numeric and between -5.0E9 and 5.0E9 at ${path}`);
    }
    checks.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && Math.abs(value) <= 5e9 && checks.every((check) => check(value));
}

/** IPv4 and IPv6. */
function cidr(given: unknown, path: string): FieldMatcher {
  const [, address = '', length] = /^([^/]+)\/(\d+)$/.exec(textOf(given, 'cidr', path)) ?? [];
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || Number(length) > (family === 'ipv6' ? 128 : 32)) {
    throw invalidPattern(`Malformed CIDR at ${path}`);
  }
  const block = new BlockList();
  block.addSubnet(address, Number(length), family);
  return onText((text) => isIP(text) !== 0 && block.check(text, isIP(text) === 6 ? 'ipv6' : 'ipv4'));
}

/** `*` is any text, also none; `\*` and `\\` are the characters. Two asterisks in a row are refused. */
function wildcardExpression(pattern: string, path: string): RegExp {
  let expression = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const next = pattern.charAt(i + 1);
    if (character === '*' && next === '*')
      throw invalidPattern(`Consecutive wildcard characters at pos ${i} at ${path}`);
    if (character === '\\') {
      if (next !== '*' && next !== '\\') throw invalidPattern(`Invalid escape character at pos ${i} at ${path}`);
      expression += `\\${next}`;
      i++;
    } else expression += character === '*' ? '.*' : character.replace(/[.+?^${}()|[\]]/, String.raw`\$&`);
  }
  return new RegExp(`^${expression}$`, 's');
}

function onText(holds: (text: string) => boolean): FieldMatcher {
  return (value) => typeof value === 'string' && holds(value);
}

function textOf(given: unknown, name: string, path: string): string {
  if (typeof given === 'string') return given;
  throw invalidPattern(`${name} match pattern must be a string at ${path}`);
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
