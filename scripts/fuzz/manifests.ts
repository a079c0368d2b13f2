import type { Problem } from '../../controller/src/core/errors.ts';
import type { Position } from '../../controller/src/core/manifest.ts';
import { DEFAULT_LIMITS } from '../../controller/src/core/manifests/limits.ts';
import { type ParsedManifests, type ParseOptions, parseManifests } from '../../controller/src/core/manifests/parse.ts';
import { decode } from '../../controller/src/core/manifests/text.ts';
import { readValue } from '../../controller/src/core/manifests/values.ts';
import { readYaml, syntaxProblems } from '../../controller/src/core/manifests/yaml.ts';
import { stringsIn } from '../../controller/src/core/references.ts';
import { manifestSeeds } from './seeds.ts';
import { hold, same, type Target } from './target.ts';

const FILE = 'f.yaml';

const known: ParseOptions = {
  variables: {
    param: { x: 'a${b}', n: 3, on: true },
    app: { name: 'web', revision: '0123456789abcdef0123456789abcdef01234567' },
    aws: { accountId: '012345678901', region: 'eu-west-1' },
  },
};

/** Bytes as a file of manifests: total, deterministic, every place inside of the file, and what is valid stays so. */
export const manifests: Target = {
  name: 'manifests',
  seeds: manifestSeeds(),
  check(input) {
    const places = placesIn(input);
    for (const options of [{}, known]) {
      const parsed = parse(input, options);
      for (const { position } of [...parsed.problems, ...parsed.warnings]) places.hold(position);
      for (const manifest of parsed.manifests) {
        for (const { path } of stringsIn(manifest.spec)) places.hold(manifest.positionOf(`/spec${path}`));
        places.hold(manifest.positionOf('/spec/nowhere/0/x'));
      }
      same(summary(parse(input, options)), summary(parsed), 'two readings give the same');
      readsBack(parsed);
    }
  },
};

/** Bytes as YAML alone, below the manifests: also what is refused there must be in place. */
export const yaml: Target = {
  name: 'yaml',
  seeds: manifestSeeds(),
  check(input) {
    const places = placesIn(input);
    const decoded = decode(input);
    if ('error' in decoded) {
      places.hold({ file: FILE, ...decoded });
      return;
    }
    const file = readYaml(FILE, decoded.text, DEFAULT_LIMITS);
    const offsets = file.refused === undefined ? [] : [file.refused.offset];
    for (const document of file.documents) {
      offsets.push(document.offset);
      const syntax = syntaxProblems(document, decoded.text);
      offsets.push(...syntax.map(({ offset }) => offset));
      if (syntax.length > 0) continue;
      const value = readValue(document, {}, DEFAULT_LIMITS, (offset) => file.at(offset).line);
      offsets.push(...[...value.problems, ...value.warnings].map(({ offset }) => offset));
      same(JSON.parse(JSON.stringify(value.value ?? null)), value.value ?? null, 'a value is JSON');
    }
    for (const offset of offsets) {
      hold(offset >= 0 && offset <= decoded.text.length, 'an offset is inside of the text');
      places.hold(file.at(offset));
    }
  },
};

function parse(input: Uint8Array, options: ParseOptions): ParsedManifests {
  return parseManifests(new Map([[FILE, input]]), options);
}

function summary({ manifests: valid, problems, warnings }: ParsedManifests): unknown {
  return [valid.map(({ kind, metadata, spec }) => ({ kind, metadata, spec })), problems, warnings];
}

/** What is valid, written as JSON, is read as the same manifests. */
function readsBack({ manifests: valid }: ParsedManifests): void {
  const items = valid.map(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, metadata, spec }));
  const again = parse(new TextEncoder().encode(JSON.stringify({ kind: 'List', items })), {});
  hold(again.problems.length === 0, `what is valid is valid again: ${messagesOf(again.problems)}`);
  same(
    again.manifests.map(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, metadata, spec })),
    items,
    'what is valid is read back as it was',
  );
}

function messagesOf(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

/** Which places a file has: lines from 1, columns from 1 to one past the last character. */
function placesIn(input: Uint8Array): { hold(position: Position): void } {
  const lines = new TextDecoder('utf-8').decode(input).split('\n');
  return {
    hold({ file, line, column }) {
      const text = lines[line - 1];
      hold(file === FILE && line >= 1 && text !== undefined, `line ${line} of ${lines.length} is inside of the file`);
      hold(column >= 1 && column <= (text ?? '').length + 1, `column ${column} is inside of line ${line}`);
    },
  };
}
