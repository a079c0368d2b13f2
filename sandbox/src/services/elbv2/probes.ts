import type { World } from '../../kernel/world.ts';
import type { CheckOutcome } from './health.ts';

/** Health checks that are on their way to real targets. */
class Probes {
  private readonly pending = new Map<string, Promise<void>>();
  private begun = 0;

  /** Waits for an answer beside everything else, and gives the id of the check under which `outcome` hears of it. */
  begin(answer: Promise<CheckOutcome>, outcome: (id: string, found: CheckOutcome) => void): string {
    const id = `check-${this.begun++}`;
    this.pending.set(
      id,
      answer.then((found) => {
        this.pending.delete(id);
        outcome(id, found);
      }),
    );
    return id;
  }

  /** False for checks that are over, and for those of a process that ended. */
  isPending(id: string): boolean {
    return this.pending.has(id);
  }

  /** Settles when every check that is under way has its outcome. */
  async settled(): Promise<void> {
    await Promise.all(this.pending.values());
  }
}

/** The health checks under way in this process. */
export function probesOf(world: World): Probes {
  return world.local('elbv2/probes', () => new Probes());
}
