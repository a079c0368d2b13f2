import type { Manifest, Ref } from './manifest.ts';

/** How bad a finding is. Errors stop a sync, warnings do not. */
export type Severity = 'error' | 'warning';

/** Something that is valid but probably wrong. `longshore explain CODE` says more. */
export interface Finding {
  /** LS1001 and up. Never given to another rule. */
  readonly code: string;
  readonly severity: Severity;
  /** JSON pointer into the spec. */
  readonly path: string;
  readonly message: string;
}

/** What a lint rule may look at besides the spec itself. */
export interface LintContext {
  readonly manifest: Manifest<unknown>;
  /** Another manifest of the same Application. */
  find(ref: Ref): Manifest<unknown> | undefined;
  /** Every manifest of the Application, for rules that look for a second one (two owners of one field). */
  readonly all?: readonly Manifest<unknown>[];
}
