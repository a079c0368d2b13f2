/** True when a text holds a line break, NUL or any other ASCII control character: nothing that a name or address needs. */
export function hasControlCharacter(text: string): boolean {
  return Array.from(text).some((character) => character < ' ' || character === '\u007f');
}
