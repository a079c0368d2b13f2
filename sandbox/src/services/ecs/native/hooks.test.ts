import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ContinueServiceDeploymentCommand,
  type DeploymentLifecycleHook,
  type ServiceDeployment,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { PutRuleCommand, EventBridgeClient, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { type SandboxOptions, startSandbox } from '../../../index.ts';
import { ecsSandboxOn, isCompleted } from '../testing/ecs-sandbox.ts';
import { type ShiftSandbox, shiftSandbox } from './testing/shift-sandbox.ts';

let on: ShiftSandbox;
afterEach(() => on.close());

const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
const hookRole = 'arn:aws:iam::111122223333:role/hooks';
const lambda = (name: string, ...lifecycleStages: NonNullable<DeploymentLifecycleHook['lifecycleStages']>) => ({
  hookTargetArn: functionArn(name),
  roleArn: hookRole,
  lifecycleStages,
});
const pause = (...lifecycleStages: NonNullable<DeploymentLifecycleHook['lifecycleStages']>) => ({
  targetType: 'PAUSE' as const,
  lifecycleStages,
});

/** A service that was deployed without hooks, and begins a deployment with these. */
async function deploying(
  lifecycleHooks: DeploymentLifecycleHook[],
  functions: SandboxOptions['functions'] = {},
  strategy: 'BLUE_GREEN' | 'LINEAR' = 'BLUE_GREEN',
): Promise<void> {
  on = await shiftSandbox({ functions });
  await on.register();
  const linear = strategy === 'LINEAR' ? { linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 } } : {};
  await on.deployed({ strategy, bakeTimeInMinutes: 0, ...linear });
  await on.update({ forceNewDeployment: true, deploymentConfiguration: { lifecycleHooks } });
}

const waits = ({ lifecycleHookDetails: [hook] = [] }: ServiceDeployment) => hook?.status === 'AWAITING_ACTION';

test('a Lambda hook that answers SUCCEEDED lets the deployment go on', async () => {
  await deploying([lambda('check', 'POST_SCALE_UP')], {
    check: { answer: { hookStatus: 'SUCCEEDED' }, afterMs: 20_000 },
  });
  const { lifecycleHookDetails } = await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'POST_SCALE_UP');
  expect(lifecycleHookDetails).toEqual([
    {
      hookId: expect.stringMatching(/^ecs-lambda-/),
      targetType: 'AWS_LAMBDA',
      targetArn: functionArn('check'),
      status: 'IN_PROGRESS',
      expiresAt: expect.any(Date),
      timeoutAction: 'ROLLBACK',
    },
  ]);
  await on.sandbox.advance(15_000);
  expect((await on.deployment()).lifecycleStage).toBe('POST_SCALE_UP');
  const { lifecycleHookDetails: later } = await on.untilSuccessful();
  expect(later).toBeUndefined();
});

test.each([
  [
    'answers FAILED',
    { answer: { hookStatus: 'FAILED' } },
    `Lifecycle hook target ${functionArn('check')} returned FAILED status.`,
  ],
  [
    'answers something else',
    { answer: { ok: true } },
    `ECS was unable to parse the response from ${functionArn('check')} due to HookStatus must not be null`,
  ],
  ['fails', { error: 'boom' }, `ECS was unable to invoke hook target ${functionArn('check')} due to boom`],
])('a Lambda hook that %s rolls the deployment back before users see green', async (_what, standIn, why) => {
  await deploying([lambda('check', 'POST_TEST_TRAFFIC_SHIFT')], { check: standIn });
  const before = await on.weights(on.productionRule);
  const done = await on.untilDeployment(({ status }) => status === 'ROLLBACK_SUCCESSFUL');
  expect(done.statusReason).toBe(
    `Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. ${why}`,
  );
  expect(await on.weights(on.productionRule)).toEqual(before);
  expect(await on.events()).toContain(
    '(service web) (deployment ecs-svc) deployment failed: hook execution failure(s) detected.',
  );
});

test('a Lambda hook that answers IN_PROGRESS is called again after its callBackDelay, or after 30 seconds', async () => {
  const answers = [
    { hookStatus: 'IN_PROGRESS' },
    { hookStatus: 'IN_PROGRESS', callBackDelay: 90 },
    { hookStatus: 'SUCCEEDED' },
  ];
  await deploying([lambda('check', 'PRE_SCALE_UP')], { check: { answers } });
  const began = on.sandbox.now();
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'SCALE_UP');
  expect(Math.round((on.sandbox.now() - began) / 1000)).toBeGreaterThanOrEqual(120);
  expect(Math.round((on.sandbox.now() - began) / 1000)).toBeLessThan(125);
});

