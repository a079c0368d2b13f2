import type { Scope, World } from '../../../kernel/world.ts';
import { definitionOf } from '../lookup.ts';
import { serviceTasks } from '../services/service-tasks.ts';
import type { ServiceRecord } from '../state.ts';
import { isLive, type TaskRecord, taskHealth } from '../task-record.ts';
import { targetOf } from '../tasks/targets.ts';
import { checkedContainers } from '../tasks/task-view.ts';
import type { SchedulableTask } from './decide.ts';

/** "will wait for 40 seconds after a task reaches a RUNNING state". Source: API_DeploymentConfiguration. */
const unprovenMs = 40_000;

/** What the scheduler thinks of a task. */
export interface Assessment {
  readonly state: SchedulableTask['state'];
  /** Why it is unhealthy: the task's stoppedReason, and the service event. */
  readonly failure?: { readonly stoppedReason: string; readonly event: string };
}

/** The live tasks of a service with what the scheduler thinks of them. */
export type Assessed = ReadonlyMap<TaskRecord, Assessment>;

/**
 * When a task counts as healthy or unhealthy: container health checks of essential containers, health of its targets,
 * both when it has both, 40 seconds of RUNNING when it has neither. Failures within the grace period do not count.
 * Sources: API_DeploymentConfiguration (minimumHealthyPercent), API_CreateService (healthCheckGracePeriodSeconds).
 */
export function assess(world: World, scope: Scope, service: ServiceRecord, task: TaskRecord): Assessment {
  if (task.lastStatus !== 'RUNNING') return { state: 'starting' };
  const runningForMs = world.clock.now() - (task.startedAt ?? 0);
  const inGrace = runningForMs < (service.healthCheckGracePeriodSeconds ?? 0) * 1000;
  const checked = checkedContainers(definitionOf(world, scope, task.taskDefinitionArn));
  const health = taskHealth(task, checked);
  if (health === 'UNHEALTHY') {
    if (inGrace) return { state: 'settling' };
    return {
      state: 'unhealthy',
      failure: {
        stoppedReason: 'Task failed container health checks',
        event: `(task ${task.id}) failed container health checks.`,
      },
    };
  }
  let proven = checked.length === 0 || health === 'HEALTHY';
  for (const registered of task.targets) {
    const target = world.ports.loadBalancing.health(scope, registered.targetGroupArn, targetOf(task, registered));
    if (target?.state === 'unhealthy' && !inGrace) {
      const group = `(target-group ${registered.targetGroupArn})`;
      const reason = target.description ?? 'Health checks failed';
      return {
        state: 'unhealthy',
        failure: {
          stoppedReason: `Task failed ELB health checks in ${group}`,
          event: `(task ${task.id}) (port ${registered.port}) is unhealthy in ${group} due to (reason ${reason}).`,
        },
      };
    }
    proven &&= target?.state === 'healthy';
  }
  if (checked.length === 0 && task.targets.length === 0) proven = runningForMs >= unprovenMs;
  return { state: proven ? 'healthy' : 'settling' };
}

/** The live tasks of one deployment or task set, by its id. The healthy ones have proven that its revision works. */
export function assessDeployment(world: World, scope: Scope, service: ServiceRecord, id: string): Assessed {
  const assessed = new Map<TaskRecord, Assessment>();
  for (const task of serviceTasks(world, scope, service)) {
    if (task.deployment !== id || !isLive(task)) continue;
    const assessment = assess(world, scope, service, task);
    if (assessment.state === 'healthy') task.provenHealthy = true;
    assessed.set(task, assessment);
  }
  return assessed;
}
