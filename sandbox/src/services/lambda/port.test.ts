import { afterEach, expect, test } from 'vitest';
import type { FunctionStandIn, Scope } from '../../kernel/world.ts';
import { SteppedClock } from '../../kernel/sandbox-clock.ts';
import { SandboxWorld } from '../../kernel/sandbox-world.ts';
import { portsOf } from '../index.ts';
import { functionName } from './port.ts';
import { functionRuns, functionRuntime } from './runtime.ts';

const scope: Scope = { accountId: '111122223333', region: 'eu-west-1' };

let world: SandboxWorld;
afterEach(() => functionRuntime.close(world));

/** A world with one function. */
function withFunction(standIn: FunctionStandIn): SandboxWorld {
  world = new SandboxWorld(
    new SteppedClock(0),
    {
      runtime: 'simulated',
      throttle: false,
      consistencyLagMs: 0,
      iam: 'off',
      seed: 1,
      cloudTrail: {},
      images: {},
      behaviours: {},
      functions: { check: standIn },
    },
    portsOf,
  );
  return world;
}

function invoke(payload: object = {}, name = 'check') {
  return world.ports.functions.invoke(scope, name, payload);
}

/** Ends the run whose timer is next, and gives when it was due. */
function runTimer(): number {
  const timer = world.timers.take(Number.POSITIVE_INFINITY);
  functionRuntime.timers['lambda/answer'](timer?.payload as { run: string }, scope, world);
  return timer?.due ?? -1;
}

test('a function is named by its name or its ARN, with or without a version', () => {
  const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:check';
  expect(['check', 'check:live', arn, `${arn}:7`, '111122223333:function:check'].map(functionName)).toEqual(
    Array(5).fill('check'),
  );
  const { functions } = withFunction({ answer: 1 }).ports;
  expect([functions.exists(scope, arn), functions.exists(scope, 'constructor')]).toEqual([true, false]);
});

test('a scripted function answers when sandbox time has come so far', async () => {
  withFunction({ answer: { hookStatus: 'SUCCEEDED' }, afterMs: 5000 });
  const answered = invoke();
  expect(runTimer()).toBe(5000);
  expect(await answered).toEqual({ answer: { hookStatus: 'SUCCEEDED' } });
});

test('a scripted function gives one answer after the other, the last one again and again', async () => {
  withFunction({ answers: ['IN_PROGRESS', 'SUCCEEDED'] });
  const seen: unknown[] = [];
  for (let call = 0; call < 3; call++) {
    const answered = invoke();
    runTimer();
    seen.push(await answered);
  }
  expect(seen).toEqual([{ answer: 'IN_PROGRESS' }, { answer: 'SUCCEEDED' }, { answer: 'SUCCEEDED' }]);
});

test('a function that fails, and one that is not there, are errors', async () => {
  withFunction({ error: 'boom' });
  expect(await invoke()).toEqual({ error: 'boom' });
  expect(await invoke({}, 'other')).toEqual({ error: 'Function not found: other' });
});

test('a command reads the event and prints its answer, with the variables of Lambda and nothing of ours', async () => {
  const program =
    'let t="";process.stdin.on("data",d=>t+=d).on("end",()=>console.log(JSON.stringify([JSON.parse(t),process.env])))';
  withFunction({ command: ['node', '-e', program], env: { COLOUR: 'blue' } });
  functionRuns(world).url = 'http://127.0.0.1:1';
  const result = await invoke({ id: 7 });
  if (!('answer' in result)) throw new Error(result.error);
  const [event, env] = result.answer as [object, Record<string, string>];
  expect(event).toEqual({ id: 7 });
  expect(env).toMatchObject({
    AWS_LAMBDA_FUNCTION_NAME: 'check',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    COLOUR: 'blue',
  });
  expect(Object.keys(env)).not.toContain('VITEST');
});

test.each([
  [
    'a command that exits with another code than 0 fails with its last line',
    'console.error("no\\nbad");process.exit(3)',
    'bad',
  ],
  [
    'a command that prints no JSON fails and says so',
    'console.log("hello")',
    'check must print its answer as JSON, it printed: hello',
  ],
])('%s', async (_what, program, error) => {
  withFunction({ command: ['node', '-e', program] });
  expect(await invoke()).toEqual({ error });
});

test('a command that cannot start fails with the reason', async () => {
  withFunction({ command: ['/no/such/program'] });
  expect(await invoke()).toEqual({ error: expect.stringContaining('ENOENT') });
});
