import { Option } from 'commander';

/** `-o, --output FORMAT`; the first format is the default. */
export function outputOption(formats: readonly [string, ...string[]]): Option {
  return new Option('-o, --output <format>', 'how to print the answer').choices([...formats]).default(formats[0]);
}
