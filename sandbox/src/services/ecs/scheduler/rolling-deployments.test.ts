import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from '../testing/ecs-sandbox.ts';

const behaviours = {
  crashing: { exitAfterMs: 500, exitCode: 3 },
  unhealthy: { healthyAfterMs: 'never' as const },
  late: { exitAfterMs: 300_000, exitCode: 1 },
};
const healthCheck = { command: ['CMD-SHELL', 'curl -f http://localhost/'], interval: 5, retries: 2 };

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox({ behaviours });
  await on.register();
});
afterEach(() => on.close());

const update = (input: object) => on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', ...input }));
const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };

async function serviceDeployment() {
  const { currentServiceDeployment = '' } = await on.service();
  const { serviceDeployments } = await on.ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [currentServiceDeployment] }),
  );
  return serviceDeployments?.[0];
}

describe('a rolling deployment', () => {
  test('starts the tasks, completes, and reports the steady state', async () => {
    await on.create();
    await on.until(isCompleted);
    expect(await on.events()).toEqual([
      '(service web) has started 2 tasks: (task) (task).',
      '(service web) (deployment ecs-svc) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
    await waitUntilServicesStable({ client: on.ecs, maxWaitTime: 30 }, { cluster: 'main', services: ['web'] });
  });

  test('a task without health checks counts after 40 seconds of RUNNING', async () => {
    await on.create({ desiredCount: 1 });
    await on.until(({ runningCount }) => runningCount === 1);
    await on.sandbox.advance(39_000);
    expect((await on.service()).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
    await on.sandbox.advance(6_000);
    expect((await on.service()).deployments?.[0]?.rolloutState).toBe('COMPLETED');
  });

  test('a task with a container health check counts when it is HEALTHY', async () => {
    await on.register({ healthCheck });
    await on.create({ desiredCount: 1 });
    await on.until(({ runningCount }) => runningCount === 1);
    expect((await on.tasks())[0]?.healthStatus).toBe('UNKNOWN');
    await on.sandbox.advance(10_000);
    expect((await on.tasks())[0]?.healthStatus).toBe('HEALTHY');
    expect((await on.service()).deployments?.[0]?.rolloutState).toBe('COMPLETED');
  });

  test('replaces the old tasks with new ones and removes the old deployment', async () => {
    await on.create();
    await on.until(isCompleted);
    await on.register();
    await update({ taskDefinition: 'web' });
    expect((await on.service()).deployments?.map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE']);
    let running = 2;
    const done = await on.until((service) => {
      running = Math.min(running, service.runningCount ?? 0);
      return isCompleted(service);
    });
    expect(running).toBe(2);
    expect(done.deployments).toMatchObject([{ status: 'PRIMARY', runningCount: 2 }]);
    const tasks = await on.tasks();
    expect(new Set(tasks.map(({ taskDefinitionArn }) => taskDefinitionArn))).toEqual(
      new Set(['arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2']),
    );
    const [stopped] = await on.tasks('STOPPED');
    expect(stopped).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Scaling activity initiated by (deployment ${done.deployments?.[0]?.id})`,
    });
  });

  test('with 50 and 100 percent stops half before it starts any', async () => {
    await on.create({ desiredCount: 4, deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 } });
    await on.until(isCompleted);
    await update({ forceNewDeployment: true });
    await on.sandbox.advance(2_000);
    const service = await on.service();
    expect(service.deployments?.map(({ runningCount, pendingCount }) => [runningCount, pendingCount])).toEqual([
      [0, 2],
      [2, 0],
    ]);
  });

  test('that cannot stop or start anything says so once', async () => {
    await on.create({ desiredCount: 2, deploymentConfiguration: { minimumHealthyPercent: 75, maximumPercent: 125 } });
    await on.until(isCompleted);
    await update({ forceNewDeployment: true });
    await on.sandbox.advance(120_000);
    const stuck = (await on.events()).filter((event) =>
      event.includes('because of the service deployment configuration'),
    );
    expect(stuck).toEqual([
      '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    ]);
  });

  test('to 0 tasks completes without any', async () => {
    await on.create({ desiredCount: 0 });
    await on.sandbox.advance(2000);
    expect((await on.service()).deployments?.[0]).toMatchObject({ rolloutState: 'COMPLETED', runningCount: 0 });
  });

  test('is listed as a service deployment with its revisions', async () => {
    await on.create();
    await on.until(isCompleted);
    await update({ forceNewDeployment: true });
    expect(await serviceDeployment()).toMatchObject({
      status: 'IN_PROGRESS',
      sourceServiceRevisions: [{ runningTaskCount: 2 }],
    });
    await on.until(isCompleted);
    const done = await serviceDeployment();
    expect(done).toMatchObject({
      status: 'SUCCESSFUL',
      targetServiceRevision: { requestedTaskCount: 2, runningTaskCount: 2 },
    });
    const listed = await on.ecs.send(new ListServiceDeploymentsCommand({ cluster: 'main', service: 'web' }));
    expect(listed.serviceDeployments?.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
    expect(listed.serviceDeployments?.[0]?.serviceDeploymentArn).toBe(done?.serviceDeploymentArn);
    const { serviceRevisions } = await on.ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [done?.targetServiceRevision?.arn ?? ''] }),
    );
    expect(serviceRevisions?.[0]).toMatchObject({
      taskDefinition: expect.stringMatching(/web:1$/),
      launchType: 'FARGATE',
    });
  });

  test('ends as STOPPED when a new one begins', async () => {
    await on.create();
    await on.sandbox.advance(5_000);
    const first = await serviceDeployment();
    await update({ forceNewDeployment: true });
    const { serviceDeployments } = await on.ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [first?.serviceDeploymentArn ?? ''] }),
    );
    expect(serviceDeployments?.[0]?.status).toBe('STOPPED');
    await on.until(isCompleted);
    expect(await on.events()).toContain('(service web) stopped 2 pending tasks.');
  });
});

describe('the circuit breaker', () => {
  test('fails a deployment whose tasks cannot start, and rolls back to the completed one under its own id', async () => {
    await on.create(breaker);
    const before = await on.until(isCompleted);
    await on.register({ image: 'web:does-not-exist' });
    await update({ taskDefinition: 'web' });
    const rolling = await on.until(({ deployments }) => deployments?.[0]?.id === before.deployments?.[0]?.id);
    expect(rolling.deployments?.[0]).toMatchObject({
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${before.deployments?.[0]?.id}.`,
    });
    expect(await serviceDeployment()).toMatchObject({
      status: 'ROLLBACK_IN_PROGRESS',
      deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
    });
    await on.until(isCompleted);
    expect((await on.service()).taskDefinition).toMatch(/web:1$/);
    expect(await serviceDeployment()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    });
    expect((await on.events()).slice(3)).toEqual([
      '(service web) has started 2 tasks: (task) (task).',
      '(service web) was unable to place a task. Reason: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/library/web:does-not-exist: not found.',
      '(service web) has started 2 tasks: (task) (task).',
      '(service web) (deployment ecs-svc) deployment failed: tasks failed to start.',
      '(service web) rolling back to deployment ecs-svc.',
      '(service web) (deployment ecs-svc) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
  });

  test('counts tasks that exit before they are healthy', async () => {
    await on.create(breaker);
    await on.until(isCompleted);
    await on.register({ image: 'crashing' });
    await update({ taskDefinition: 'web' });
    await on.until(({ events }) => events?.some(({ message }) => message?.includes('rolling back')) ?? false);
    const [stopped] = await on.tasks('STOPPED');
    expect(stopped).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 3 }],
    });
  });

  test('counts tasks that fail their container health checks', async () => {
    await on.create(breaker);
    await on.until(isCompleted);
    await on.register({ image: 'unhealthy', healthCheck });
    await update({ taskDefinition: 'web' });
    await on.until(({ events }) => events?.some(({ message }) => message?.includes('rolling back')) ?? false);
    expect(await on.events()).toContain('(service web) (task) failed container health checks.');
    const reasons = (await on.tasks('STOPPED')).map(({ stoppedReason }) => stoppedReason);
    expect(reasons).toContain('Task failed container health checks');
    const done = await on.until(isCompleted);
    expect(done.runningCount).toBe(2);
  });

  test('without rollback leaves the old tasks running and starts nothing more', async () => {
    await on.create({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } });
    await on.until(isCompleted);
    await on.register({ image: 'web:does-not-exist' });
    await update({ taskDefinition: 'web' });
    const failed = await on.until(({ deployments }) => deployments?.[0]?.rolloutState === 'FAILED');
    expect(failed.deployments?.[0]?.rolloutStateReason).toBe('ECS deployment circuit breaker: tasks failed to start.');
    const launched = (await on.events()).length;
    await on.sandbox.advance(600_000);
    expect((await on.events()).length).toBe(launched);
    expect((await on.service()).runningCount).toBe(2);
    expect((await serviceDeployment())?.status).toBe('STOPPED');
  });

  test('without a completed deployment has nothing to roll back to', async () => {
    await on.register({ image: 'web:does-not-exist' });
    await on.create(breaker);
    await on.until(({ deployments }) => deployments?.[0]?.rolloutState === 'FAILED');
    expect(await serviceDeployment()).toMatchObject({ status: 'ROLLBACK_FAILED' });
  });

  test('forgets failures when a task becomes healthy', async () => {
    await on.create(breaker);
    await on.sandbox.advance(5_000);
    const [task] = await on.tasks();
    await on.ecs.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn }));
    const done = await on.until(isCompleted);
    expect(done.deployments?.[0]?.failedTasks).toBe(0);
  });
});

