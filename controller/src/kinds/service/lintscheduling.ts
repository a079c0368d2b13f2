import type { ServiceSpec } from '../../api/service.ts';
import type { Finding } from '../../core/lint.ts';
import { mayRunOnFargate } from './capacity.ts';

/** Lint of how many tasks run, and on which container instances. */
export function lintScheduling(spec: ServiceSpec): readonly Finding[] {
  return [...(spec.schedulingStrategy === 'DAEMON' ? daemon(spec) : []), ...constraints(spec)];
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

/** The most constraints of a task, those of the service and of the task definition together. */
const MAX_CONSTRAINTS = 10;

function constraints({ placementConstraints = [], task }: ServiceSpec): readonly Finding[] {
  const count = placementConstraints.length + (task.placementConstraints ?? []).length;
  if (count <= MAX_CONSTRAINTS) return [];
  const message = `${count} placement constraints of service and task together; ECS takes ${MAX_CONSTRAINTS}`;
  return [{ code: 'LS1024', severity: 'error', path: '/placementConstraints', message }];
}
