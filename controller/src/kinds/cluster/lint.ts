import type { CapacityProviderStrategyItem, ClusterSpec } from '../../api/cluster.ts';
import type { Finding } from '../../core/lint.ts';

/** Lint of a cluster. */
export function lintCluster(spec: ClusterSpec): readonly Finding[] {
  return [...unattached(spec), ...bases(spec.defaultCapacityProviderStrategy, '/defaultCapacityProviderStrategy')];
}

function unattached({ capacityProviders = [], defaultCapacityProviderStrategy = [] }: ClusterSpec): readonly Finding[] {
  return defaultCapacityProviderStrategy.flatMap(({ capacityProvider }, index): readonly Finding[] =>
    capacityProviders.includes(capacityProvider) || capacityProvider.includes('${')
      ? []
      : [
          {
            code: 'LS1010',
            severity: 'error',
            path: `/defaultCapacityProviderStrategy/${index}/capacityProvider`,
            message: `"${capacityProvider}" is not among capacityProviders (${capacityProviders.join(', ') || 'none'}): ECS refuses the strategy`,
          },
        ],
  );
}

function bases(strategy: readonly CapacityProviderStrategyItem[] = [], path: string): readonly Finding[] {
  const based = strategy.filter((item) => (item.base ?? 0) > 0);
  if (based.length <= 1) return [];
  const names = based.map((item) => item.capacityProvider).join(', ');
  return [
    {
      code: 'LS1011',
      severity: 'error',
      path,
      message: `${names} each have a base: only one capacity provider of a strategy may have one`,
    },
  ];
}
