import type { Problem } from './errors.ts';
import { DOMAIN, type Manifest, type Position, type Ref } from './manifest.ts';
import { below } from './pointer.ts';
import { unknownWords, wordsOf } from './words.ts';

/** When a hook runs, in Argo CD's words. */
export const HOOK_PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'PreDelete', 'PostDelete'] as const;
export type HookPhase = (typeof HOOK_PHASES)[number];

/** When what a hook left in AWS is taken away: after it succeeded, after it failed, or before it runs anew. */
const HOOK_DELETE_POLICIES = ['HookSucceeded', 'HookFailed', 'BeforeHookCreation'] as const;
export type HookDeletePolicy = (typeof HOOK_DELETE_POLICIES)[number];

/** A hook that a sync of a plan would run. */
export interface PlannedHook {
  readonly ref: Ref;
  readonly phase: HookPhase;
  /** Its sync-wave inside the phase. */
  readonly wave: number;
  readonly position: Position;
}

/** Annotation with the phases of a hook, several with commas between. */
const HOOK = `${DOMAIN}/hook`;
const DELETE_POLICY = `${DOMAIN}/hook-delete-policy`;
/** Not a phase: the manifest is not applied at all. */
const SKIP = 'Skip';
/** The only kind that runs and ends. */
const HOOK_KIND = 'Job';

type Annotated = Pick<Manifest, 'metadata'>;

/** The phases that a manifest is a hook of; none for a resource. */
export function hookPhasesOf({ metadata }: Annotated): readonly HookPhase[] {
  const words = wordsOf(metadata.annotations?.[HOOK]);
  return HOOK_PHASES.filter((phase) => words.includes(phase));
}

/** True for a manifest that is left out of every sync: neither applied nor pruned. */
export function isSkipped({ metadata }: Annotated): boolean {
  return wordsOf(metadata.annotations?.[HOOK]).includes(SKIP);
}

/** When what the hook left is taken away. Without the annotation it stays, as the history of a Job does. */
export function hookDeletePoliciesOf({ metadata }: Annotated): readonly HookDeletePolicy[] {
  const words = wordsOf(metadata.annotations?.[DELETE_POLICY]);
  return HOOK_DELETE_POLICIES.filter((policy) => words.includes(policy));
}

/** Hook annotations that mean nothing, and hooks of a kind that cannot be one. */
export function hookProblems(manifest: Manifest): readonly Problem[] {
  const { annotations } = manifest.metadata;
  const at = (annotation: string, message: string): Problem => {
    const path = below('/metadata/annotations', annotation);
    return { position: manifest.positionOf(path), path, message };
  };
  const phases = wordsOf(annotations?.[HOOK]);
  const problems = [
    ...unknownWords(phases, [...HOOK_PHASES, SKIP], 'hook').map((message) => at(HOOK, message)),
    ...unknownWords(wordsOf(annotations?.[DELETE_POLICY]), HOOK_DELETE_POLICIES, 'hook-delete-policy').map((message) =>
      at(DELETE_POLICY, message),
    ),
  ];
  if (hookPhasesOf(manifest).length > 0 && manifest.kind !== HOOK_KIND) {
    problems.push(at(HOOK, `a ${manifest.kind} cannot be a hook, expected kind ${HOOK_KIND}`));
  }
  if (annotations?.[HOOK] !== undefined && phases.length === 0) {
    problems.push(at(HOOK, `it names no phase, expected one of ${[...HOOK_PHASES, SKIP].join(', ')}`));
  }
  return problems;
}
