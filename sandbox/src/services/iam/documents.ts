import { AwsError } from '../../kernel/service.ts';

/** One statement of a policy, with its lists as lists. */
export interface Statement {
  readonly effect: string;
  readonly action: readonly string[];
  readonly notAction: readonly string[] | undefined;
  readonly resource: readonly string[];
  readonly notResource: readonly string[] | undefined;
  /** By kind (`Service`, `AWS`); `*` alone is kind `*`. */
  readonly principal: Readonly<Record<string, readonly string[]>>;
  /** By operator and key: `{"ArnEquals": {"aws:SourceArn": ["arn:..."]}}`. */
  readonly condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What policies say about an action. */
export type Verdict = 'allowed' | 'explicitDeny' | 'implicitDeny';

/**
 * Reads a policy document. Throws MalformedPolicyDocument.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function checkDocument(text: string | undefined, kind: 'trust' | 'identity'): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? '');
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (parsed === null || typeof parsed !== 'object') throw malformed('Syntax errors in policy.');
  const { Statement: found } = parsed as { readonly Statement?: unknown };
  const raw = Array.isArray(found) ? found : [found];
  for (const statement of raw) {
    if (statement === null || typeof statement !== 'object') throw malformed('Syntax errors in policy.');
    const fields = statement as Readonly<Record<string, unknown>>;
    if (fields['Effect'] !== 'Allow' && fields['Effect'] !== 'Deny') throw malformed('Syntax errors in policy.');
    if (kind === 'trust' && ('Resource' in fields || 'NotResource' in fields)) {
      throw malformed('Has prohibited field Resource');
    }
    if (kind === 'identity' && 'Principal' in fields)
      throw malformed('Policy document should not specify a principal.');
  }
  return text ?? '';
}

/** What the documents say together: a Deny wins over every Allow, and without an Allow nothing is allowed. */
export function evaluate(documents: readonly string[], action: string, resource: string): Verdict {
  let verdict: Verdict = 'implicitDeny';
  for (const statement of documents.flatMap(statementsOf)) {
    if (!covers(statement.action, statement.notAction, action, true)) continue;
    if (!covers(statement.resource, statement.notResource, resource, false)) continue;
    if (statement.effect === 'Deny') return 'explicitDeny';
    verdict = 'allowed';
  }
  return verdict;
}

/** Whether a trust policy lets one of these principals of a kind (`Service`, `AWS`) assume the role. */
export function trusts(document: string, kind: 'AWS' | 'Service', principals: readonly string[]): boolean {
  const applying = statementsOf(document).filter(
    ({ action, notAction, principal }) =>
      covers(action, notAction, 'sts:AssumeRole', true) &&
      [...(principal[kind] ?? []), ...(principal['*'] ?? [])].some((one) => one === '*' || principals.includes(one)),
  );
  return applying.length > 0 && applying.every(({ effect }) => effect === 'Allow');
}

/** The statements of a policy document. */
export function statementsOf(document: string): Statement[] {
  const { Statement: found } = JSON.parse(document) as { readonly Statement: unknown };
  return (Array.isArray(found) ? found : [found]).map((raw: Readonly<Record<string, unknown>>) => ({
    effect: String(raw['Effect']),
    action: list(raw['Action']) ?? [],
    notAction: list(raw['NotAction']),
    resource: list(raw['Resource']) ?? [],
    notResource: list(raw['NotResource']),
    principal: principalOf(raw['Principal']),
    condition: conditionOf(raw['Condition']),
  }));
}

function principalOf(raw: unknown): Statement['principal'] {
  if (raw === '*') return { '*': ['*'] };
  const kinds: [string, unknown][] = Object.entries(raw ?? {});
  return Object.fromEntries(kinds.map(([kind, value]) => [kind, list(value) ?? []]));
}

function conditionOf(raw: unknown): Statement['condition'] {
  const operators: [string, unknown][] = Object.entries(raw ?? {});
  return Object.fromEntries(
    operators.map(([operator, keys]) => {
      const values: [string, unknown][] = Object.entries(keys ?? {});
      return [operator, Object.fromEntries(values.map(([key, value]) => [key, (list(value) ?? []).map(String)]))];
    }),
  );
}

/** One text or several, as policies write them; what is no text names nothing. */
function list(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === 'string');
}

/** Whether a text is among the patterns, or outside of the exceptions when a statement has those instead. */
export function covers(
  patterns: readonly string[],
  exceptions: readonly string[] | undefined,
  text: string,
  anyCase: boolean,
): boolean {
  if (exceptions) return !exceptions.some((pattern) => fits(pattern, text, anyCase));
  return patterns.some((pattern) => fits(pattern, text, anyCase));
}

/** `*` is any text, `?` any character; actions are compared without their case. */
export function fits(pattern: string, text: string, anyCase: boolean): boolean {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const expression = literal.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${expression}$`, anyCase ? 'is' : 's').test(text);
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}
