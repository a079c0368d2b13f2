/**
 * A pattern in which `*` stands for any text, also none, as a test for whole texts. Walked by hand: a regular expression of
 * many stars is slow on purpose-made input.
 */
export function wildcard(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found === -1 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** True when a pattern without `!` matches and none with `!` does. No patterns: false. */
export function allows(patterns: readonly string[], text: string): boolean {
  const denied = patterns.some((pattern) => pattern.startsWith('!') && wildcard(pattern.slice(1))(text));
  return !denied && patterns.some((pattern) => !pattern.startsWith('!') && wildcard(pattern)(text));
}
