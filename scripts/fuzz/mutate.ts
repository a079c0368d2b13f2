import type { Random } from './random.ts';

/** Bits of YAML, JSON, expressions and Unicode that parsers trip over. */
const BITS: readonly string[] = [
  ...': |- |\n|  |[|]|{|}|,|&x |*x|<<: *x|"|\'|>|#|? |!t |---\n|...\n|%YAML 1.1\n|\t|\r\n|\r|~|null|yes|0x1F|0755|1e999|.inf|-0'.split(
    '|',
  ),
  ...'|- |$${|${|}|${param.x}|${param.|${Cluster/main:name}|${Service/api:port(443)}|${aws.region}|${app.}|${a.b.c}'.split(
    '|',
  ),
  ...'kind: List\nitems:\n- |apiVersion: v1|spec:|metadata:|name: |__proto__: |constructor: |<X>|{{x}}|__X__|// c|\\u0000'.split(
    '|',
  ),
  '\u{0}',
  '\u{FEFF}',
  '\u{FFFD}',
  '\u{85}',
  '\u{2028}',
  '\u{202E}',
  '\u{1F600}',
  '\u{E9}',
  '|\n  ',
  '>-\n ',
  '12345678901234567890',
  ' '.repeat(40),
  '['.repeat(70),
];

const encoder = new TextEncoder();
const bits = BITS.map((bit) => encoder.encode(bit));

const MOST_BYTES = 16 * 1024;

/** One of the seeds with one to six changes: bytes flipped, pieces taken out, doubled, moved, or taken from another seed. */
export function mutate(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = random.pick(seeds);
  for (let changes = 1 + random.below(6); changes > 0; changes--) bytes = change(bytes, seeds, random);
  return bytes.subarray(0, MOST_BYTES);
}

function change(bytes: Uint8Array, seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random.below(1 + random.below(64)));
  switch (random.below(6)) {
    case 0:
      return splice(bytes, at, at, Uint8Array.of(random.below(256)));
    case 1:
      return splice(bytes, at, Math.min(at + 1, bytes.length), Uint8Array.of(random.below(256)));
    case 2:
      return splice(bytes, at, end, new Uint8Array());
    case 3:
      return splice(bytes, random.below(bytes.length + 1), undefined, bytes.subarray(at, end));
    case 4: {
      const other = random.pick(seeds);
      const from = random.below(other.length + 1);
      return splice(bytes, at, at, other.subarray(from, from + random.below(200)));
    }
    default:
      return splice(bytes, at, random.below(2) === 0 ? at : end, random.pick(bits));
  }
}

function splice(bytes: Uint8Array, start: number, end = start, put: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(end)]);
}
