import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';

/** A place in a file that names an image. */
export interface ImageEdit {
  readonly file: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
}

/** Files as they are to be, and what changes in them. */
export interface EditedFiles {
  /** Only those that change. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly edits: readonly ImageEdit[];
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Sets every image of `repository` (without tag) in YAML and JSON files to `image`. Nothing else of a file changes: comments,
 * quotes, order and line breaks stay. A file that is no valid YAML is left alone.
 */
export function setImage(files: ReadonlyMap<string, Uint8Array>, repository: string, image: string): EditedFiles {
  const edited = new Map<string, Uint8Array>();
  const edits: ImageEdit[] = [];
  for (const [file, bytes] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!/\.(ya?ml|json)$/u.test(file)) continue;
    const text = new TextDecoder().decode(bytes);
    if (!text.includes(repository)) continue;
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter: lines, logLevel: 'silent', strict: false });
    if (!Array.isArray(documents) || documents.some((document) => document.errors.length > 0)) continue;
    const replacements: Replacement[] = [];
    for (const document of documents) {
      for (const { node, value } of imagesIn(document.contents)) {
        if (!isOf(value, repository) || value === image || node.range === undefined || node.range === null) continue;
        const [start, end] = node.range;
        replacements.push({ start, end, text: quotedAs(text.slice(start, end), image) });
        edits.push({ file, line: lines.linePos(start).line, from: value, to: image });
      }
    }
    if (replacements.length > 0) edited.set(file, new TextEncoder().encode(replaced(text, replacements)));
  }
  return { files: edited, edits };
}

/** Scalars that are values, with their texts. Aliases are not followed: their anchor is found by itself. */
function* imagesIn(node: unknown): Generator<{ readonly node: Node; readonly value: string }> {
  if (isScalar(node) && typeof node.value === 'string') yield { node, value: node.value };
  else if (isMap(node)) for (const pair of node.items) yield* imagesIn(pair.value);
  else if (isSeq(node)) for (const item of node.items) yield* imagesIn(item);
}

/** `repository:tag`, `repository@digest` or both; the bare repository would mean `latest`, and is set as well. */
function isOf(value: string, repository: string): boolean {
  if (!value.startsWith(repository)) return false;
  return /^(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/u.test(value.slice(repository.length));
}

/** In the quotes that stand there. Image references need none, and no escapes. */
function quotedAs(source: string, image: string): string {
  const quote = source.startsWith('"') || source.startsWith("'") ? source.charAt(0) : '';
  return `${quote}${image}${quote}`;
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, text: inserted } of replacements.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(from, start) + inserted;
    from = end;
  }
  return result + text.slice(from);
}
