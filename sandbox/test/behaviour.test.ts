import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A line of BEHAVIOUR.md with the rules that it states. */
interface RuleLine {
  readonly text: string;
  readonly section: string;
  readonly names: readonly string[];
}

const lines = ruleLines(readFileSync(`${root}/BEHAVIOUR.md`, 'utf8'));
const names = lines.flatMap((line) => line.names);
const tests = globSync('{src,test}/**/*.test.ts', { cwd: root }).flatMap((file) =>
  testNames(readFileSync(`${root}/${file}`, 'utf8')),
);

test('every rule of BEHAVIOUR.md names its source', () => {
  const bare = lines.filter(
    ({ text, section }) => !/\]\(|[Ss]ame sources?|propert(y|ies) of the sandbox/.test(text + section),
  );
  expect(bare.map(({ text }) => text)).toEqual([]);
});

test('every rule of BEHAVIOUR.md has a test that carries its name', () => {
  expect(names.filter((name) => !tests.some((full) => full.includes(name)))).toEqual([]);
});

test('no rule of BEHAVIOUR.md is stated twice', () => {
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  process.stdout.write(`${names.length} rules of BEHAVIOUR.md, each with its source and its test\n`);
  expect(names.length).toBeGreaterThan(200);
});

/** The lines that state rules: items of lists, up to the "Differs" of their section. */
function ruleLines(text: string): RuleLine[] {
  const found: RuleLine[] = [];
  let section = '';
  let differs = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) {
      section = line;
      differs = false;
    }
    differs ||= line.startsWith('Differs');
    if (differs || !line.startsWith('- ')) continue;
    found.push({
      text: line,
      section,
      names: [...line.matchAll(/\*\*(.+?)\*\*/g)].map(([, name = '']) => plain(name)),
    });
  }
  return found;
}

function plain(name: string): string {
  return name.replace(/[.:]$/, '').replaceAll('`', '');
}

/** Names of the tests of a file, each behind the names of the groups that it is in. */
function testNames(source: string): string[] {
  const groups: { readonly indent: number; readonly name: string }[] = [];
  const found: string[] = [];
  const named = /^( *)(?:(describe|test)(?:\.each\(\w+\))?\(|\]\)\()\s*(['"`])((?:\\.|(?!\3).)+)\3/gm;
  for (const [, indent = '', kind, , raw = ''] of source.matchAll(named)) {
    const name = plain(raw.replaceAll("\\'", "'"));
    while ((groups.at(-1)?.indent ?? -1) >= indent.length) groups.pop();
    found.push([...groups.map((group) => group.name), name].join(' '), name);
    if (kind === 'describe') groups.push({ indent: indent.length, name });
  }
  // Tables of cases: the first text of a row is the name of its case.
  for (const [, table = ''] of source.matchAll(/test\.each(?:<[^>]*>)?\(\[([\s\S]*?)\n *\]\)\(/g)) {
    for (const [, , name = ''] of table.matchAll(/\[\s*(['"`])((?:\\.|(?!\1).)+)\1,/g)) found.push(plain(name));
  }
  return found;
}
