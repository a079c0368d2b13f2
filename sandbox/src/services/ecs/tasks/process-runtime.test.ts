import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startSandbox } from '../../../index.ts';
import { begin, type EcsSandbox, ecsSandbox, ecsSandboxOn, isCompleted } from '../testing/ecs-sandbox.ts';

/** Serves its pid on its port and says what it was started with. */
const server = `
  console.log('starting', process.env.COLOUR, process.env.SECRET, process.argv.slice(1).join());
  console.log('pid', process.pid);
  let status = 200;
  process.on('SIGUSR2', () => { status = 500; });
  const answer = (request, response) => { response.statusCode = status; response.end(String(process.pid)); };
  require('node:http').createServer(answer).listen(process.env.PORT, '127.0.0.1', () => console.log('listening'));
  process.on('SIGTERM', () => process.exit(5));
`;
/** Does not end on SIGTERM. */
const stubborn = `
  process.on('SIGTERM', () => {});
  console.log('pid', process.pid);
  console.log('listening');
  setInterval(() => {}, 1000);
`;
const images = {
  server: { command: ['node', '-e', server] },
  stubborn: { command: ['node', '-e', stubborn] },
  broken: { command: ['node', '-e', 'process.exit(9)'] },
  missing: { command: ['/no/such/program'] },
};
const role = { executionRoleArn: 'arn:aws:iam::111122223333:role/execution' };
const portMappings = [{ containerPort: 80 }];
const logged = { logDriver: 'awslogs' as const, options: { 'awslogs-group': '/web', 'awslogs-stream-prefix': 'p' } };

let on: EcsSandbox;
let logs: CloudWatchLogsClient;
beforeEach(async () => {
  on = await ecsSandbox({ runtime: 'process', images });
  logs = new CloudWatchLogsClient(on.client);
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/web' }));
});
afterEach(() => on.close());

async function lines(taskArn = ''): Promise<(string | undefined)[]> {
  const logStreamName = `p/web/${taskArn.split('/').at(-1)}`;
  const { events } = await logs.send(
    new GetLogEventsCommand({ logGroupName: '/web', logStreamName, startFromHead: true }),
  );
  return (events ?? []).map(({ message }) => message);
}

async function runningTask() {
  await on.until(({ runningCount }) => runningCount === 1);
  const [task] = await on.tasks();
  await vi.waitFor(async () => expect(await lines(task?.taskArn)).toContain('listening'), { timeout: 10_000 });
  return task;
}

test('a mapped image runs as a local process with the environment, secrets and command of its container', async () => {
  await new SSMClient(on.client).send(new PutParameterCommand({ Name: '/s', Value: 'hush', Type: 'SecureString' }));
  await on.register(
    {
      image: 'server:1',
      environment: [{ name: 'COLOUR', value: 'blue' }],
      secrets: [{ name: 'SECRET', valueFrom: '/s' }],
      command: ['serve', 'now'],
      logConfiguration: logged,
    },
    role,
  );
  await on.create({ desiredCount: 1 });
  const task = await runningTask();
  expect((await lines(task?.taskArn))[0]).toBe('starting blue hush serve,now');
});

test('a load balancer reaches the process on the port that it was given', async () => {
  await on.register({ image: 'server:1', portMappings, logConfiguration: logged }, role);
  const elb = new ElasticLoadBalancingV2Client(on.client);
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'web',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
    }),
  );
  const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'front', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  await on.create({
    desiredCount: 1,
    healthCheckGracePeriodSeconds: 600,
    loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 80 }],
  });
  await runningTask();
  await on.until(isCompleted);
  const { host, port } = on.sandbox.listeners()[Listeners?.[0]?.ListenerArn ?? ''] ?? {};
  const answer = await fetch(`http://${host}:${port}/`);
  expect(Number(await answer.text())).toBeGreaterThan(0);
});

test('a container health check runs its command against the port of the process', async () => {
  const fetches = "fetch('http://localhost:80/').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))";
  const healthCheck = { command: ['CMD', 'node', '-e', fetches], interval: 5, retries: 1 };
  await on.register({ image: 'server:1', portMappings, logConfiguration: logged, healthCheck }, role);
  await on.create({ desiredCount: 1 });
  await runningTask();
  await on.until(isCompleted);
  expect((await on.tasks())[0]?.healthStatus).toBe('HEALTHY');
});

