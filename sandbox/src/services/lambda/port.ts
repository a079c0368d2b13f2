import { own } from '../../kernel/own.ts';
import type { Functions } from '../../kernel/ports.ts';
import type { FunctionStandIn, Scope, World } from '../../kernel/world.ts';
import { functionRuns, runCommand } from './runtime.ts';

/** Functions, for the hooks of deployments: what the settings name stands in for them. There is no API of Lambda. */
export function functionsPort(world: World): Functions {
  return {
    exists: (_scope, nameOrArn) => standInFor(world, nameOrArn) !== undefined,
    async invoke(scope, nameOrArn, payload) {
      const standIn = standInFor(world, nameOrArn);
      if (!standIn) return { error: `Function not found: ${nameOrArn}` };
      if ('error' in standIn) return { error: standIn.error };
      if ('command' in standIn) return runCommand(world, scope, functionName(nameOrArn), standIn, payload);
      if ('lifecycle' in standIn) return reportLater(world, scope, standIn, payload);
      return { answer: await answerLater(world, scope, functionName(nameOrArn), standIn) };
    },
  };
}

/**
 * The name in a function's name or ARN, with or without a version or alias.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-request-FunctionName
 */
export function functionName(nameOrArn: string): string {
  const [, ofArn] = /(?:^|:)function:([^:]+)/.exec(nameOrArn) ?? [];
  return ofArn ?? nameOrArn.split(':')[0] ?? nameOrArn;
}

function standInFor(world: World, nameOrArn: string): FunctionStandIn | undefined {
  return own(world.settings.functions, functionName(nameOrArn));
}

/** The function reports to CodeDeploy by itself; what it answers nobody reads. */
function reportLater(
  world: World,
  scope: Scope,
  { lifecycle, afterMs = 0 }: Extract<FunctionStandIn, { lifecycle: unknown }>,
  payload: object,
): { readonly answer: unknown } {
  const { DeploymentId, LifecycleEventHookExecutionId } = payload as Readonly<Record<string, unknown>>;
  world.timers.set(scope, 'codedeploy/hookReport', afterMs, {
    deploymentId: DeploymentId,
    executionId: LifecycleEventHookExecutionId,
    status: lifecycle,
  });
  return { answer: null };
}

/** One answer or the next of several, when sandbox time has come so far. */
function answerLater(
  world: World,
  scope: Scope,
  name: string,
  standIn: Extract<FunctionStandIn, { afterMs?: number }> & ({ answer: unknown } | { answers: readonly unknown[] }),
): Promise<unknown> {
  return new Promise((resolve) => {
    const runs = functionRuns(world);
    const answer = 'answer' in standIn ? standIn.answer : standIn.answers[nextOf(world, scope, name, standIn.answers)];
    const run = runs.add(() => resolve(answer));
    world.timers.set(scope, 'lambda/answer', standIn.afterMs ?? 0, { run });
  });
}

/** Which of the answers is next: one after the other, the last one again and again. */
function nextOf(world: World, scope: Scope, name: string, answers: readonly unknown[]): number {
  const { calls } = world.slice<{ calls: Record<string, number> }>(scope, 'lambda', () => ({ calls: {} }));
  const before = own(calls, name) ?? 0;
  calls[name] = before + 1;
  return Math.min(before, answers.length - 1);
}
