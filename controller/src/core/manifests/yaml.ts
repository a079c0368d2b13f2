import {
  type Alias,
  type CST,
  Composer,
  type Document,
  isAlias,
  isScalar,
  LineCounter,
  type Node,
  Parser,
  type ParsedNode,
  visit,
} from 'yaml';
import type { Position } from '../manifest.ts';
import type { Limits } from './limits.ts';

/** One document of a YAML or JSON file, as a tree with places. */
export class YamlDocument {
  readonly parsed: Document.Parsed;
  #targets: ReadonlyMap<Alias, Node> | undefined;

  constructor(parsed: Document.Parsed) {
    this.parsed = parsed;
  }

  /** Undefined where there is nothing. */
  get contents(): ParsedNode | undefined {
    return this.parsed.contents ?? undefined;
  }

  /** True for a document of comments and white space. */
  get isEmpty(): boolean {
    const { contents } = this.parsed;
    return contents === null || (isScalar(contents) && contents.value === null && contents.source === '');
  }

  /** Where it begins. */
  get offset(): number {
    return this.parsed.contents?.range[0] ?? this.parsed.range[0];
  }

  /** What an alias stands for: the last node of that anchor before it. Other nodes stand for themselves. */
  resolve(node: unknown): unknown {
    if (!isAlias(node)) return node;
    this.#targets ??= findTargets(this.parsed);
    return this.#targets.get(node);
  }
}

/** The targets of all aliases in one walk: the library searches the whole document for each. */
function findTargets(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/** Something that is not YAML, and where. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

/** A file, taken apart. */
export interface YamlFile {
  readonly documents: readonly YamlDocument[];
  /** In place of documents: why the file is not read at all. */
  readonly refused?: SyntaxProblem;
  /** The place of an offset in the text. */
  at(offset: number): Position;
}

/**
 * Reads a text as YAML 1.2, of which JSON is a part. Never throws: deep nesting is refused before the recursive step of
 * the library, where it would end the whole process.
 */
export function readYaml(file: string, text: string, limits: Limits): YamlFile {
  const lines = linesOf(text);
  const tokens = [...new Parser().parse(text)];
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const tooDeep = findDepth(tokens, limits.depth);
  if (tooDeep !== undefined) {
    const message = `found more than ${limits.depth} mappings and lists inside each other, expected no manifest so deep`;
    return { documents: [], refused: { offset: tooDeep, message }, at };
  }
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    // Found by us, with both places.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return { documents: [...composer.compose(tokens)].map((parsed) => new YamlDocument(parsed)), at };
}

/** Where lines begin. The parser's own count misses line breaks in what it cannot read. */
function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

/** Where the nesting exceeds `limit`. With a stack of its own: recursion is what it protects from. */
function findDepth(tokens: readonly CST.Token[], limit: number): number | undefined {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > limit) return token.offset;
    if (token.type === 'document') {
      if (token.value !== undefined) open.push({ token: token.value, depth });
    } else if ('items' in token) {
      for (const item of token.items) {
        for (const child of [item.key, item.value]) {
          if (child) open.push({ token: child, depth: depth + 1 });
        }
      }
    }
  }
  return undefined;
}

const mostSyntaxProblems = 10;

/** What the library says of a document, in our words: the first of each line, and after a few the rest is noise. */
export function syntaxProblems(document: YamlDocument, text: string): readonly SyntaxProblem[] {
  const unknownTags = document.parsed.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED');
  const lines = new Set<number>();
  return [...document.parsed.errors, ...unknownTags]
    .slice(0, 100 * mostSyntaxProblems)
    .filter(({ pos: [offset] }) => {
      const line = text.lastIndexOf('\n', offset - 1);
      return !lines.has(line) && lines.add(line);
    })
    .slice(0, mostSyntaxProblems)
    .map(({ code, message, pos: [offset] }) => ({
      offset,
      message: `not valid YAML: ${lowerFirst(message)}${hint(code, text, offset)}`,
    }));
}

function hint(code: string, text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end === -1 ? undefined : end);
  if (code === 'TAB_AS_INDENT') return '; indent with spaces';
  if (code === 'TAG_RESOLVE_FAILED') return '; manifests take no tags, references are written ${Kind/name:output}';
  if (/[[{,:]\s*\$\{/.test(line)) return '; inside [ ] and { } put quotes around "${...}"';
  if (/\{\{|<[A-Z_]+>/.test(line)) return '; this looks like a template that has not been rendered';
  if (code === 'BLOCK_IN_FLOW') return '; put quotes around a value that holds ": " or ends with ":"';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return '; put quotes around a value that holds ": "';
  return '';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
