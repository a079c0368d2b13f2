import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../../kernel/service.ts';

/** A form as the tree that its dotted names describe: `Tags.member.1.Key=a`. */
interface Node {
  readonly ec2: boolean;
  value?: string;
  readonly children: Map<string, Node>;
}

/**
 * Reads an input from a Query form; `ec2` as EC2 has them: members named as its model says, in upper camel case, and every
 * list flat (https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html). Throws `MalformedInput` when a value is not
 * of its type.
 */
export function readForm(schema: NormalizedSchema, form: URLSearchParams, dialect: 'query' | 'ec2' = 'query'): object {
  return readStructure(schema, treeOf(form, dialect), '');
}

function treeOf(form: URLSearchParams, dialect: 'query' | 'ec2'): Node {
  const ec2 = dialect === 'ec2';
  const root: Node = { ec2, children: new Map() };
  for (const [name, value] of form) {
    let node = root;
    for (const part of name.split('.')) {
      const child: Node = node.children.get(part) ?? { ec2, children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.value = value;
  }
  return root;
}

function read(schema: NormalizedSchema, node: Node | undefined, path: string): unknown {
  if (!node) return undefined;
  if (schema.isStructSchema()) return readStructure(schema, node, path);
  if (schema.isListSchema()) return readList(schema, node, path);
  if (schema.isMapSchema()) return readMap(schema, node, path);
  return node.value === undefined ? undefined : readScalar(schema, node.value, path);
}

function readStructure(schema: NormalizedSchema, node: Node, path: string): object {
  const structure: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const wireName = node.ec2 ? ec2Name(member, name) : (member.getMergedTraits().xmlName ?? name);
    const value = read(member, node.children.get(wireName), path === '' ? wireName : `${path}.${wireName}`);
    if (value !== undefined) structure[name] = value;
  }
  return structure;
}

function readList(schema: NormalizedSchema, node: Node, path: string): unknown[] {
  const member = schema.getValueSchema();
  const flat = node.ec2 || schema.getMergedTraits().xmlFlattened === 1;
  const elements = flat ? node : node.children.get(member.getMergedTraits().xmlName ?? 'member');
  return numbered(elements)
    .map(([index, element]) => read(member, element, `${path}.member.${index}`))
    .filter((value) => value !== undefined);
}

/** The name of a member in a form of EC2. */
function ec2Name(member: NormalizedSchema, name: string): string {
  const { ec2QueryName, xmlName = name } = member.getMergedTraits();
  if (typeof ec2QueryName === 'string') return ec2QueryName;
  return xmlName.charAt(0).toUpperCase() + xmlName.slice(1);
}

function readMap(schema: NormalizedSchema, node: Node, path: string): object {
  const key = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const value = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
  const flat = schema.getMergedTraits().xmlFlattened === 1;
  const entries = numbered(flat ? node : node.children.get('entry')).map(([index, entry]) => [
    entry.children.get(key)?.value ?? '',
    read(schema.getValueSchema(), entry.children.get(value), `${path}.entry.${index}`),
  ]);
  return Object.fromEntries(entries) as object;
}

function numbered(node: Node | undefined): [number, Node][] {
  return [...(node?.children ?? [])]
    .map(([index, child]): [number, Node] => [Number(index), child])
    .filter(([index]) => Number.isInteger(index) && index > 0)
    .toSorted(([a], [b]) => a - b);
}

function readScalar(schema: NormalizedSchema, value: string, path: string): unknown {
  if (schema.isBooleanSchema()) {
    if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    throw malformed(path, value, 'a boolean');
  }
  if (schema.isNumericSchema()) {
    if (value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
    throw malformed(path, value, 'a number');
  }
  if (schema.isTimestampSchema()) {
    // Query sends ISO 8601; some older clients send seconds.
    const date = /^\d+(\.\d+)?$/.test(value) ? new Date(Number(value) * 1000) : new Date(value);
    if (!Number.isNaN(date.getTime())) return date;
    throw malformed(path, value, 'a timestamp');
  }
  return schema.isBlobSchema() ? new Uint8Array(Buffer.from(value, 'base64')) : value;
}

function malformed(path: string, value: string, expected: string): AwsError {
  return new AwsError('MalformedInput', `${value} at ${path} is not ${expected}`);
}
