/** Why a signal was aborted when the whole program ends: what runs is to be taken up again at the next start. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('interrupted');
  }
}
