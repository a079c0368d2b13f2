import type { Scope, World } from '../../../kernel/world.ts';
import type { TaskRecord } from '../task-record.ts';
import { taskView } from './task-view.ts';

/**
 * Tells EventBridge that the task, or a container of it, is in another state. The detail resembles what DescribeTasks
 * answers, with times as texts. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export function emitTaskChange(world: World, scope: Scope, task: TaskRecord): void {
  world.ports.events.emit(scope, () => {
    const { tags: _, attachments = [], ...view } = taskView(world, scope, task, false);
    return {
      source: 'aws.ecs',
      detailType: 'ECS Task State Change',
      resources: [task.arn],
      detail: {
        ...view,
        attachments: attachments.map((attachment) => ({ ...attachment, type: 'eni' })),
        updatedAt: new Date(world.clock.now()),
      },
    };
  });
}
