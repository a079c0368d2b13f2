import type { HookRecord } from './lifecycle-record.ts';
import type { On } from './on.ts';

/** Names of the events by the state that they tell of, and their kind. */
const events = {
  IN_PROGRESS: { eventName: 'HOOK_IN_PROGRESS', eventType: 'INFO' },
  AWAITING_ACTION: { eventName: 'HOOK_AWAITING_ACTION', eventType: 'INFO' },
  SUCCEEDED: { eventName: 'HOOK_SUCCEEDED', eventType: 'INFO' },
  FAILED: { eventName: 'HOOK_FAILED', eventType: 'ERROR' },
  TIMED_OUT: { eventName: 'HOOK_TIMED_OUT', eventType: 'ERROR' },
} as const;

/**
 * Tells EventBridge of the state that a lifecycle hook is in now.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_hook_state_change_events.html
 */
export function emitHookChange(on: On, hook: HookRecord): void {
  const { world, scope, current, lifecycle } = on;
  world.ports.events.emit(scope, () => ({
    source: 'aws.ecs',
    detailType: 'ECS Hook State Change',
    resources: [current.arn],
    detail: {
      ...events[hook.status],
      hookId: hook.hookId,
      hookType: hook.targetType,
      expiresAt: iso(hook.expiresAt),
      lifecycleStage: lifecycle.stage,
      clusterArn: current.clusterArn,
      serviceArn: current.serviceArn,
      serviceDeploymentArn: current.arn,
      updatedAt: new Date(world.clock.now()).toISOString(),
    },
  }));
}

/** The hook reached its end: tells EventBridge. `problem` is why it failed. */
export function endHook(
  on: On,
  hook: HookRecord,
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT',
  problem?: string,
): void {
  hook.status = status;
  delete hook.callAt;
  if (problem !== undefined) hook.problem = problem;
  emitHookChange(on, hook);
}

/** To the second, as the guide's example has it. */
function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