test('a Lambda hook that never ends takes its timeout action', async () => {
  const timeoutConfiguration = { timeoutInMinutes: 5, action: 'CONTINUE' as const };
  await deploying([{ ...lambda('check', 'PRE_SCALE_UP'), timeoutConfiguration }], {
    check: { answer: { hookStatus: 'IN_PROGRESS' } },
  });
  const began = on.sandbox.now();
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'SCALE_UP');
  expect(Math.round((on.sandbox.now() - began) / 60_000)).toBe(5);
});

test('a pause hook waits for ContinueServiceDeployment', async () => {
  await deploying([pause('POST_TEST_TRAFFIC_SHIFT')]);
  const paused = await on.untilDeployment(waits);
  expect(paused).toMatchObject({
    lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
    targetServiceRevision: { requestedTestTrafficWeight: 100, requestedProductionTrafficWeight: 0 },
  });
  await on.sandbox.advance(3_600_000);
  const [hook] = (await on.deployment()).lifecycleHookDetails ?? [];
  expect(hook).toEqual({
    hookId: expect.stringMatching(/^ecs-pause-/),
    targetType: 'PAUSE',
    status: 'AWAITING_ACTION',
    expiresAt: expect.any(Date),
    timeoutAction: 'ROLLBACK',
  });
  const { serviceDeploymentArn } = paused;
  await on.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId: hook?.hookId }));
  await on.untilSuccessful();
});

test('a pause hook that is rolled back, or waits too long, rolls the deployment back', async () => {
  const timeoutConfiguration = { timeoutInMinutes: 10 };
  await deploying([{ ...pause('PRE_PRODUCTION_TRAFFIC_SHIFT'), timeoutConfiguration }]);
  const { serviceDeploymentArn, lifecycleHookDetails: [hook] = [] } = await on.untilDeployment(waits);
  const hookId = hook?.hookId;
  await on.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action: 'ROLLBACK' }));
  await on.untilDeployment(({ status }) => status === 'ROLLBACK_SUCCESSFUL');
  await expect(on.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId }))).rejects.toThrow(
    'Continuing a service deployment is not allowed for service deployment in terminal states.',
  );
  await on.update();
  await on.untilDeployment(waits);
  const { statusReason } = await on.untilDeployment(({ status }) => status === 'ROLLBACK_SUCCESSFUL');
  expect(statusReason).toBe(
    'Service deployment rolled back because PRE_PRODUCTION_TRAFFIC_SHIFT pause hook timed out.',
  );
});

test('ContinueServiceDeployment refuses hooks that do not wait', async () => {
  await deploying([pause('PRE_SCALE_UP')]);
  const { serviceDeploymentArn } = await on.untilDeployment(waits);
  const go = (hookId: string, arn = serviceDeploymentArn) =>
    on.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn: arn, hookId }));
  await expect(go('nothing')).rejects.toThrow('Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}');
  await expect(go('ecs-pause-other')).rejects.toThrow(
    'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
  );
  await expect(go('ecs-pause-other', `${serviceDeploymentArn}x`)).rejects.toMatchObject({
    name: 'ServiceDeploymentNotFoundException',
    message: 'The service deployment does not exist.',
  });
});

test('a pause hook before the production shift pauses at every step of LINEAR, with an id of its own', async () => {
  await deploying([pause('PRE_PRODUCTION_TRAFFIC_SHIFT')], {}, 'LINEAR');
  const ids = new Set<string>();
  const shares: unknown[] = [];
  for (let step = 0; step < 2; step++) {
    const { serviceDeploymentArn, targetServiceRevision, ...rest } = await on.untilDeployment(waits);
    const hookId = rest.lifecycleHookDetails?.[0]?.hookId ?? '';
    ids.add(hookId);
    shares.push(targetServiceRevision?.requestedProductionTrafficWeight);
    await on.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId }));
    await on.sandbox.advance(1);
  }
  expect(ids.size).toBe(2);
  expect(shares).toEqual([0, 50]);
  await on.untilSuccessful();
});

test('hooks of one stage run side by side, and all have to end', async () => {
  await deploying([pause('PRE_SCALE_UP'), lambda('check', 'PRE_SCALE_UP')], {
    check: { answer: { hookStatus: 'SUCCEEDED' }, afterMs: 1000 },
  });
  const { serviceDeploymentArn, lifecycleHookDetails = [] } = await on.untilDeployment(waits);
  expect(lifecycleHookDetails.map(({ status }) => status)).toEqual(['AWAITING_ACTION', 'IN_PROGRESS']);
  await on.sandbox.advance(10_000);
  const details = (await on.deployment()).lifecycleHookDetails ?? [];
  expect(details.map(({ status }) => status)).toEqual(['AWAITING_ACTION', 'SUCCEEDED']);
  await on.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId: details[0]?.hookId }));
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'SCALE_UP');
});

