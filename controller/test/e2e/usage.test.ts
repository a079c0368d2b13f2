import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { longshore } from './program.ts';

const options = { cwd: tmpdir() };

it('gives the version, as text, as JSON and as a flag', async () => {
  expect((await longshore(['version'], options)).stdout).toMatch(/^longshore \d+\.\d+\.\d+ \(Node 24\./u);
  expect(JSON.parse((await longshore(['version', '-o', 'json'], options)).stdout)).toHaveProperty('version');
  expect((await longshore(['--version'], options)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
});

it('suggests the command and the option that are meant, and exits 2', async () => {
  const command = await longshore(['plon'], options);
  expect(command).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean plan?') });
  const option = await longshore(['apply', '.', '--yess'], options);
  expect(option).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean --yes?') });
});

it('takes global options before and after the command', async () => {
  expect((await longshore(['--debug', 'version'], options)).code).toBe(0);
  expect((await longshore(['version', '--debug', '--no-color'], options)).code).toBe(0);
});

it('colours only when it is wanted', async () => {
  const plain = await longshore(['plan', 'nowhere'], options);
  expect(plain.stderr).not.toContain('\u001B[');
  const coloured = await longshore(['plan', 'nowhere'], { ...options, env: { FORCE_COLOR: '1' } });
  expect(coloured.stderr).toContain('\u001B[');
  const off = await longshore(['plan', 'nowhere', '--no-color'], { ...options, env: { FORCE_COLOR: '1' } });
  expect(off.stderr).not.toContain('\u001B[');
});

it('gives a stack trace only for --debug', async () => {
  expect((await longshore(['plan', 'nowhere'], options)).stderr).not.toContain('    at ');
  expect((await longshore(['plan', 'nowhere', '--debug'], options)).stderr).toContain('    at ');
});
