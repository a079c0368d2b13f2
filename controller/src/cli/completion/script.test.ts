import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createProgram } from '../program.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { completionScript } from './script.ts';

/** What bash offers for a command line that ends where the cursor is. */
function offered(line: string): readonly string[] {
  const words = line.split(' ');
  const script = `${completionScript(createProgram(recordingIo()), 'bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _longshore; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    encoding: 'utf8',
    cwd: '/proc',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.split('\n').filter((word) => word !== '');
}

it('offers the commands', () => {
  expect(offered('longshore ')).toEqual(expect.arrayContaining(['init', 'plan', 'apply', 'sandbox', 'controller']));
});

it('offers the commands that begin like the word', () => {
  expect(offered('longshore co').toSorted()).toEqual(['completion', 'controller']);
});

it('offers the options of a command, global ones included', () => {
  expect(offered('longshore plan --')).toEqual(expect.arrayContaining(['--out', '--param', '--endpoint-url']));
});

it('does not offer the options of another command', () => {
  expect(offered('longshore plan --')).not.toContain('--yes');
});

it('offers the values of an option', () => {
  expect(offered('longshore plan . -o ')).toEqual(expect.arrayContaining(['text', 'markdown', 'json']));
});

it('offers the shells', () => {
  expect(offered('longshore completion ')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
});

it('describes every command for fish', () => {
  const program = createProgram(recordingIo());
  const script = completionScript(program, 'fish');
  for (const command of program.commands) expect(script).toContain(`-a ${command.name()} -d '`);
});
