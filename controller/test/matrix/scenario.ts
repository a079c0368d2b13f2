import type { AwsContext } from '../../src/aws/context.ts';
import type { Manifest } from '../../src/core/manifest.ts';

/** One change of Git that is to come to the same end wherever the process dies. */
export interface Scenario {
  readonly name: string;
  /** What stands in Git, and in AWS, before. */
  readonly before: readonly Manifest[];
  /** What Git says then: the sync that is disturbed. */
  readonly after: readonly Manifest[];
  /** Makes by plain AWS calls what is to be taken over. */
  readonly prepare?: (aws: AwsContext, now: Date) => Promise<void>;
  /** What is being rolled out, for that long, when the change comes. */
  readonly underway?: { readonly manifests: readonly Manifest[]; readonly forMs: number };
  /** What is under way comes to its own end while a fault lasts, and so the end is another: it is tried with crashes alone. */
  readonly goesOn?: true;
  /** `Held`: the new revision does not run, ECS rolls it back, and it is not tried a second time. Default `Synced`. */
  readonly ends?: 'Synced' | 'Held';
  /** It runs hooks, each of them once wherever the process dies. */
  readonly hooks?: true;
  /** ECS forgets the tasks of Jobs after an hour, and then their outcome is unknown: no fault lasts as long. */
  readonly withinAnHour?: boolean;
}
