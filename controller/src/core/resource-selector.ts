import { TerminalError } from './errors.ts';
import { splitRef, type Ref } from './manifest.ts';
import { didYouMean } from './suggest.ts';
import { wildcard } from './wildcard.ts';

/** Which resources a partial sync is for. */
export type Selection = (ref: Ref) => boolean;

interface Selector {
  readonly text: string;
  readonly negated: boolean;
  readonly matches: Selection;
}

/**
 * Reads selectors `KIND:NAME`, in which `*` stands for any text, and `!` in front takes out what follows. Something is
 * selected when a selector without `!` names it, or there is none such, and no selector with `!` does. As Argo CD's
 * `--resource`, without the group, which is the same for all.
 * @throws TerminalError `BadSelector` for one that cannot be read, or that names nothing among `known`.
 */
export function selectionOf(texts: readonly string[], known: readonly Ref[]): Selection {
  const selectors = texts.map(read);
  for (const { text, negated, matches } of selectors) {
    if (negated || known.some(matches)) continue;
    const names = known.map((ref) => ref.replace('/', ':'));
    throw new TerminalError('BadSelector', `no resource is selected by "${text}"${didYouMean(text, names)}`);
  }
  const positive = selectors.filter((selector) => !selector.negated);
  const negative = selectors.filter((selector) => selector.negated);
  return (ref) =>
    (positive.length === 0 || positive.some((one) => one.matches(ref))) && !negative.some((one) => one.matches(ref));
}

function read(text: string): Selector {
  const negated = text.startsWith('!');
  const [kind, name, ...rest] = (negated ? text.slice(1) : text).split(':');
  if (kind === undefined || name === undefined || rest.length > 0 || kind === '' || name === '') {
    const message = `"${text}" selects nothing, expected KIND:NAME such as Service:api, Service:* or !Job:migrate`;
    throw new TerminalError('BadSelector', message);
  }
  const isKind = wildcard(kind);
  const isName = wildcard(name);
  return {
    text,
    negated,
    matches: (ref) => {
      const parts = splitRef(ref);
      return isKind(parts.kind) && isName(parts.name);
    },
  };
}
