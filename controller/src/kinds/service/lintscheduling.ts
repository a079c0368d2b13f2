import type { ServiceSpec } from '../../api/service.ts';
import type { Finding } from '../../core/lint.ts';
import { mayRunOnFargate } from '../../ecs/capacity.ts';

/** Lint of how many tasks run. */
export function lintScheduling(spec: ServiceSpec): readonly Finding[] {
  return spec.schedulingStrategy === 'DAEMON' ? daemon(spec) : [];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, schedulingStrategy */
function daemon(spec: ServiceSpec): readonly Finding[] {
  const { placementStrategy = [], capacityProviderStrategy = [], deployment } = spec;
  const refused: readonly (readonly [path: string, isSo: boolean, why: string])[] = [
    ['/schedulingStrategy', mayRunOnFargate(spec), 'Fargate has no container instances to run one task on each of'],
    ['/placementStrategy', placementStrategy.length > 0, 'one task runs on each instance: there is nothing to choose'],
    [
      '/capacityProviderStrategy',
      capacityProviderStrategy.length > 0,
      'ECS takes no capacity providers for it: leave the strategy out, or set launchType',
    ],
    [
      '/deployment/rolling/maximumPercent',
      (deployment?.rolling?.maximumPercent ?? 0) > 100,
      'an instance runs one task: more than 100 percent cannot be',
    ],
  ];
  return refused.flatMap(([path, isSo, why]): readonly Finding[] =>
    isSo
      ? [{ code: 'LS1020', severity: 'error', path, message: `not with the scheduling strategy DAEMON: ${why}` }]
      : [],
  );
}
