import type { IamStatement } from '../../kinds/kind.ts';

/** An IAM policy document, as IAM takes it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** One statement of it. */
export interface PolicyStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** The least policy that holds all statements: an action once, actions on the same resources together, all in order. */
export function policyOf(statements: readonly IamStatement[]): PolicyDocument {
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
  return {
    Version: '2012-10-17',
    Statement: [...byResources.values()].map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
    })),
  };
}

/** By code unit, so that the same manifests give the same text on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
