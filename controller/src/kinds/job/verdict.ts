import type { Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { stopReason } from '../../ecs/stops.ts';

/** How a task ended. */
export type Verdict =
  | { readonly success: true }
  | { readonly success: false; readonly exit?: number; readonly reason: string };

/**
 * Success: the task stopped because an essential container exited, and every essential container exited with 0. A task
 * that somebody stopped, or that lost its capacity, has not done its work whatever its exit codes say.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export function verdictOn(task: Task, { containerDefinitions = [] }: TaskDefinition): Verdict {
  const essential = new Set(
    containerDefinitions.filter((container) => container.essential !== false).map((container) => container.name),
  );
  const codes = (task.containers ?? []).filter(({ name }) => essential.has(name)).map(({ exitCode }) => exitCode);
  const byItself = task.stopCode === undefined || task.stopCode === 'EssentialContainerExited';
  if (byItself && codes.length > 0 && codes.every((code) => code === 0)) return { success: true };
  const exit = codes.find((code) => code !== undefined && code !== 0);
  return { success: false, reason: stopReason(task), ...(exit === undefined ? {} : { exit }) };
}
