import { mayHoldExpressions } from '../expressions.ts';
import { isObject, type Json } from '../json.ts';
import { below } from '../pointer.ts';
import { isPlaceholder } from './placeholders.ts';

/** Fields that take an ARN. ECS takes short names of roles in some places, IAM policies nowhere. */
const takesArn = /Arn$|^(?:execution|task)Role$/;

/**
 * Warns of names where an ARN is wanted. A warning alone: AWS decides what it takes, and partitions and services come
 * and go.
 */
export function checkArns(spec: unknown, warn: (pointer: string, message: string) => void): void {
  if (isObject(spec)) walk(spec, '/spec', warn);
}

function walk(value: Json, pointer: string, warn: (pointer: string, message: string) => void): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, below(pointer, index), warn);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    const at = below(pointer, name);
    // The tags and labels of a resource are named as people like.
    if (typeof member !== 'string') walk(member, at, warn);
    else if (takesArn.test(name) && isBareName(member))
      warn(at, `found ${JSON.stringify(member)}, ${expected(name, member)}`);
  }
}

function isBareName(text: string): boolean {
  return /^[\w+=,.@/-]+$/.test(text) && !mayHoldExpressions(text) && !isPlaceholder(text);
}

function expected(field: string, name: string): string {
  const example = /role/i.test(field) ? `, such as arn:aws:iam::111122223333:role/${name}` : '';
  return `expected an ARN${example}`;
}
