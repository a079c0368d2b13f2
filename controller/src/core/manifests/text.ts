/** The text of a file, or why it has none and where its bytes go wrong. */
export type Decoded =
  | { readonly text: string }
  | { readonly error: string; readonly line: number; readonly column: number };

/** Decodes UTF-8, with or without a byte order mark. Never throws. */
export function decode(bytes: Uint8Array): Decoded {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return { error: 'found UTF-16, expected UTF-8', line: 1, column: 1 };
  const zero = bytes.indexOf(0);
  if (zero !== -1) {
    const { line, column } = placeOf(bytes, zero);
    return { error: 'found the byte 0x00, expected text in UTF-8: this is UTF-16 or no text at all', line, column };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return firstBadByte(bytes);
  }
}

function firstBadByte(bytes: Uint8Array): Decoded {
  const lenient = new TextDecoder('utf-8').decode(bytes);
  // A real U+FFFD is three bytes of valid UTF-8 and may stand before the bad one: it is looked for in the bytes.
  const encoder = new TextEncoder();
  let offset = 0;
  let line = 1;
  let column = 1;
  for (const character of lenient) {
    const size = character === '\u{FFFD}' && !isReplacement(bytes, offset) ? 0 : encoder.encode(character).length;
    if (size === 0) break;
    offset += size;
    column = character === '\n' ? 1 : column + character.length;
    line = character === '\n' ? line + 1 : line;
  }
  const found = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
  return { error: `found the byte 0x${found}, which is not UTF-8`, line, column };
}

/** Line and column of a byte before which everything may be anything. */
function placeOf(bytes: Uint8Array, offset: number): { readonly line: number; readonly column: number } {
  const lines = new TextDecoder('utf-8').decode(bytes.subarray(0, offset)).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

function isReplacement(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd;
}
