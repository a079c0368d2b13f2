import type { AuditEntry } from '../api/http/access.ts';
import type { AuditLog } from './audit.ts';
import { TerminalError } from '../core/errors.ts';
import type { Principal } from './auth/principal.ts';
import { answerOf } from './problem.ts';

/** What the audit log says of a request. */
export type Audited = Pick<AuditEntry, 'action' | 'application' | 'project' | 'detail'>;

/** Who asks, for the audit log. */
export interface Asker {
  readonly principal: Principal;
  readonly from: string;
}

/** Codes of what was refused because of who asked, not because of what they asked for. */
const REFUSALS: readonly string[] = ['Forbidden', 'NotFound', 'Unauthenticated', 'CrossSiteRequest'];

/**
 * Does something, noted in the audit log before and after; without a note just does it. What cannot be noted is not done.
 */
export async function audited<T>(
  audit: AuditLog,
  { principal, from }: Asker,
  note: Audited | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (note === undefined) return await work();
  const actor = { type: principal.type, name: principal.name };
  const end = await audit.begin({ actor, from, ...note });
  let done: T;
  try {
    done = await work();
  } catch (error) {
    const { code } = answerOf(error, '').problem;
    await end({ result: error instanceof TerminalError && REFUSALS.includes(code) ? 'Refused' : 'Failed', code });
    throw error;
  }
  await end({ result: 'Succeeded' });
  return done;
}
