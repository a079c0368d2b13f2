import type { World } from '../../../kernel/world.ts';
import { type ProcessListener, ProcessHost, type ProcessSpec } from '../../../runtime/process-host.ts';
import type { ContainerRecord } from '../task-record.ts';

/** The local processes that stand in for containers, by the container's runtime id. */
export class ContainerProcesses {
  readonly host = new ProcessHost();
  private readonly local = new Set<string>();

  start(container: ContainerRecord, spec: Omit<ProcessSpec, 'key'>, listener: ProcessListener): void {
    this.local.add(container.runtimeId);
    this.host.start({ ...spec, key: container.runtimeId }, listener);
  }

  /** Whether a local process was started for it, by this sandbox process. */
  isLocal(container: ContainerRecord): boolean {
    return this.local.has(container.runtimeId);
  }

  stop(container: ContainerRecord, signal: 'SIGTERM' | 'SIGKILL'): void {
    this.host.stop(container.runtimeId, signal);
  }

  ended(container: ContainerRecord): void {
    this.local.delete(container.runtimeId);
  }
}

/** The container processes of this sandbox. */
export function processes(world: World): ContainerProcesses {
  return world.local('ecs/processes', () => new ContainerProcesses());
}
