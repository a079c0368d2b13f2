import { ContinueServiceDeploymentCommand, DescribeServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from '../testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox();
  await on.register();
  await on.create();
  await on.until(isCompleted);
});
afterEach(() => on.close());

async function deployment() {
  const { currentServiceDeployment = '' } = await on.service();
  const { serviceDeployments } = await on.ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [currentServiceDeployment] }),
  );
  return serviceDeployments?.[0] ?? {};
}

async function deploy(stage: 'PRE_SCALE_UP' | 'POST_SCALE_UP'): Promise<void> {
  const lifecycleHooks = [{ targetType: 'PAUSE' as const, lifecycleStages: [stage] }];
  await on.ecs.send(
    new UpdateServiceCommand({
      cluster: 'main',
      service: 'web',
      forceNewDeployment: true,
      deploymentConfiguration: { lifecycleHooks },
    }),
  );
  await on.sandbox.advance(60_000);
}

async function proceed(action: 'CONTINUE' | 'ROLLBACK'): Promise<void> {
  const { serviceDeploymentArn, lifecycleHookDetails: [hook] = [] } = await deployment();
  await on.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId: hook?.hookId, action }));
}

test('a rolling deployment that pauses before it scales up starts no task until it is continued', async () => {
  await deploy('PRE_SCALE_UP');
  expect(await deployment()).toMatchObject({
    lifecycleStage: 'PRE_SCALE_UP',
    lifecycleHookDetails: [{ status: 'AWAITING_ACTION' }],
    targetServiceRevision: { runningTaskCount: 0, pendingTaskCount: 0 },
  });
  await proceed('CONTINUE');
  await on.until(isCompleted);
  expect(await deployment()).toMatchObject({ status: 'SUCCESSFUL', targetServiceRevision: { runningTaskCount: 2 } });
});

test('a rolling deployment that is rolled back at its pause goes back to the revision before', async () => {
  const { taskDefinition, currentServiceRevisions } = await on.service();
  await deploy('POST_SCALE_UP');
  await on.sandbox.advance(300_000);
  expect(await deployment()).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'POST_SCALE_UP' });
  await proceed('ROLLBACK');
  await on.sandbox.advance(300_000);
  expect(await deployment()).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason:
      'Service deployment rolled back because POST_SCALE_UP pause hook was rolled back by ContinueServiceDeployment.',
  });
  const after = await on.service();
  expect(after.taskDefinition).toBe(taskDefinition);
  expect(after.currentServiceRevisions?.map(({ arn }) => arn)).toEqual(currentServiceRevisions?.map(({ arn }) => arn));
});