test('a steady task that becomes unhealthy is replaced before it is stopped', async () => {
  const fetches = "fetch('http://localhost:80/').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))";
  const healthCheck = { command: ['CMD', 'node', '-e', fetches], interval: 10, retries: 2 };
  await on.register({ image: 'server:1', portMappings, logConfiguration: logged, healthCheck }, role);
  await on.create({ desiredCount: 1 });
  const task = await runningTask();
  await on.until(isCompleted);
  process.kill(pidIn(await lines(task?.taskArn)), 'SIGUSR2');
  await on.until(({ pendingCount }) => pendingCount === 1);
  expect((await on.service()).runningCount).toBe(1);
  expect((await on.events()).at(-1)).toBe(
    '(service web) has started 1 tasks: (task). Amazon ECS replaced 1 tasks due to an unhealthy status.',
  );
  await on.until(
    ({ events }) => events?.some(({ message }) => message?.includes('has stopped 1 running tasks')) ?? false,
  );
  expect((await on.tasks('STOPPED'))[0]?.stoppedReason).toBe('Task failed container health checks');
});

test('SIGTERM lets the process end by itself, and its exit code is kept', async () => {
  await on.register({ image: 'server:1', logConfiguration: logged }, role);
  await on.create({ desiredCount: 1 });
  const task = await runningTask();
  await on.ecs.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn }));
  await on.sandbox.advance(1);
  const [stopped] = await on.tasks('STOPPED');
  expect(stopped?.containers?.[0]).toMatchObject({ lastStatus: 'STOPPED', exitCode: 5 });
});

test('a process that ignores SIGTERM is killed after its stopTimeout', async () => {
  await on.register({ image: 'stubborn', stopTimeout: 10, logConfiguration: logged }, role);
  await on.create({ desiredCount: 1 });
  const task = await runningTask();
  await on.ecs.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn }));
  await on.sandbox.advance(9_999);
  expect((await on.tasks('STOPPED'))[0]?.lastStatus).toBe('STOPPING');
  await on.sandbox.advance(1);
  expect((await on.tasks('STOPPED'))[0]?.containers?.[0]?.exitCode).toBe(137);
});

test('a process that exits takes its task with it', async () => {
  await on.register({ image: 'broken' });
  await on.create({ desiredCount: 1 });
  await vi.waitFor(async () => {
    await on.sandbox.advance(5_000);
    expect((await on.tasks('STOPPED'))[0]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 9 }],
    });
  }, 10_000);
});

test('a program that cannot be started fails the task with CannotStartContainerError', async () => {
  await on.register({ image: 'missing' });
  await on.create({ desiredCount: 1 });
  await on.sandbox.advance(30_000);
  const [stopped] = await on.tasks('STOPPED');
  expect(stopped).toMatchObject({ stopCode: 'TaskFailedToStart' });
  expect(stopped?.stoppedReason).toMatch(/^CannotStartContainerError: .*ENOENT/);
});

test('an image without a local command is simulated', async () => {
  await on.register({ image: 'unmapped' });
  await on.create({ desiredCount: 1 });
  expect((await on.until(isCompleted)).runningCount).toBe(1);
});

test('closing the sandbox ends its processes', async () => {
  const own = await ecsSandbox({ runtime: 'process', images: { stubborn: { command: ['node', '-e', stubborn] } } });
  const logGroup = new CloudWatchLogsClient(own.client);
  await logGroup.send(new CreateLogGroupCommand({ logGroupName: '/web' }));
  await own.register({ image: 'stubborn', logConfiguration: logged }, role);
  await own.create({ desiredCount: 1 });
  await own.until(({ runningCount }) => runningCount === 1);
  const [task] = await own.tasks();
  const logStreamName = `p/web/${task?.taskArn?.split('/').at(-1)}`;
  const pid = await vi.waitFor(async () => {
    const { events } = await logGroup.send(new GetLogEventsCommand({ logGroupName: '/web', logStreamName }));
    return pidIn((events ?? []).map(({ message }) => message));
  }, 10_000);
  expect(isAlive(pid)).toBe(true);
  await own.close();
  expect(isAlive(pid)).toBe(false);
});

test('a sandbox restored from a snapshot replaces the tasks whose processes are gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  try {
    await on.register({ image: 'server:1', logConfiguration: logged }, role);
    await on.create({ desiredCount: 1 });
    const before = await runningTask();
    await on.sandbox.snapshot(folder);
    const sandbox = await startSandbox({
      time: 'stepped',
      port: 0,
      runtime: 'process',
      images,
      startAt: begin,
      restore: folder,
    });
    const restored = await ecsSandboxOn(sandbox);
    try {
      await restored.until((service) => service.pendingCount === 1);
      await restored.until((service) => service.runningCount === 1);
      expect((await restored.tasks())[0]?.taskArn).not.toBe(before?.taskArn);
    } finally {
      await restored.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** The pid that a program logged. Throws while it has not. */
function pidIn(messages: readonly (string | undefined)[]): number {
  const pid = /^pid (\d+)$/m.exec(messages.join('\n'))?.[1];
  if (pid === undefined) throw new Error('no pid was logged yet');
  return Number(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
