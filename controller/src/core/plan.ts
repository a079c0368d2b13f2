import type { Change, PreflightFinding } from './driver.ts';
import type { PlannedHook } from './hooks.ts';
import type { Finding } from './lint.ts';
import type { Position, Ref } from './manifest.ts';

/** What a step does to its resource. `adopt` takes over what exists and is not ours yet; it lists every reset. */
export type StepAction = 'create' | 'update' | 'replace' | 'adopt' | 'delete' | 'none';

/** What happens to one resource. */
export interface Step {
  readonly ref: Ref;
  readonly action: StepAction;
  readonly changes: readonly Change[];
  /** What exists already: type and ARN of each part. */
  readonly parts: readonly { readonly type: string; readonly id: string }[];
  /** Where the manifest stands; absent for a deletion. */
  readonly position?: Position;
  /** Why it is as it is where that is not plain: held, claimed by an autoscaler, pruned, a rollout in flight. */
  readonly notes: readonly string[];
  /** Its last rollout failed: it differs from Git, and a sync leaves it so until Git changes it or a person retries. */
  readonly held?: true;
  /** The name that it had before: it is renamed, not made anew. */
  readonly movedFrom?: Ref;
  /** The old one is deleted before the new one is made: for a time there is none. Of a replacement with Replace=true. */
  readonly deletesFirst?: true;
  /** What was found of what it rests on, where it is made or its tasks are restarted. An error refuses the step. */
  readonly preflight?: readonly PlacedPreflight[];
  /** It is to be deleted, and stays until a person says yes (Prune=confirm, Delete=confirm). */
  readonly needsConfirmation?: true;
}

/** What a look before a change found, with the place of its path in the file. */
export interface PlacedPreflight extends PreflightFinding {
  readonly position: Position;
}

/** A lint finding with its place. */
export interface PlacedFinding extends Finding {
  readonly ref: Ref;
  readonly position: Position;
}

/**
 * Something that keeps a sync of this plan from starting.
 * `Foreign`: the name is taken by something that is not ours. `Adoption`: taking it over needs a person's yes.
 * `ReplacesNamed`: a replacement cannot have the same name at the same time. `Deletions`: more than maxDeletions.
 * `EmptySource`: everything would be deleted. `Lint`: a finding of severity error. `Impossible`: AWS would refuse a
 * change half-way. `Confirmation`: something asks for a person before the Application is removed (Delete=confirm).
 * `NotSelected`: a partial sync leaves out what a selected resource needs and does not exist.
 */
export type RefusalCode =
  | 'Foreign'
  | 'Adoption'
  | 'ReplacesNamed'
  | 'Deletions'
  | 'EmptySource'
  | 'Lint'
  | 'Impossible'
  | 'Confirmation'
  | 'NotSelected';

/** One reason not to sync, in words for a person. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly ref?: Ref;
  /** True when a person may say yes to it (`SyncOptions.approved`; to deletions also `SyncOptions.approveDeletions`). */
  readonly approvable: boolean;
  readonly message: string;
}

/** What a sync would do: frozen, serialisable, the same on every surface. */
export interface Plan {
  readonly application: string;
  readonly accountId: string;
  readonly region: string;
  readonly revision: string;
  /** Digest of the rendered manifests, with references unresolved. */
  readonly digest: string;
  /** In the order of application; deletions are the last waves, in reverse order of the graph. */
  readonly waves: readonly (readonly Step[])[];
  /** What a sync runs besides, in the order of their phases. A plan with nothing else changes nothing. */
  readonly hooks?: readonly PlannedHook[];
  readonly findings: readonly PlacedFinding[];
  /** Why a sync of this plan would not start. Absent or empty: nothing stands in its way. */
  readonly refusals?: readonly Refusal[];
}

/** True when the plan would change nothing. */
export function isEmpty(plan: Plan): boolean {
  return plan.waves.every((wave) => wave.every((step) => step.action === 'none'));
}

/** True when a resource is not as Git says: a sync changes it, or leaves it as it is (held, or not ours to change). */
export function differs(plan: Plan): boolean {
  return plan.waves.flat().some((step) => step.action !== 'none' || isLeft(step));
}

/** True for a resource that differs from Git and that a sync does not touch. */
export function isLeft(step: Step): boolean {
  return step.action === 'none' && (step.held === true || step.changes.length > 0);
}
