import { TerminalError } from '../../core/errors.ts';
import type { Ref } from '../../core/manifest.ts';

/** What a command is about. */
export interface Subject {
  /** Undefined with `--path`: the path says which Application. */
  readonly application?: string;
  readonly ref: Ref;
}

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u;
const KIND = /^[A-Z][A-Za-z]*$/u;

/**
 * Reads `APP/NAME` or `APP/KIND/NAME`; with `--path` `NAME` or `KIND/NAME`.
 * @throws TerminalError `BadResource`
 */
export function subjectOf(text: string, kind: 'Service' | 'Job', hasPath: boolean): Subject {
  const parts = text.split('/');
  const application = hasPath ? undefined : parts.shift();
  const name = parts.pop();
  const [named = kind, ...rest] = parts;
  const isRead = name !== undefined && NAME.test(name) && KIND.test(named) && rest.length === 0;
  if (!isRead || (application !== undefined && !NAME.test(application))) {
    const word = kind === 'Job' ? 'migrate' : 'api';
    const expected = hasPath ? `${word} or ${kind}/${word}` : `shop/${word} or shop/${kind}/${word}`;
    throw new TerminalError('BadResource', `"${text}" names no resource, expected one such as ${expected}`);
  }
  return { ref: `${named}/${name}`, ...(application !== undefined && { application }) };
}
