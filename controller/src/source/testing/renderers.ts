import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findProgram } from '../programs.ts';

/** PATH, with the places where Go puts what it installs. */
export const programPath = [process.env['PATH'] ?? '', process.env['GOBIN'] ?? '', join(homedir(), 'go', 'bin')]
  .filter((part) => part !== '')
  .join(delimiter);

/** True when a renderer is there; tests of one that is missing are skipped, with its name in the suite's. */
export async function hasProgram(name: string): Promise<boolean> {
  return (await findProgram(name, programPath)) !== undefined;
}
