import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { callFunction, isCalling } from './hook-call.ts';
import { emitHookChange, endHook } from './hook-events.ts';
import type { HookRecord } from './lifecycle-record.ts';
import type { On } from './on.ts';

/** How long a hook is waited for when its timeoutConfiguration says nothing, in minutes. */
const defaultTimeoutMinutes = 1440;

/** Calls the hooks of the stage, all of them at once. Source: "Pause hooks for Amazon ECS service deployments". */
export function startHooks(on: On): void {
  const { current, lifecycle } = on;
  const hooks = current.deploymentConfiguration.lifecycleHooks ?? [];
  const here = hooks.filter(({ lifecycleStages }) => lifecycleStages?.some((stage) => stage === lifecycle.stage));
  lifecycle.hooks = here.map((hook) => newHook(on, hook));
  for (const hook of lifecycle.hooks) emitHookChange(on, hook);
}

/** What has become of the stage's hooks, after functions that are due were called and hooks that are late timed out. */
export function judgeHooks(on: On): 'waiting' | 'passed' | { readonly failed: string } {
  const { world, lifecycle } = on;
  const now = world.clock.now();
  for (const hook of lifecycle.hooks) {
    if (hook.status !== 'IN_PROGRESS' && hook.status !== 'AWAITING_ACTION') continue;
    if (now >= hook.expiresAt) endHook(on, hook, 'TIMED_OUT');
    else if (hook.callAt !== undefined && now >= hook.callAt && !isCalling(on, hook)) callFunction(on, hook);
  }
  const failed = lifecycle.hooks.map((hook) => failureOf(on, hook)).find((words) => words !== undefined);
  if (failed !== undefined) return { failed };
  return lifecycle.hooks.every(isOver) ? 'passed' : 'waiting';
}

/** When something is due next for the stage's hooks, in milliseconds since the epoch; undefined when nothing is. */
export function nextHookDue({ hooks }: { readonly hooks: readonly HookRecord[] }): number | undefined {
  const due = hooks
    .filter((hook) => !isOver(hook))
    .flatMap(({ expiresAt, callAt }) => [expiresAt, callAt ?? expiresAt]);
  return due.length === 0 ? undefined : Math.min(...due);
}

function newHook({ world }: On, hook: DeploymentLifecycleHook): HookRecord {
  const { targetType = 'AWS_LAMBDA', hookTargetArn, roleArn, hookDetails } = hook;
  const { timeoutInMinutes = defaultTimeoutMinutes, action = 'ROLLBACK' } = hook.timeoutConfiguration ?? {};
  const now = world.clock.now();
  const pause = targetType === 'PAUSE';
  return {
    hookId: `ecs-${pause ? 'pause' : 'lambda'}-${world.id(43)}`,
    targetType,
    ...(hookTargetArn && !pause ? { targetArn: hookTargetArn } : {}),
    ...(roleArn && !pause ? { roleArn } : {}),
    executionId: world.uuid(),
    expiresAt: now + timeoutInMinutes * 60_000,
    timeoutAction: action,
    status: pause ? 'AWAITING_ACTION' : 'IN_PROGRESS',
    ...(pause ? {} : { callAt: now }),
    ...(hookDetails === undefined ? {} : { details: hookDetails }),
  };
}

/** SUCCEEDED, or late with a timeoutAction of CONTINUE; or failed. */
function isOver({ status }: HookRecord): boolean {
  return status !== 'IN_PROGRESS' && status !== 'AWAITING_ACTION';
}

/** Words: "Troubleshooting Amazon ECS blue/green deployments" (lifecycle hook issues). */
function failureOf({ lifecycle }: On, hook: HookRecord): string | undefined {
  const { stage } = lifecycle;
  if (hook.status === 'TIMED_OUT' && hook.timeoutAction === 'ROLLBACK') {
    return hook.targetType === 'PAUSE'
      ? `Service deployment rolled back because ${stage} pause hook timed out.`
      : `Service deployment rolled back because ${stage} lifecycle hook(s) failed. Lifecycle hook target ${hook.targetArn} timed out.`;
  }
  if (hook.status !== 'FAILED') return undefined;
  return hook.targetType === 'PAUSE'
    ? `Service deployment rolled back because ${stage} pause hook was rolled back by ContinueServiceDeployment.`
    : `Service deployment rolled back because ${stage} lifecycle hook(s) failed. ${hook.problem}`;
}
