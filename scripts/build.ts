// JavaScript and declarations of both packages into their dist/ folders, with the data files that they read.
import { cpSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runSteps } from './steps.ts';

const packages = ['sandbox', 'controller'];
for (const name of packages) rmSync(join(name, 'dist'), { recursive: true, force: true });
process.exitCode = runSteps(
  packages.map((name) => ({ name: `build ${name}`, command: ['tsc', '-p', join(name, 'tsconfig.build.json')] })),
);
for (const name of packages) {
  for (const file of globSync('**/*.json', { cwd: join(name, 'src') })) {
    if (file.includes('testdata')) continue;
    const target = join(name, 'dist', file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(name, 'src', file), target);
  }
}
