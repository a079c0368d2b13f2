import { didYouMean } from './suggest.ts';

/** The words of an annotation: between commas, without the spaces around them, each once. */
export function wordsOf(text: string | undefined): readonly string[] {
  const words = (text ?? '').split(',').map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ''))];
}

/** What to say of each word that has no meaning, with the nearest that has one. */
export function unknownWords(words: readonly string[], known: readonly string[], what: string): readonly string[] {
  return words
    .filter((word) => !known.includes(word))
    .map((word) => `"${word}" is no ${what}, expected one of ${known.join(', ')}${didYouMean(word, known)}`);
}
