import type { Scope, World } from '../../../kernel/world.ts';
import { definitionOf } from '../lookup.ts';
import { type Assessed, assessDeployment, type Assessment } from '../scheduler/assess.ts';
import { decide } from '../scheduler/decide.ts';
import { emitServiceAction } from '../scheduler/emitted-events.ts';
import { addEvent, repeatAfterMs } from '../scheduler/service-events.ts';
import { startTasks } from '../scheduler/start-tasks.ts';
import { stopTasks } from '../scheduler/stop-tasks.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import { serviceTasks } from '../services/service-tasks.ts';
import type { ServiceRecord } from '../state.ts';
import { isServing, taskHealth, type TaskRecord } from '../task-record.ts';
import { type TaskSetRecord, wantedCount } from '../task-set-record.ts';
import { targetOf } from '../tasks/targets.ts';
import { checkedContainers } from '../tasks/task-view.ts';
import { taskSetCounts } from './task-set-view.ts';

/** Time between two looks at a service whose task sets are on their way, in milliseconds. */
const busyPollMs = 5_000;

/** Time between two looks at the target health of steady task sets, in milliseconds. */
const steadyPollMs = 15_000;

/**
 * One pass of the service scheduler over the task sets of a service: each has as many tasks as its scale says, failed
 * ones are replaced, and drained sets go. Minimum and maximum percent are not used: API_DeploymentConfiguration.
 */
export function scheduleTaskSets(world: World, scope: Scope, service: ServiceRecord): void {
  for (const taskSet of service.taskSets) {
    compute(world, service, taskSet);
    const assessed = assessDeployment(world, scope, service, taskSet.id);
    keepCount(world, scope, service, taskSet, assessed);
    judgeStability(world, scope, service, taskSet, assessed);
  }
  dropDrained(world, scope, service);
  reportSteadyState(world, service);
  const balanced = service.taskSets.some(({ spec }) => spec.loadBalancers.length > 0);
  const rested = balanced ? steadyPollMs : repeatAfterMs;
  wakeScheduler(world, scope, service, service.steady ? rested : busyPollMs);
}

/** Brings the computed desired count up to date. The words are those of AWS's example of DescribeServices. */
function compute(world: World, service: ServiceRecord, taskSet: TaskSetRecord): void {
  const wanted = wantedCount(service, taskSet);
  if (taskSet.computedDesiredCount === wanted) return;
  taskSet.computedDesiredCount = wanted;
  taskSet.updatedAt = world.clock.now();
  service.steady = false;
  addEvent(world, service, `updated computedDesiredCount for taskSet ${taskSet.id} to ${wanted}.`);
}

/** Starts and stops tasks of the set: as in a service whose only deployment it is. */
function keepCount(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  taskSet: TaskSetRecord,
  assessed: Assessed,
): void {
  const now = world.clock.now();
  const decision = decide({
    desiredCount: taskSet.computedDesiredCount,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    tasks: [...assessed].map(([task, { state }]) => ({
      id: task.id,
      primary: true,
      state,
      protected: (task.protectedUntil ?? 0) > now,
      availabilityZone: task.availabilityZone,
    })),
    mayStart: now >= service.launchNotBefore,
    stalled: false,
  });
  if (decision.stop.length > 0 || decision.start > 0) service.steady = false;
  stopTasks(world, scope, service, decision.stop, assessed, `deployment ${taskSet.id}`, taskSet.id);
  if (decision.start > 0) startTasks(world, scope, service, taskSet, decision.start, assessed);
}

/**
 * Source: API_TaskSet (stabilityStatus), and for targets of a target group that no listener uses the CodeDeploy user
 * guide, "Troubleshoot Amazon ECS deployment issues": nothing checks them before traffic is shifted to them. The words are
 * those of AWS's example of DescribeServices.
 */
function judgeStability(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  taskSet: TaskSetRecord,
  assessed: Assessed,
): void {
  const { runningCount, pendingCount } = taskSetCounts(world, scope, service, taskSet);
  const steady =
    taskSet.status !== 'DRAINING' &&
    runningCount === taskSet.computedDesiredCount &&
    pendingCount === 0 &&
    [...assessed].every(([task, assessment]) => isHealthy(world, scope, task, assessment));
  const stability = steady ? 'STEADY_STATE' : 'STABILIZING';
  taskSet.stabilityAt = world.clock.now();
  if (taskSet.stability === stability) return;
  taskSet.stability = stability;
  if (!steady) return;
  addEvent(world, service, 'updated state to STEADY_STATE.', taskSet.id);
  emitServiceAction(world, service, 'TASKSET_STEADY_STATE', undefined, taskSet.arn);
}

/** Whether everything that checks the task's health by now finds it healthy. */
function isHealthy(world: World, scope: Scope, task: TaskRecord, { state }: Assessment): boolean {
  if (state !== 'settling') return state === 'healthy';
  const checked = checkedContainers(definitionOf(world, scope, task.taskDefinitionArn));
  if (checked.length > 0 && taskHealth(task, checked) !== 'HEALTHY') return false;
  const { loadBalancing } = world.ports;
  return task.targets.every(
    (registered) =>
      loadBalancing.health(scope, registered.targetGroupArn, targetOf(task, registered))?.state === 'unused',
  );
}

/** A DRAINING task set is gone when its last task has left its target group. */
function dropDrained(world: World, scope: Scope, service: ServiceRecord): void {
  const serving = new Set(
    serviceTasks(world, scope, service)
      .filter(isServing)
      .map((task) => task.deployment),
  );
  for (const { id, arn, status } of service.taskSets) {
    if (status !== 'DRAINING' || serving.has(id)) continue;
    service.taskSets = service.taskSets.filter((taskSet) => taskSet.id !== id);
    service.deployments = service.deployments.filter((deployment) => deployment.id !== id);
    world.resources.remove(arn);
  }
}

/** All task sets are steady: so is the service, and says it again every six hours. */
function reportSteadyState(world: World, service: ServiceRecord): void {
  const now = world.clock.now();
  if (!service.taskSets.every(({ stability }) => stability === 'STEADY_STATE')) {
    service.steady = false;
    return;
  }
  if (service.steady && now - service.lastSteadyEventAt < repeatAfterMs) return;
  service.steady = true;
  service.lastSteadyEventAt = now;
  addEvent(world, service, 'has reached a steady state.');
  emitServiceAction(world, service, 'SERVICE_STEADY_STATE');
}
