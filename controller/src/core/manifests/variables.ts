import { formatExpressions, mayHoldExpressions, parseExpressions, type Piece, type Variable } from '../expressions.ts';
import { didYouMean } from '../suggest.ts';

/** The value of a parameter. A text takes the type of the field that it is put into. */
export type ParameterValue = string | number | boolean;

/**
 * What `${param.x}`, `${app.x}` and `${aws.x}` stand for. What is absent is not known here: it stays as it is written.
 */
export interface Variables {
  readonly param?: Readonly<Record<string, ParameterValue>>;
  readonly app?: { readonly name: string; readonly revision: string };
  readonly aws?: { readonly accountId: string; readonly region: string };
}

/** A string of a manifest with its variables put in. */
export interface Substituted {
  /** References and escapes stand in it still. */
  readonly text: string;
  /** The variable's own value, where the string is that variable and nothing else. */
  readonly whole?: ParameterValue;
  /** Variables that are unknown, or not known here, are left in the text. */
  readonly open: boolean;
  /** What is wrong with its expressions. */
  readonly problems: readonly string[];
}

/** Puts variables in. Values are never read for expressions again: a `${` in a parameter is a literal one. */
export function substitute(text: string, variables: Variables): Substituted {
  if (!mayHoldExpressions(text)) return { text, open: false, problems: [] };
  const problems: string[] = [];
  let open = false;
  let whole: ParameterValue | undefined;
  const pieces = parseExpressions(text);
  const replaced = pieces.map((piece): Piece => {
    if (piece.kind === 'malformed') problems.push(piece.message);
    if (piece.kind !== 'variable') return piece;
    const found = lookUp(piece, variables);
    if ('problem' in found) problems.push(found.problem);
    if (!('value' in found)) {
      open = true;
      return piece;
    }
    if (pieces.length === 1) whole = found.value;
    return { kind: 'literal', text: String(found.value) };
  });
  return { text: formatExpressions(replaced), ...(whole === undefined ? {} : { whole }), open, problems };
}

/** The first seven characters of a commit id, as Git shows it; of a directory's digest without its `dir:`. */
export function shortRevision(revision: string): string {
  return revision.replace(/^dir:/, '').slice(0, 7);
}

type Found = { readonly value: ParameterValue } | { readonly problem: string } | { readonly open: true };

function lookUp({ source, scope, name }: Variable, variables: Variables): Found {
  const scopes: Readonly<Record<string, Readonly<Record<string, ParameterValue>> | undefined>> = {
    param: variables.param,
    app: variables.app && {
      name: variables.app.name,
      revision: variables.app.revision,
      shortRevision: shortRevision(variables.app.revision),
    },
    aws: variables.aws && { accountId: variables.aws.accountId, region: variables.aws.region },
    // Known while a rollout runs: it stands in the text until then.
    rollout: undefined,
  };
  if (!Object.hasOwn(scopes, scope)) {
    return {
      problem: `found ${source}, expected param, app or aws before the dot${didYouMean(scope, ['param', 'app', 'aws'])}`,
    };
  }
  const known = scopes[scope] ?? fixedNames[scope];
  if (known === undefined) return { open: true };
  const value = Object.hasOwn(known, name) ? known[name] : undefined;
  if (value === undefined) return { problem: unknownName(source, scope, name, Object.keys(known)) };
  return scopes[scope] === undefined ? { open: true } : { value };
}

// Names that exist whether their values are known or not.
const fixedNames: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = {
  app: { name: '-', revision: '-', shortRevision: '-' },
  aws: { accountId: '-', region: '-' },
  rollout: { targetGroup: '-' },
};

function unknownName(source: string, scope: string, name: string, names: readonly string[]): string {
  if (scope === 'param' && names.length === 0) {
    return `found ${source}, but no parameters are given (spec.source.parameters of the Application, or --param)`;
  }
  const expected = names.toSorted().map((one) => `\${${scope}.${one}}`);
  return `found ${source}, expected ${oneOf(expected)}${didYouMean(name, names)}`;
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? '') : `one of ${words.join(', ')}`;
}
