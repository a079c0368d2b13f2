import type { World } from '../../../kernel/world.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import { endHook } from './hook-events.ts';
import type { HookRecord } from './lifecycle-record.ts';
import { deploymentOf, lifecycleOf, type On, sessionArn } from './on.ts';

/** "By default, the delay is 30 seconds." Source: "Lambda hooks for Amazon ECS service deployments". */
const defaultDelaySeconds = 30;

/** Whether the function of the hook is running now, in this process. */
export function isCalling({ world }: On, { hookId }: HookRecord): boolean {
  return callsOf(world).has(hookId);
}

/**
 * Calls the function of a Lambda hook; what it answers is noted when it has come.
 * Sources: "Lambda hooks for Amazon ECS service deployments"; for the words of failures "Troubleshooting Amazon ECS
 * blue/green deployments".
 */
export function callFunction(on: On, hook: HookRecord): void {
  const { world, scope } = on;
  const target = hook.targetArn ?? '';
  const roleArn = hook.roleArn ?? '';
  if (!world.ports.identity.assumableBy(roleArn, 'ecs.amazonaws.com')) {
    return endHook(on, hook, 'FAILED', `ECS was unable to assume role ${roleArn}`);
  }
  const session = sessionArn(roleArn, 'ECS-Lambda-Execution');
  const refusal = world.ports.identity.refusal(session, 'lambda:InvokeFunction', target);
  if (refusal !== undefined) return endHook(on, hook, 'FAILED', notInvoked(target, refusal));
  const calls = callsOf(world);
  calls.add(hook.hookId);
  void world.ports.functions.invoke(scope, target, payloadOf(on, hook)).then((result) => {
    calls.delete(hook.hookId);
    noteAnswer(on, hook.hookId, result);
  });
}

/** Hooks whose functions are running, by id. A restored world calls them again. */
function callsOf(world: World): Set<string> {
  return world.local('ecs/hookCalls', () => new Set<string>());
}

/** Notes what the function answered, unless the deployment has gone on without it. */
function noteAnswer(
  { world, scope, service, current }: On,
  hookId: string,
  result: { readonly answer: unknown } | { readonly error: string },
): void {
  const on = lifecycleOf(world, scope, service);
  const hook = on?.lifecycle.hooks.find((candidate) => candidate.hookId === hookId);
  if (!on || on.current !== current || hook?.status !== 'IN_PROGRESS') return;
  if ('error' in result) endHook(on, hook, 'FAILED', notInvoked(hook.targetArn ?? '', result.error));
  else apply(on, hook, result.answer);
  wakeScheduler(world, scope, service, 0);
}

function apply(on: On, hook: HookRecord, answer: unknown): void {
  const { hookStatus, callBackDelay, hookDetails } = asObject(answer);
  if (hookStatus === 'SUCCEEDED') return endHook(on, hook, 'SUCCEEDED');
  if (hookStatus === 'FAILED') {
    return endHook(on, hook, 'FAILED', `Lifecycle hook target ${hook.targetArn} returned FAILED status.`);
  }
  if (hookStatus !== 'IN_PROGRESS') {
    const why = 'HookStatus must not be null';
    return endHook(on, hook, 'FAILED', `ECS was unable to parse the response from ${hook.targetArn} due to ${why}`);
  }
  const delay = typeof callBackDelay === 'number' && callBackDelay >= 0 ? callBackDelay : defaultDelaySeconds;
  hook.callAt = on.world.clock.now() + delay * 1000;
  if (hookDetails !== undefined) hook.details = { ...asObject(hook.details), ...asObject(hookDetails) };
}

function payloadOf(on: On, hook: HookRecord): object {
  const { current, lifecycle } = on;
  return {
    executionId: hook.executionId,
    lifecycleStage: lifecycle.stage,
    resourceArn: current.arn,
    executionDetails: {
      serviceArn: current.serviceArn,
      targetServiceRevisionArn: current.targetRevisionArn,
      testTrafficWeights: lifecycle.stage === 'TEST_TRAFFIC_SHIFT' ? split(on, lifecycle.test) : {},
      productionTrafficWeights: /(?:^|PRE_)PRODUCTION_TRAFFIC_SHIFT$/.test(lifecycle.stage)
        ? split(on, lifecycle.production)
        : {},
    },
    ...(hook.details === undefined ? {} : { hookDetails: hook.details }),
  };
}

/** Percent of the traffic by revision ARN; empty when the service has no traffic that ECS shifts. */
function split(on: On, green: number): Record<string, number> {
  if (!on.lifecycle.shifts) return {};
  const blue = deploymentOf(on, on.lifecycle.blue);
  return { [on.current.targetRevisionArn]: green, ...(blue ? { [blue.revisionArn]: 100 - green } : {}) };
}

function notInvoked(target: string, why: string): string {
  return `ECS was unable to invoke hook target ${target} due to ${why}`;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
