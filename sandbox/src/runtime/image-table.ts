/** The entry whose key is the longest prefix of the image; undefined when none is. */
export function longestPrefix<T>(table: Readonly<Record<string, T>>, image: string): T | undefined {
  let best: string | undefined;
  for (const prefix of Object.keys(table)) {
    if (image.startsWith(prefix) && (best === undefined || prefix.length > best.length)) best = prefix;
  }
  return best === undefined ? undefined : table[best];
}
