import type { TaskSet } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn } from '../arns.ts';
import { exactPlatformVersion } from '../platform-versions.ts';
import { serviceTasks } from '../services/service-tasks.ts';
import { specView } from '../services/spec-view.ts';
import type { ServiceRecord } from '../state.ts';
import { tagsOf } from '../tags.ts';
import { isPending } from '../task-record.ts';
import type { TaskSetRecord } from '../task-set-record.ts';

/** How many tasks of the set are RUNNING, and on their way there. */
export function taskSetCounts(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  { id }: Pick<TaskSetRecord, 'id'>,
): { readonly runningCount: number; readonly pendingCount: number } {
  const own = serviceTasks(world, scope, service).filter((task) => task.deployment === id);
  return {
    runningCount: own.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingCount: own.filter(isPending).length,
  };
}

/** The task set as DescribeTaskSets and DescribeServices answer it. Source: API_TaskSet. */
export function taskSetView(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  taskSet: TaskSetRecord,
  withTags: boolean,
): TaskSet {
  const { spec } = taskSet;
  return {
    id: taskSet.id,
    taskSetArn: taskSet.arn,
    serviceArn: service.arn,
    clusterArn: ecsArn(scope, `cluster/${service.cluster}`),
    startedBy: taskSet.startedBy,
    externalId: taskSet.externalId,
    status: taskSet.status,
    taskDefinition: spec.taskDefinition,
    computedDesiredCount: taskSet.computedDesiredCount,
    ...taskSetCounts(world, scope, service, taskSet),
    createdAt: new Date(taskSet.createdAt),
    updatedAt: new Date(taskSet.updatedAt),
    ...specView(spec),
    platformVersion: spec.platformVersion === undefined ? undefined : exactPlatformVersion(spec.platformVersion),
    loadBalancers: [...spec.loadBalancers],
    serviceRegistries: [...spec.serviceRegistries],
    scale: { value: taskSet.scale, unit: 'PERCENT' },
    stabilityStatus: taskSet.stability,
    stabilityStatusAt: new Date(taskSet.stabilityAt),
    tags: withTags ? tagsOf(world, taskSet.arn) : undefined,
  };
}
