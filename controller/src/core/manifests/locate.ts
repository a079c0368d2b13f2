import type { Position } from '../manifest.ts';
import { offsetOf } from './places.ts';
import type { YamlFile } from './yaml.ts';

/** Where the value, or the key, at a JSON pointer of a document stands. */
export type Locator = (pointer: string, part: 'key' | 'value') => Position;

/**
 * Finds places in one document of a file. The tree of a file is many times larger than its text, and places of fields
 * are asked for seldom: once memory gets short, the tree goes, and is made again from the text when somebody asks.
 */
export function locator(file: YamlFile, open: () => YamlFile, index: number): Locator {
  let tree = new WeakRef(file);
  return (pointer, part) => {
    let current = tree.deref();
    if (current === undefined) {
      current = open();
      tree = new WeakRef(current);
    }
    const document = current.documents[index];
    return current.at(document === undefined ? 0 : offsetOf(document, pointer, part));
  };
}
