import type {
  CapacityProvider,
  CapacityProviderStrategyItem,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse,
} from '@aws-sdk/client-ecs';
import type { Call } from '../../kernel/service.ts';
import { ecsArn, lastPart } from './arns.ts';
import { invalidParameter } from './errors.ts';
import type { RevisionSpec } from './state.ts';
import type { TaskRecord } from './task-record.ts';

/** The capacity providers that every account has. Source: developer guide, "Amazon ECS clusters for Fargate workloads". */
export const fargateProviders: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];

/**
 * A strategy with its defaults (base 0, weight 0). Throws InvalidParameterException for a provider that the cluster
 * does not have, for two bases, and for several providers that all have weight 0.
 * Source: API_CapacityProviderStrategyItem, API_CreateService.
 */
export function checkStrategy(
  strategy: readonly CapacityProviderStrategyItem[],
  providers: readonly string[],
): CapacityProviderStrategyItem[] {
  for (const { capacityProvider } of strategy) {
    if (capacityProvider && providers.includes(capacityProvider)) continue;
    throw invalidParameter(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. ' +
        'Associate the capacity provider with the cluster, then try again.',
    );
  }
  if (strategy.filter(({ base }) => (base ?? 0) > 0).length > 1) {
    throw invalidParameter('The specified capacity provider strategy can have only one capacity provider with a base.');
  }
  if (strategy.length > 1 && strategy.every(({ weight }) => !weight)) {
    throw invalidParameter(
      'At least one capacity provider in a capacity provider strategy must have a weight greater than zero.',
    );
  }
  return strategy.map(({ capacityProvider, weight, base }) => ({
    capacityProvider,
    weight: weight ?? 0,
    base: base ?? 0,
  }));
}

/** Whether tasks of this revision run on Fargate; the sandbox has no container instances. */
export function runsOnFargate(spec: Pick<RevisionSpec, 'launchType' | 'capacityProviderStrategy'>): boolean {
  const strategy = spec.capacityProviderStrategy ?? [];
  if (strategy.length > 0) {
    return strategy.every(({ capacityProvider }) => fargateProviders.includes(capacityProvider ?? ''));
  }
  return spec.launchType === 'FARGATE';
}

/**
 * The provider of the next task: the base first, then by weight. Undefined without a strategy.
 * Source: API_CapacityProviderStrategyItem.
 */
export function nextProvider(
  strategy: readonly CapacityProviderStrategyItem[] | undefined,
  tasks: readonly TaskRecord[],
): string | undefined {
  const used = (name: string | undefined) =>
    tasks.filter(({ capacityProviderName }) => capacityProviderName === name).length;
  const withBase = strategy?.find(({ capacityProvider, base }) => used(capacityProvider) < (base ?? 0));
  if (withBase) return withBase.capacityProvider;
  let best: CapacityProviderStrategyItem | undefined;
  const share = (item: CapacityProviderStrategyItem) =>
    (used(item.capacityProvider) - (item.base ?? 0) + 1) / (item.weight || 1);
  for (const item of strategy ?? []) {
    if ((item.weight ?? 0) > 0 && (!best || share(item) < share(best))) best = item;
  }
  return best?.capacityProvider ?? strategy?.[0]?.capacityProvider;
}

/** DescribeCapacityProviders, for the two that exist. */
export function describeCapacityProviders(
  input: DescribeCapacityProvidersRequest,
  { scope }: Call,
): DescribeCapacityProvidersResponse {
  const asked = input.capacityProviders?.length ? input.capacityProviders.map(lastPart) : fargateProviders;
  const capacityProviders: CapacityProvider[] = asked
    .filter((name) => fargateProviders.includes(name))
    .map((name) => ({
      capacityProviderArn: ecsArn(scope, `capacity-provider/${name}`),
      name,
      status: 'ACTIVE',
      type: name === 'FARGATE' ? 'FARGATE' : 'FARGATE_SPOT',
      tags: [],
    }));
  const failures = asked
    .filter((name) => !fargateProviders.includes(name))
    .map((name) => ({ arn: ecsArn(scope, `capacity-provider/${name}`), reason: 'MISSING' }));
  return { capacityProviders, failures };
}
