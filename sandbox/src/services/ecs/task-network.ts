import { own } from '../../kernel/own.ts';
import type { Backend, TaskNetwork } from '../../kernel/ports.ts';
import type { World } from '../../kernel/world.ts';
import { containerDefinition } from './tasks/containers.ts';
import { simulatedHealth } from './tasks/health-checks.ts';
import { processes } from './tasks/processes.ts';
import { definitionOf } from './lookup.ts';
import { ecsState } from './state.ts';

/** Where the tasks of this world answer: local processes on loopback, simulated ones by their script. */
export function taskNetworkPort(world: World): TaskNetwork {
  return {
    backend(scope, target): Backend | undefined {
      const state = ecsState(world, scope);
      const task = own(state.tasks, own(state.addresses, target.id));
      if (!task) return undefined;
      const definition = definitionOf(world, scope, task.taskDefinitionArn);
      for (const container of task.containers) {
        const { portMappings = [] } = containerDefinition(definition, container.name);
        if (
          container.lastStatus !== 'RUNNING' ||
          !portMappings.some(({ containerPort }) => containerPort === target.port)
        ) {
          continue;
        }
        if (!processes(world).isLocal(container)) {
          return { kind: 'scripted', status: simulatedHealth(world, container).status };
        }
        if (container.localPort !== undefined) return { kind: 'http', host: '127.0.0.1', port: container.localPort };
      }
      return undefined;
    },
  };
}
