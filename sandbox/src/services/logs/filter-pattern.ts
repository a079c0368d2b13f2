import { invalid } from './state.ts';

/** Whether a message matches a filter pattern. */
export type Matcher = (message: string) => boolean;

interface Term {
  /** `-`: must not be there; `?`: one of those must be there. */
  readonly sign: '-' | '?' | '';
  readonly matches: Matcher;
}

/**
 * Reads a filter pattern for unstructured events: terms that must all be there, `"phrases in quotes"`, `?any`
 * `?of these`, `-not this`, and `%regular expressions%`; case counts. Throws InvalidParameterException for the patterns
 * of JSON and of space-delimited events, which the sandbox does not read.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function matcherOf(pattern: string): Matcher {
  const text = pattern.trim();
  if (text.startsWith('{') || text.startsWith('[')) {
    throw invalid(`Invalid filter pattern: the sandbox reads terms, phrases and regular expressions, not ${text}`);
  }
  const terms = [...text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))/g)].map(termOf);
  const optional = terms.filter(({ sign }) => sign === '?');
  return (message) =>
    terms.every(({ sign, matches }) => sign === '?' || matches(message) === (sign === '')) &&
    (optional.length === 0 || optional.some(({ matches }) => matches(message)));
}

function termOf([, sign = '', phrase, expression, word = '']: RegExpMatchArray): Term {
  const kind = sign as Term['sign'];
  if (expression !== undefined) {
    const regular = regularExpression(expression);
    return { sign: kind, matches: (message) => regular.test(message) };
  }
  const wanted = phrase?.replace(/\\(.)/g, '$1') ?? word;
  return { sign: kind, matches: (message) => message.includes(wanted) };
}

function regularExpression(expression: string): RegExp {
  try {
    return new RegExp(expression);
  } catch {
    throw invalid(`Invalid regular expression in filter pattern: ${expression}`);
  }
}
