import { processIo } from '../../controller/src/cli/io.ts';
import { createProgram } from '../../controller/src/cli/program.ts';
import { lintRules } from '../../controller/src/core/lintcodes.ts';
import { cliPage } from './cli-page.ts';
import { iamPage } from './iam-page.ts';
import { lintPage } from './lint-page.ts';
import { EXAMPLES } from './places.ts';
import { transitionsPage } from './transitions-page.ts';

/**
 * What comes from the program itself, which reads the generated schemas when it is loaded: commands, lint rules, IAM
 * policy. By path below `root`. Nothing is written.
 */
export async function programFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const io = processIo(true);
  return new Map([
    ['docs/reference/cli.md', cliPage(createProgram(io))],
    ['docs/reference/transitions.md', transitionsPage()],
    ['docs/reference/lint.md', lintPage([...lintRules.values()])],
    ['docs/reference/iam-policy.md', await iamPage(root, EXAMPLES, io)],
  ]);
}
