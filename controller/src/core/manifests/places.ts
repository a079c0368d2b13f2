import { isMap, isNode, isScalar, isSeq, type Pair } from 'yaml';
import { segmentsOf } from '../pointer.ts';
import type { YamlDocument } from './yaml.ts';

/**
 * The offset of the value at a JSON pointer, or of its key. Where the path ends early (a missing field), that of the
 * nearest parent: of the item itself inside a list.
 */
export function offsetOf(document: YamlDocument, pointer: string, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = document.offset;
  const segments = segmentsOf(pointer);
  for (const [index, segment] of segments.entries()) {
    const holder = document.resolve(node);
    if (isMap(holder)) {
      const pair = findPair(document, holder.items, segment);
      if (pair === undefined) return offset;
      const key = startOf(pair.key);
      node = pair.value;
      const wantsKey = part === 'key' && index === segments.length - 1;
      offset = (wantsKey ? key : (startOf(node) ?? key)) ?? offset;
    } else if (isSeq(holder)) {
      node = holder.items[Number(segment)];
      if (node === undefined) return offset;
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

/** The node's offset in the text. */
export function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** True for the key of `<<: *base`, which takes over the fields of other mappings (YAML 1.1's merge key). */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

/** The text of a key, the way it was written. Undefined for keys that are no scalars. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  if (typeof key.value === 'string') return key.value;
  return key.value === null ? undefined : key.source;
}

function findPair(document: YamlDocument, pairs: readonly Pair[], key: string): Pair | undefined {
  const own = pairs.find((pair) => !isMergeKey(pair.key) && keyText(pair.key) === key);
  if (own !== undefined) return own;
  for (const pair of pairs) {
    if (!isMergeKey(pair.key)) continue;
    for (const source of mergeSources(document, pair.value)) {
      if (!isMap(source)) continue;
      const found = findPair(document, source.items, key);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The mappings that a merge key names: one, or a list of them, of which the first wins. */
export function mergeSources(document: YamlDocument, value: unknown): readonly unknown[] {
  const resolved = document.resolve(value);
  const sources: readonly unknown[] = isSeq(resolved) ? resolved.items : [resolved];
  return sources.map((source) => document.resolve(source));
}
