/** Why a signal was aborted when somebody ended one operation. */
export class Terminated extends Error {
  override readonly name = 'Terminated';

  constructor() {
    super('terminated');
  }
}
