import type { AwsContext } from '../../aws/context.ts';
import { awsCode, classifyAws } from '../../aws/errors.ts';
import type { Pass, PreflightFinding } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';

/** Where a look before a change happens. */
export interface Around {
  readonly aws: Pick<AwsContext, 'accountId' | 'region' | 'partition'>;
  readonly pass: Pass;
  /** ARN of the role that may read values of secrets; see `PreflightOptions`. */
  readonly secretReaderRole?: string | undefined;
}

/** One thing to look at. */
export interface Check {
  /** `ExecutionRole`, `Secret`, `Image` and so on. */
  readonly check: string;
  /** JSON pointer into the spec. */
  readonly path: string;
}

/** What a check found, worded. */
export type Found = Omit<PreflightFinding, 'check' | 'path'>;

/** Nothing works without it. */
export function error(message: string): Found {
  return { severity: 'error', message };
}

/** It may go wrong. */
export function warning(message: string): Found {
  return { severity: 'warning', message };
}

/** It could not be looked at. */
export function unchecked(message: string): Found {
  return { severity: 'unchecked', message };
}

/**
 * Runs one check. A read that AWS does not allow leaves it unchecked, with the action that is missing, as does one that
 * this endpoint does not serve; what may work a moment later is thrown.
 */
export async function looked(
  { check, path }: Check,
  action: string,
  look: () => Promise<readonly Found[]>,
): Promise<readonly PreflightFinding[]> {
  const found = await look().catch((failure: unknown) => {
    const said = saidByAws(failure);
    const kind = classifyAws(said);
    // A role that does not let us in says what it lacks.
    if (failure instanceof TerminalError && failure.code === 'RoleRefused')
      return [unchecked(`unchecked: ${failure.message}`)];
    if (kind === 'permission') return [unchecked(`unchecked: the controller may not ${action}`)];
    if (kind === 'terminal' || (kind === 'unknown' && isRefusal(said)))
      return [unchecked(`unchecked: ${action} failed with ${awsCode(said) ?? String(said)}`)];
    throw failure;
  });
  return found.map((one) => ({ check, path, ...one }));
}

/** Reads wrap what AWS says in words of their own. */
function saidByAws(failure: unknown): unknown {
  const isWrapped = failure instanceof Error && awsCode(failure) === undefined && failure.cause !== undefined;
  return isWrapped ? saidByAws(failure.cause) : failure;
}

/** AWS understood the call, and will say the same next time. */
function isRefusal(failure: unknown): boolean {
  const { $metadata } = failure as { readonly $metadata?: { readonly httpStatusCode?: number } };
  const { httpStatusCode = 0 } = $metadata ?? {};
  return httpStatusCode >= 400 && httpStatusCode < 500;
}

/** True for a text that is known only after other resources have been applied. */
export function isOpen(text: string): boolean {
  return text.includes('${');
}
