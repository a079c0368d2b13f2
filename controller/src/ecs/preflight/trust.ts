/** What a trust policy says to a service. `conditional`: it depends on a condition that cannot be told from here. */
export type Trust = 'trusted' | 'untrusted' | 'conditional';

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: object;
}

/**
 * Whether a service may assume a role with this trust policy, URL-encoded as IAM gives it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function trustOf(encoded: string, service: string): Trust {
  const naming = statementsOf(encoded).filter((statement) => names(statement, service));
  const unconditional = naming.filter(({ Condition }) => Condition === undefined);
  if (unconditional.some(({ Effect }) => Effect === 'Deny')) return 'untrusted';
  const allowed = naming.filter(({ Effect }) => Effect === 'Allow');
  if (allowed.length === 0) return 'untrusted';
  const sure = naming.length === unconditional.length;
  return sure || (allowed.some(({ Condition }) => Condition === undefined) && !naming.some(deniesSometimes))
    ? 'trusted'
    : 'conditional';
}

function deniesSometimes({ Effect, Condition }: Statement): boolean {
  return Effect === 'Deny' && Condition !== undefined;
}

function statementsOf(encoded: string): readonly Statement[] {
  const { Statement = [] } = JSON.parse(decodeURIComponent(encoded)) as {
    readonly Statement?: Statement | readonly Statement[];
  };
  return Array.isArray(Statement) ? (Statement as readonly Statement[]) : [Statement as Statement];
}

function names({ Action = [], Principal = {} }: Statement, service: string): boolean {
  const actions = list(Action).map((action) => action.toLowerCase());
  if (!actions.some((action) => ['sts:assumerole', 'sts:*', '*'].includes(action))) return false;
  if (typeof Principal === 'string') return Principal === '*';
  return list(Principal['Service'] ?? []).some((one) => one === service || one === '*');
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
