import type { Container, Task } from '@aws-sdk/client-ecs';

/**
 * Why a task stopped, in the words of ECS. The container that failed says more than "Essential container in task exited".
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html
 */
export function stopReason(task: Task): string {
  const failed = (task.containers ?? []).find(isFailed);
  const container = failed && containerInWords(failed);
  const reason = task.stoppedReason ?? 'no reason given';
  return container !== undefined && /essential container/i.test(reason)
    ? container
    : [reason, container].filter(Boolean).join(', ');
}

function isFailed(container: Container): boolean {
  return (container.exitCode !== undefined && container.exitCode !== 0) || container.reason !== undefined;
}

function containerInWords({ name, exitCode, reason }: Container): string {
  const exit = exitCode === undefined ? undefined : `exit ${exitCode}`;
  return `${[exit, reason].filter(Boolean).join(' ')} in container ${name ?? 'without a name'}`;
}