test('a rollback calls the hooks of the shift stages again, with the traffic going back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooks-'));
  const calls = join(folder, 'calls');
  const program = `
    let text = '';
    process.stdin.on('data', (part) => { text += part; });
    process.stdin.on('end', () => {
      require('node:fs').appendFileSync(process.argv[1], text + '\\n');
      process.stdout.write(JSON.stringify({ hookStatus: 'SUCCEEDED' }));
    });`;
  await deploying(
    [
      { ...lambda('note', 'PRODUCTION_TRAFFIC_SHIFT', 'TEST_TRAFFIC_SHIFT'), hookDetails: { bucket: 'b' } },
      pause('POST_PRODUCTION_TRAFFIC_SHIFT'),
    ],
    { note: { command: ['node', '-e', program, calls] } },
  );
  const { serviceDeploymentArn, targetServiceRevision, sourceServiceRevisions } = await on.untilDeployment(waits);
  await on.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
  await on.untilDeployment(({ status }) => status === 'ROLLBACK_SUCCESSFUL');
  const green = targetServiceRevision?.arn ?? '';
  const blue = sourceServiceRevisions?.[0]?.arn ?? '';
  const call = (lifecycleStage: string, testTrafficWeights: object, productionTrafficWeights: object) => ({
    executionId: expect.any(String),
    lifecycleStage,
    resourceArn: serviceDeploymentArn,
    executionDetails: {
      serviceArn: expect.stringContaining(':service/main/web'),
      targetServiceRevisionArn: green,
      testTrafficWeights,
      productionTrafficWeights,
    },
    hookDetails: { bucket: 'b' },
  });
  const heard = (await readFile(calls, 'utf8')).trim().split('\n');
  await rm(folder, { recursive: true });
  expect(heard.map((line) => JSON.parse(line) as unknown)).toEqual([
    call('TEST_TRAFFIC_SHIFT', { [green]: 100, [blue]: 0 }, {}),
    call('PRODUCTION_TRAFFIC_SHIFT', {}, { [green]: 100, [blue]: 0 }),
    call('PRODUCTION_TRAFFIC_SHIFT', {}, { [green]: 0, [blue]: 100 }),
    call('TEST_TRAFFIC_SHIFT', { [green]: 0, [blue]: 100 }, {}),
  ]);
});

test('a hook that was running at a snapshot is called again after its restore', async () => {
  const functions = { check: { answer: { hookStatus: 'SUCCEEDED' }, afterMs: 60_000 } };
  await deploying([lambda('check', 'PRE_SCALE_UP')], functions);
  await on.sandbox.advance(30_000);
  const folder = await mkdtemp(join(tmpdir(), 'hooks-'));
  await on.sandbox.snapshot(folder);
  await on.close();
  const again = { time: 'stepped', port: 0, runtime: 'simulated', restore: folder, functions } as const;
  const sandbox = await startSandbox(again);
  await rm(folder, { recursive: true });
  const restored = await ecsSandboxOn(sandbox);
  await restored.until(({ deployments = [] }) => deployments.length === 1 && isCompleted({ deployments }));
  expect((await restored.events()).at(-1)).toBe('(service web) has reached a steady state.');
  await restored.close();
});

test('EventBridge hears of every state of a hook', async () => {
  on = await shiftSandbox();
  const sqs = new SQSClient(on.client);
  const bridge = new EventBridgeClient(on.client);
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'hooks',
      Attributes: {
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: '*',
            },
          ],
        }),
      },
    }),
  );
  const pattern = { source: ['aws.ecs'], 'detail-type': ['ECS Hook State Change'] };
  await bridge.send(new PutRuleCommand({ Name: 'hooks', EventPattern: JSON.stringify(pattern) }));
  const Arn = 'arn:aws:sqs:eu-west-1:111122223333:hooks';
  await bridge.send(new PutTargetsCommand({ Rule: 'hooks', Targets: [{ Id: 'queue', Arn }] }));
  await on.register();
  await on.create({
    loadBalancers: [on.loadBalancer()],
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [pause('PRE_SCALE_UP')] },
  });
  const { serviceDeploymentArn, lifecycleHookDetails: [hook] = [] } = await on.untilDeployment(waits);
  await on.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId: hook?.hookId }));
  await on.sandbox.advance(5000);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  const heard = Messages.map(({ Body = '' }) => JSON.parse(Body) as { resources: string[]; detail: object });
  expect(heard.map(({ detail }) => detail)).toEqual([
    {
      eventType: 'INFO',
      eventName: 'HOOK_AWAITING_ACTION',
      hookId: hook?.hookId,
      hookType: 'PAUSE',
      expiresAt: expect.any(String),
      lifecycleStage: 'PRE_SCALE_UP',
      clusterArn: expect.stringContaining(':cluster/main'),
      serviceArn: expect.stringContaining(':service/main/web'),
      serviceDeploymentArn,
      updatedAt: expect.any(String),
    },
    expect.objectContaining({ eventName: 'HOOK_SUCCEEDED', hookId: hook?.hookId }),
  ]);
  expect(heard[0]?.resources).toEqual([serviceDeploymentArn]);
  sqs.destroy();
  bridge.destroy();
});