describe('a service that cannot start its tasks', () => {
  test('is throttled by and by, says so, and never gives up', async () => {
    await on.register({ image: 'web:does-not-exist' });
    await on.create({ desiredCount: 1 });
    await on.sandbox.advance(3_600_000);
    const events = await on.events();
    expect(events).toContain('(service web) is unable to consistently start tasks successfully.');
    const starts = events.filter((event) => event.includes('has started 1 tasks'));
    expect(starts.length).toBeGreaterThan(4);
    expect(starts.length).toBeLessThan(12);
    await on.register();
    await update({ taskDefinition: 'web' });
    await on.until(isCompleted);
  });

  test('on EC2 without container instances reports why nothing is placed', async () => {
    await on.register({ memory: 128 }, { requiresCompatibilities: ['EC2'] });
    await on.create({ launchType: 'EC2' });
    await on.sandbox.advance(30_000);
    expect((await on.events())[0]).toBe(
      '(service web) was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    );
  });
});

describe('a steady service', () => {
  test('replaces a task that was stopped', async () => {
    await on.create();
    await on.until(isCompleted);
    const [task] = await on.tasks();
    await on.ecs.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn, reason: 'test' }));
    await on.until(({ pendingCount }) => pendingCount === 1);
    await on.until(({ runningCount }) => runningCount === 2);
    expect((await on.service()).deployments).toMatchObject([{ rolloutState: 'COMPLETED', failedTasks: 0 }]);
  });

  test('replaces a task whose essential container exited', async () => {
    await on.register({ image: 'late' });
    await on.create({ desiredCount: 1 });
    await on.until(isCompleted);
    const [first] = await on.tasks();
    await on.sandbox.advance(300_000);
    await on.until(({ runningCount }) => runningCount === 1);
    expect((await on.tasks())[0]?.taskArn).not.toBe(first?.taskArn);
  });

  test('scales out and in, newest event last', async () => {
    await on.create();
    await on.until(isCompleted);
    await update({ desiredCount: 3 });
    await on.until(({ runningCount }) => runningCount === 3);
    await on.sandbox.advance(45_000);
    await update({ desiredCount: 1 });
    await on.until(({ runningCount }) => runningCount === 1);
    await on.sandbox.advance(10_000);
    expect((await on.events()).slice(-3)).toEqual([
      '(service web) has reached a steady state.',
      '(service web) has stopped 2 running tasks: (task) (task).',
      '(service web) has reached a steady state.',
    ]);
  });

  test('does not stop protected tasks when it scales in', async () => {
    await on.create();
    await on.until(isCompleted);
    const tasks = (await on.tasks()).map(({ taskArn = '' }) => taskArn);
    await on.ecs.send(
      new UpdateTaskProtectionCommand({ cluster: 'main', tasks, protectionEnabled: true, expiresInMinutes: 10 }),
    );
    await update({ desiredCount: 1 });
    await on.sandbox.advance(60_000);
    expect((await on.service()).runningCount).toBe(2);
    expect((await on.events()).at(-1)).toBe(
      '(service web) was unable to reach steady state because (taskSet ecs-svc) was unable to scale in due to (reason 2 tasks under protection)',
    );
    await on.sandbox.advance(600_000);
    expect((await on.service()).runningCount).toBe(1);
  });

  test('repeats its steady state every six hours', async () => {
    await on.create();
    await on.until(isCompleted);
    await on.sandbox.advance(13 * 3_600_000);
    expect((await on.events()).filter((event) => event.endsWith('has reached a steady state.'))).toHaveLength(3);
  });

  test('shows at most 100 events', async () => {
    await on.create({ desiredCount: 1 });
    for (let i = 0; i < 60; i++) {
      await update({ forceNewDeployment: true });
      await on.sandbox.advance(2_000);
    }
    expect(await on.events()).toHaveLength(100);
  });
});

