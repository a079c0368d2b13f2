/** Why a signal was aborted when somebody, or a newer revision, ended one operation. */
export class Terminated extends Error {
  override readonly name = 'Terminated';
  /** In words, where it was no person. */
  readonly why: string | undefined;

  constructor(why?: string) {
    super(why ?? 'terminated');
    this.why = why;
  }
}
