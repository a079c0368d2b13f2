/**
 * True for a text that is nothing but a gap to be filled in: `<IMAGE>`, `{{ image }}`, `__IMAGE__`. Templates and
 * instructions hold them, and as text they are valid almost everywhere.
 */
export function isPlaceholder(text: string): boolean {
  return /^(<[A-Za-z][\w .-]*>|\{\{[^{}]*\}\}|__[A-Z][A-Z0-9_]*__)$/.test(text.trim());
}

/** What to say of one, after what was found. */
export const FILL_IN = 'this looks like a placeholder that nobody has filled in';

/** What is probably not meant about a text that is valid: a gap, or an id of AWS with white space around it. */
export function remarkOn(text: string): string | undefined {
  if (isPlaceholder(text)) return FILL_IN;
  if (text !== text.trim() && /^(arn:\S+|[a-z]+-[0-9a-f]{8,17})$/.test(text.trim()))
    return 'it has white space around it';
  return undefined;
}
