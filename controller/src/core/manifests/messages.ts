import type { ErrorObject } from 'ajv';
import { isObject } from '../json.ts';
import { below } from '../pointer.ts';
import { didYouMean } from '../suggest.ts';
import { adviceOnEcsField } from './ecs-fields.ts';
import { FILL_IN, isPlaceholder } from './placeholders.ts';
import { plainPattern } from './schema-words.ts';

/** A value that its schema does not admit. */
export interface Violation {
  /** JSON pointer below the value that was checked. */
  readonly pointer: string;
  /** Whether the key at the pointer is wrong, or the value. */
  readonly part: 'key' | 'value';
  /** What was found and what was expected. */
  readonly message: string;
  /** Fields of the object at or above the pointer are missing or unknown: its rules would only repeat that. */
  readonly fields: boolean;
}

const mostListed = 12;

/** What ajv says, in words for a person: found, expected, the nearest right word. */
export function explain(error: ErrorObject): Violation {
  const { instancePath: pointer, keyword, params } = error;
  const field = (key: string, part: 'key' | 'value', message: string): Violation => ({
    pointer: part === 'key' ? below(pointer, key) : pointer,
    part,
    message,
    fields: true,
  });
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    const siblings = isObject(error.data) ? error.data : {};
    const known = Object.keys(error.parentSchema?.properties ?? {});
    const free = known.filter((one) => !Object.hasOwn(siblings, one));
    const advice = adviceOnEcsField(name, known);
    if (advice !== undefined) return field(name, 'key', `unknown field "${name}": ${advice}`);
    const hint = didYouMean(name, free) || didYouMean(name, known) || expectedFields(known);
    return field(name, 'key', `unknown field "${name}"${hint}`);
  }
  if (keyword === 'required') {
    const name = String(params.missingProperty);
    return field(name, 'value', `the field "${name}" is missing`);
  }
  return { pointer, part: 'value', message: ofValue(error), fields: false };
}

function ofValue(error: ErrorObject): string {
  const { keyword, data, schema } = error;
  const parent = error.parentSchema;
  const found = `found ${describe(data)}`;
  switch (keyword) {
    case 'type':
      return `${found}, expected ${typeInWords(schema)}${typeHint(data, schema)}`;
    case 'enum': {
      const words = (Array.isArray(schema) ? schema : []).map(String);
      const expected = words.length === 1 ? words[0] : `one of ${words.join(', ')}`;
      return `${found}, expected ${expected}${wordHint(data, words)}`;
    }
    case 'pattern':
      return `${found}, expected ${patternInWords(String(schema), parent?.description)}${textHint(data)}`;
    case 'format':
      return `${found}, expected a date and time such as "2026-01-31T08:00:00Z"${textHint(data)}`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `${found}, expected ${range(parent?.minimum, parent?.maximum, '')}`;
    case 'minLength':
    case 'maxLength':
      return `${found} of ${String(data).length} characters, expected ${range(parent?.minLength, parent?.maxLength, ' characters')}${data === '' ? leaveOut : ''}`;
    case 'minItems':
    case 'maxItems':
      return `found ${count(data)}, expected ${range(parent?.minItems, parent?.maxItems, ' items')}`;
    default:
      return `${found}, expected ${keyword} ${JSON.stringify(schema)}`;
  }
}

const leaveOut = ' (leave the field out when it is not set)';

/** A value, briefly: what a person sees in the file. */
export function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 76)}..."` : text;
}

function typeInWords(type: unknown): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
  };
  return (Array.isArray(type) ? type : [type]).map((one) => words[String(one)] ?? String(one)).join(' or ');
}

function typeHint(data: unknown, type: unknown): string {
  const takes = (one: string) => (Array.isArray(type) ? type.includes(one) : type === one);
  if (takes('string') && (typeof data === 'number' || typeof data === 'boolean')) return ': put it in quotes';
  if (typeof data === 'string') {
    if (data === '') return leaveOut;
    if (isPlaceholder(data)) return `; ${FILL_IN}`;
    if (takes('boolean') && /^(y|yes|on|true|enabled)$/i.test(data)) return ': write true, without quotes';
    if (takes('boolean') && /^(n|no|off|false|disabled)$/i.test(data)) return ': write false, without quotes';
    if ((takes('integer') || takes('number')) && /^-?[0-9]+(\.[0-9]+)?$/.test(data)) return ': take the quotes away';
    if (data.includes('${')) return ': a reference can stand in a text field only';
  }
  if (takes('array') && data !== null) return ': begin each item with "- "';
  return '';
}

function patternInWords(pattern: string, description: unknown): string {
  const means = typeof description === 'string' ? ` (${firstSentence(description)})` : '';
  return `a text that matches ${plainPattern(pattern)}${means}`;
}

function textHint(data: unknown): string {
  if (typeof data !== 'string') return '';
  if (data === '') return leaveOut;
  if (isPlaceholder(data)) return `; ${FILL_IN}`;
  return data === data.trim() ? '' : '; it has white space around it';
}

function firstSentence(text: string): string {
  return /^.*?[.;](?=\s|$)/s.exec(text)?.[0].replace(/[.;]$/, '') ?? text;
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined) return `at most ${most}${unit}`;
  if (most === undefined) return `at least ${least}${unit}`;
  return least === most ? `${least}${unit}` : `${least} to ${most}${unit}`;
}

function wordHint(data: unknown, words: readonly string[]): string {
  if (data === '') return leaveOut;
  if (typeof data !== 'string') return '';
  return isPlaceholder(data) ? `; ${FILL_IN}` : didYouMean(data, words);
}

function count(data: unknown): string {
  const size = Array.isArray(data) ? data.length : 0;
  return size === 1 ? '1 item' : `${size} items`;
}

function expectedFields(known: readonly string[]): string {
  if (known.length === 0) return ', expected no more fields';
  if (known.length === 1) return `, expected ${known[0]}`;
  const more = known.length > mostListed ? ` and ${known.length - mostListed} more` : '';
  return `, expected one of ${known.slice(0, mostListed).join(', ')}${more}`;
}
