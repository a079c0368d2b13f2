import { readFileSync } from 'node:fs';

/** The version of the package that this file belongs to: the same path in a checkout and in what is packed. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