describe('a deployment with alarms', () => {
  const alarms = { alarmNames: ['errors'], enable: true, rollback: true };
  let cloudwatch: CloudWatchClient;
  beforeEach(async () => {
    cloudwatch = new CloudWatchClient(on.client);
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'errors',
        Namespace: 'test',
        MetricName: 'errors',
        Statistic: 'Sum',
        Period: 3600,
        EvaluationPeriods: 24,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
  });
  const setAlarm = (StateValue: 'OK' | 'ALARM') =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue, StateReason: 'test' }));

  test('rolls back when one goes off', async () => {
    await on.create({ deploymentConfiguration: { alarms } });
    const before = await on.until(isCompleted);
    await update({ forceNewDeployment: true });
    await on.sandbox.advance(10_000);
    await setAlarm('ALARM');
    await on.until(({ deployments }) => deployments?.[0]?.id === before.deployments?.[0]?.id);
    expect(await on.events()).toContain('(service web) (deployment ecs-svc) deployment failed: alarm detected.');
    expect(await serviceDeployment()).toMatchObject({
      status: 'ROLLBACK_IN_PROGRESS',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    });
    // The alarm is on when the rollback begins, and stays on.
    await on.until(isCompleted);
    expect((await serviceDeployment())?.status).toBe('ROLLBACK_SUCCESSFUL');
  });

  test('ignores one that was on before it began', async () => {
    await on.create({ deploymentConfiguration: { alarms } });
    await on.until(isCompleted);
    await setAlarm('ALARM');
    await update({ forceNewDeployment: true });
    const started = await on.service();
    const done = await on.until(isCompleted);
    expect(done.deployments?.[0]?.id).toBe(started.deployments?.[0]?.id);
  });
});

describe('StopServiceDeployment', () => {
  test('rolls back to the last completed revision', async () => {
    await on.create();
    const before = await on.until(isCompleted);
    await update({ forceNewDeployment: true });
    const arn = (await serviceDeployment())?.serviceDeploymentArn;
    await on.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }));
    expect((await serviceDeployment())?.status).toBe('ROLLBACK_IN_PROGRESS');
    const done = await on.until(isCompleted);
    expect(done.deployments?.[0]?.id).toBe(before.deployments?.[0]?.id);
    expect((await serviceDeployment())?.status).toBe('ROLLBACK_SUCCESSFUL');
  });

  test('of a deployment that is over is a ConflictException, of an unknown one ServiceDeploymentNotFoundException', async () => {
    await on.create();
    await on.until(isCompleted);
    const arn = (await serviceDeployment())?.serviceDeploymentArn;
    await expect(on.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await expect(
      on.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: `${arn}x` })),
    ).rejects.toMatchObject({
      name: 'ServiceDeploymentNotFoundException',
    });
  });
});
