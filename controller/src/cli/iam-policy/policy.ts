import type { IamStatement } from '../../kinds/kind.ts';

/** An IAM policy document, as IAM takes it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** One statement of it. */
export interface PolicyStatement {
  /** What it is for: of those that may be left out. */
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/**
 * The least policy that holds all statements: an action once, actions on the same resources together, all in order; those
 * with a sid stand last and apart, so that they can be left out.
 */
export function policyOf(statements: readonly IamStatement[]): PolicyDocument {
  const sids = [...new Set(statements.flatMap(({ sid }) => sid ?? []))].toSorted(compare);
  const optional = sids.flatMap((sid) => {
    const merged = mergedOf(statements.filter((statement) => statement.sid === sid));
    // A Sid stands once in a policy.
    return merged.map((statement, index) => ({ Sid: `${sid}${index === 0 ? '' : index + 1}`, ...statement }));
  });
  const needed = mergedOf(statements.filter(({ sid }) => sid === undefined));
  return { Version: '2012-10-17', Statement: [...needed, ...optional] };
}

function mergedOf(statements: readonly IamStatement[]): readonly PolicyStatement[] {
  const resourcesOf = new Map<string, Set<string>>();
  for (const { actions, resources } of statements) {
    for (const action of actions) {
      const known = resourcesOf.get(action) ?? new Set();
      for (const resource of resources) known.add(resource);
      resourcesOf.set(action, known);
    }
  }
  const byResources = new Map<string, { readonly actions: string[]; readonly resources: readonly string[] }>();
  for (const [action, set] of [...resourcesOf].toSorted(([a], [b]) => compare(a, b))) {
    // `*` covers whatever else was asked for.
    const resources = set.has('*') ? ['*'] : [...set].toSorted(compare);
    const key = resources.join('\n');
    const group = byResources.get(key) ?? { actions: [], resources };
    group.actions.push(action);
    byResources.set(key, group);
  }
  return [...byResources.values()].map(({ actions, resources }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
  }));
}

/** By code unit, so that the same manifests give the same text on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
