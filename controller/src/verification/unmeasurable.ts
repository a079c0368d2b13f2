/** A source does not answer, or not with one number: nothing can be said of any interval. */
export class Unmeasurable extends Error {
  override readonly name = 'Unmeasurable';
}
