import type { Ref } from './manifest.ts';

/** Text that stands for itself, escapes already taken out (`$${HOME}` in a manifest is the literal `${HOME}`). */
interface Literal {
  readonly kind: 'literal';
  readonly text: string;
}

/** `${param.image}`, `${app.name}`, `${aws.region}`: known before anything is read from AWS. */
export interface Variable {
  readonly kind: 'variable';
  /** As written, `${param.image}`. */
  readonly source: string;
  /** Where it begins in the string that was parsed, in UTF-16 units. */
  readonly offset: number;
  /** `param`, `app` or `aws`; any other word is for the caller to refuse. */
  readonly scope: string;
  readonly name: string;
}

/** `${Kind/name:output}` or `${Kind/name:output(argument)}`: an output of another resource of the Application. */
export interface Reference {
  readonly kind: 'reference';
  readonly source: string;
  readonly offset: number;
  readonly ref: Ref;
  /** For example `arn`, or a path into an attribute, `Endpoint.Address`. */
  readonly output: string;
  /** What stands between the parentheses, for example `443`. */
  readonly argument?: string;
}

/** Something in `${...}` that is neither, or a `${` that nothing closes. */
interface Malformed {
  readonly kind: 'malformed';
  readonly source: string;
  readonly offset: number;
  /** What was found and what was expected. */
  readonly message: string;
}

/** One part of a string of a manifest. */
export type Piece = Literal | Variable | Reference | Malformed;

const variable = /^([A-Za-z]+)\.([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)$/;
const reference =
  /^([A-Z][A-Za-z0-9]*)\/([a-z0-9](?:[a-z0-9-]*[a-z0-9])?):([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)(?:\(([^(){}]*)\))?$/;

/**
 * Takes a string of a manifest apart. Never throws. Adjacent literals are one piece, and no literal is empty.
 *
 * A dollar sign is special only right before `{`: `${` opens an expression, and in a run of dollars before `{` each
 * pair is one literal dollar. So `$${x}` is the literal `${x}`, and `$$${param.x}` is a dollar followed by the
 * parameter.
 */
export function parseExpressions(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  let end = 0;
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', end)) {
    const dollars = dollarsBefore(text, at + 1, end);
    literal += text.slice(end, at + 1 - dollars) + '$'.repeat(Math.floor(dollars / 2));
    end = at + 2;
    if (dollars % 2 === 0) {
      literal += '{';
      continue;
    }
    const close = text.indexOf('}', end);
    const next = close === -1 ? text.length : close + 1;
    if (literal !== '') {
      pieces.push({ kind: 'literal', text: literal });
      literal = '';
    }
    pieces.push(parseOne(text.slice(at, next), at));
    end = next;
  }
  literal += text.slice(end);
  if (literal !== '') {
    pieces.push({ kind: 'literal', text: literal });
  }
  return pieces;
}

/** Writes pieces as a string that `parseExpressions` takes apart into the same pieces: the inverse. */
export function formatExpressions(pieces: readonly Piece[]): string {
  // Literals are joined first: a dollar at the end of one and a brace at the start of the next must not become an
  // opening.
  let written = '';
  let literal = '';
  for (const piece of pieces) {
    if (piece.kind === 'literal') {
      literal += piece.text;
      continue;
    }
    written += escape(literal) + '$'.repeat(dollarsBefore(literal, literal.length, 0)) + piece.source;
    literal = '';
  }
  return written + escape(literal);
}

/** A text that stands for exactly `literal`: `${HOME}` becomes `$${HOME}`. */
export function escape(literal: string): string {
  let escaped = '';
  let end = 0;
  for (let at = literal.indexOf('${'); at !== -1; at = literal.indexOf('${', end)) {
    escaped += `${literal.slice(end, at + 1)}${'$'.repeat(dollarsBefore(literal, at + 1, end))}{`;
    end = at + 2;
  }
  return escaped + literal.slice(end);
}

/** True when the string holds anything for us to resolve or to unescape. */
export function mayHoldExpressions(text: string): boolean {
  return text.includes('${');
}

/** How many dollars stand right before `end`. Regular expressions take quadratic time for this. */
function dollarsBefore(text: string, end: number, start: number): number {
  let count = 0;
  while (end - count > start && text[end - count - 1] === '$') count += 1;
  return count;
}

function parseOne(source: string, offset: number): Piece {
  if (!source.endsWith('}')) {
    return { kind: 'malformed', source, offset, message: `"${clip(source)}" has no closing "}"; ${literalHint('${')}` };
  }
  const body = source.slice(2, -1);
  const asVariable = variable.exec(body);
  if (asVariable !== null) {
    const [, scope = '', name = ''] = asVariable;
    return { kind: 'variable', source, offset, scope, name };
  }
  const asReference = reference.exec(body);
  if (asReference !== null) {
    const [, kind = '', name = '', output = '', argument] = asReference;
    const found: Reference = { kind: 'reference', source, offset, ref: `${kind}/${name}`, output };
    return argument === undefined ? found : { ...found, argument: argument.trim() };
  }
  const expected = 'expected ${param.name}, ${app.name}, ${aws.region} or ${Kind/name:output}';
  return { kind: 'malformed', source, offset, message: `"${clip(source)}": ${expected}; ${literalHint(clip(source))}` };
}

function literalHint(source: string): string {
  return `for a literal ${source} write $${source}`;
}

function clip(source: string): string {
  return source.length > 60 ? `${source.slice(0, 57)}...` : source;
}
