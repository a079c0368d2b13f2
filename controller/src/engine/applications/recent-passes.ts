import type { Pass } from '../../core/driver.ts';
import type { Destination } from '../../kinds/kind.ts';
import type { Workplace } from './declared.ts';

/** How old a shared look may be, in milliseconds: nothing was done yet to what is looked at for the first time. */
const RECENT_MS = 1_000;

/** Looks that those share who come within a moment: thousands of Applications at the start of the controller. */
export class RecentPasses {
  readonly #known = new Map<string, { readonly pass: Promise<Pass>; readonly at: number }>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  recent(workplace: Workplace, destination: Destination, now: Date): Promise<Pass> {
    const place = workplace.place(destination);
    const known = this.#known.get(place);
    if (known !== undefined && now.getTime() - known.at < RECENT_MS) return known.pass;
    const pass = workplace.pass(destination, now, this.#signal);
    // A place that cannot be reached is tried anew by the next one.
    pass.catch(() => this.#known.delete(place));
    this.#known.set(place, { pass, at: now.getTime() });
    return pass;
  }

  /** Lets go of what was read, when it is too old to be given to anybody. */
  forget(now: Date): void {
    for (const [place, { at }] of this.#known) if (now.getTime() - at >= RECENT_MS) this.#known.delete(place);
  }
}
