import { failRollout } from '../scheduler/rollout.ts';
import { isOngoing } from '../service-deployment-record.ts';
import { judgeHooks, startHooks } from './hooks.ts';
import type { LifecycleStage } from './lifecycle-record.ts';
import type { On } from './on.ts';

/** Stages before a rolling deployment starts tasks. */
const before: readonly LifecycleStage[] = ['RECONCILE_SERVICE', 'PRE_SCALE_UP'];

/**
 * Calls the hooks of a rolling deployment that come before its tasks, and hears of those that were called. Of the stages
 * a rolling deployment has those without traffic: RECONCILE_SERVICE, PRE_SCALE_UP, SCALE_UP and POST_SCALE_UP.
 * Source: API_DeploymentLifecycleHook; https://aws.amazon.com/about-aws/whats-new/2026/05/amazon-ecs-pause-continue-deployments/
 * says that rolling deployments pause too.
 */
export function callRollingHooks(on: On): void {
  while (isActive(on) && before.includes(on.lifecycle.stage)) {
    if (!passes(on)) return;
    goTo(on, on.lifecycle.stage === 'RECONCILE_SERVICE' ? 'PRE_SCALE_UP' : 'SCALE_UP');
  }
}

/** Whether hooks keep the deployment from starting and stopping tasks. */
export function holdsTasks(on: On): boolean {
  return isActive(on) && before.includes(on.lifecycle.stage);
}

/** Everything is in place: whether the hooks that come then let the deployment be complete. */
export function passesLastHooks(on: On): boolean {
  if (!isActive(on)) return true;
  if (on.lifecycle.stage === 'SCALE_UP') goTo(on, 'POST_SCALE_UP');
  if (!passes(on)) return false;
  goTo(on, 'CLEAN_UP');
  return true;
}

/** A rollback of a rolling deployment calls no hooks: only those of the shift stages are called again. */
function isActive({ current }: On): boolean {
  return isOngoing(current) && current.rollback === undefined;
}

function goTo({ lifecycle, world }: On, stage: LifecycleStage): void {
  lifecycle.stage = stage;
  lifecycle.stageSince = world.clock.now();
  lifecycle.entered = false;
  lifecycle.hooks = [];
}

function passes(on: On): boolean {
  const { world, scope, service, lifecycle } = on;
  if (!lifecycle.entered) {
    lifecycle.entered = true;
    startHooks(on);
  }
  const hooks = judgeHooks(on);
  if (typeof hooks === 'object') {
    lifecycle.hooks = [];
    failRollout(world, scope, service, 'hook', true, hooks.failed);
  }
  return hooks === 'passed';
}
