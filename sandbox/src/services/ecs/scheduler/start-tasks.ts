import type { Scope, World } from '../../../kernel/world.ts';
import { nextProvider, runsOnFargate } from '../capacity-strategy.ts';
import { definitionOf, serviceKey } from '../lookup.ts';
import type { ServiceRecord, TaskOwner } from '../state.ts';
import { launchRefusal } from '../tasks/launch-refusal.ts';
import { launchTask } from '../tasks/launch.ts';
import type { Assessed } from './assess.ts';
import { emitServiceAction } from './emitted-events.ts';
import { launchTags } from './launch-tags.ts';
import { reportRefusal } from './report-refusal.ts';
import { addEvent, addEventOnce, taskList } from './service-events.ts';
import { countStartFailure } from './task-outcomes.ts';
import { namedTaskSet } from './task-owner.ts';

/** Launches `count` tasks for the deployment or task set, as far as they can be placed, and says so in events. */
export function startTasks(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  owner: TaskOwner,
  count: number,
  assessed: Assessed,
): void {
  if (!runsOnFargate(owner.spec)) return reportNoInstances(world, service, owner);
  const definition = definitionOf(world, scope, owner.spec.taskDefinition);
  const siblings = [...assessed.keys()].filter((task) => task.deployment === owner.id);
  const started: string[] = [];
  const names = [service.name, serviceKey(service.cluster, service.name)];
  for (let i = 0; i < count; i++) {
    const refusal = launchRefusal(world, definition, undefined, names);
    if (refusal) {
      reportRefusal(world, service, owner, refusal);
      break;
    }
    const provider = nextProvider(owner.spec.capacityProviderStrategy, siblings);
    const task = launchTask(world, scope, {
      cluster: service.cluster,
      definition,
      group: `service:${service.name}`,
      startedBy: owner.id,
      service: serviceKey(service.cluster, service.name),
      deployment: owner.id,
      ...(provider === undefined ? {} : { capacityProviderName: provider }),
      ...(owner.spec.platformVersion === undefined ? {} : { platformVersion: owner.spec.platformVersion }),
      network: owner.spec.network ?? { subnets: [] },
      enableExecuteCommand: service.enableExecuteCommand,
      tags: launchTags(world, service, definition.taskDefinitionArn),
      siblings,
    });
    siblings.push(task);
    service.taskIds.push(task.id);
    started.push(task.id);
  }
  if (started.length === 0) return;
  const failing = [...assessed].filter(([task, { state }]) => state === 'unhealthy' && task.deployment === owner.id);
  const replaced = Math.min(failing.length, started.length);
  const why = replaced > 0 ? ` Amazon ECS replaced ${replaced} tasks due to an unhealthy status.` : '';
  const text = `has started ${started.length} tasks: ${taskList(started)}.${why}`;
  addEvent(world, service, text, namedTaskSet(service, owner.id));
}

/** The sandbox has no container instances. */
function reportNoInstances(world: World, service: ServiceRecord, owner: TaskOwner): void {
  const isNew = addEventOnce(
    world,
    service,
    'was unable to place a task because no container instance met all of its requirements. Reason: No Container ' +
      'Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
  );
  if (isNew) {
    const reason = 'No Container Instances were found in your cluster.';
    emitServiceAction(world, service, 'SERVICE_TASK_PLACEMENT_FAILURE', reason);
  }
  owner.failedTasks++;
  countStartFailure(world, service, world.clock.now());
}
