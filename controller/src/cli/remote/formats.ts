import { Option } from 'commander';

/** `-o wide|json|yaml|name` of lists; without it, a table. */
export function listFormat(): Option {
  return new Option('-o, --output <format>', 'how to print the answer')
    .choices(['text', 'wide', 'json', 'yaml', 'name'])
    .default('text');
}
