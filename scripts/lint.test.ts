import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-lint-'));
  const config = JSON.parse(readFileSync('.oxlintrc.json', 'utf8')) as Record<string, unknown>;
  delete config.$schema;
  writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(config));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lints one planted file with the project's rules and gives what the linter printed. */
function lint(file: string, code: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
  try {
    return execFileSync('oxlint', ['-c', '.oxlintrc.json', '.'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const violations: readonly (readonly [file: string, specifier: string, says: string])[] = [
  ['controller/src/core/planted.ts', '../aws/context.ts', 'core may import'],
  ['controller/src/api/planted.ts', '../engine/engine.ts', 'api may import'],
  ['controller/src/aws/planted.ts', '../kinds/kind.ts', 'aws may import'],
  ['controller/src/source/planted.ts', '../engine/engine.ts', 'source may import'],
  ['controller/src/kinds/service/planted.ts', '../cluster/index.ts', 'Kinds never know each other'],
  ['controller/src/kinds/service/planted.ts', '../../engine/engine.ts', 'A kind may import'],
  ['controller/src/kinds/service/native/planted.ts', '../../cluster/index.ts', 'Kinds never know each other'],
  ['controller/src/verification/planted.ts', '../kinds/kind.ts', 'verification may import'],
  ['controller/src/engine/planted.ts', '../cli/io.ts', 'engine may import'],
  ['controller/src/server/planted.ts', '../cli/io.ts', 'server may import'],
  ['controller/src/engine/planted.ts', '@longshore/sandbox', 'over the wire only'],
  ['sandbox/src/planted.ts', '../../controller/src/core/json.ts', 'knows nothing of the controller'],
];

test.each(violations)('%s may not import %s', (file, specifier, says) => {
  expect(lint(file, `import { planted } from '${specifier}';\nexport const use = planted;\n`)).toContain(says);
});

const allowed: readonly (readonly [file: string, specifier: string])[] = [
  ['controller/src/kinds/service/planted.ts', '../kind.ts'],
  ['controller/src/kinds/service/planted.ts', '../../ecs/digest.ts'],
  ['controller/src/kinds/service/native/planted.ts', '../verification/index.ts'],
  ['controller/src/engine/planted.ts', '../kinds/registry.ts'],
  ['controller/src/engine/planted.test.ts', '@longshore/sandbox'],
];

test.each(allowed)('%s may import %s', (file, specifier) => {
  expect(lint(file, `import { planted } from '${specifier}';\nexport const use = planted;\n`)).toContain('0 errors');
});
