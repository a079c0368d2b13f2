// Debian's AWS CLI against the sandbox, as a person would use it. Sandbox time runs 1000 times faster than the person.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../src/index.ts';

const AWS = '/usr/bin/aws';
const present = existsSync(AWS);
if (!present && !process.env.CI) process.emitWarning(`skipped: the AWS CLI is not at ${AWS} (apt-get install awscli)`);

const family = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
  containerDefinitions: [
    {
      name: 'web',
      image: 'example/web:1',
      portMappings: [{ containerPort: 8000 }],
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'ecs' },
      },
    },
  ],
};
const network = 'awsvpcConfiguration={subnets=[subnet-0a1b2c3d],securityGroups=[sg-0a1b2c3d],assignPublicIp=DISABLED}';

describe.skipIf(!present && !process.env.CI)('the AWS CLI', () => {
  let sandbox: Sandbox;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    sandbox = await startSandbox({
      port: 0,
      time: 'real',
      speed: 1000,
      runtime: 'simulated',
      behaviours: { 'example/web': { logs: ['listening on 8000'] } },
    });
    environment = {
      PATH: '/usr/bin:/bin',
      HOME: '/nonexistent',
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: '000000000000',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_PAGER: '',
      // A person has a terminal; into a pipe, Python would keep the lines to itself.
      PYTHONUNBUFFERED: '1',
    };
  });
  afterAll(() => sandbox.close());

  // Version 2.9 of the CLI does not know AWS_ENDPOINT_URL yet: the flag says it to every version.
  const command = (args: readonly string[]): string[] => ['--endpoint-url', sandbox.url, ...args];

  async function aws(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(AWS, command(args), { env: environment });
    return stdout;
  }
  const json = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse(await aws(...args, '--output', 'json'));
  const text = async (...args: string[]): Promise<string> => (await aws(...args, '--output', 'text')).trim();

  /** The first line that matches, of a command that goes on until it is interrupted. */
  async function follow(pattern: RegExp, ...args: string[]): Promise<string> {
    const child: ChildProcess = spawn(AWS, command(args), { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    let seen = '';
    for await (const chunk of child.stdout ?? []) {
      seen += String(chunk);
      if (pattern.test(seen)) break;
    }
    child.kill('SIGINT');
    return seen;
  }

  test('who am I', async () => {
    expect(await text('sts', 'get-caller-identity', '--query', 'Account')).toBe('000000000000');
  });

  test('a service behind a load balancer lives its life', { timeout: 120_000 }, async () => {
    await json('logs', 'create-log-group', '--log-group-name', '/ecs/web').catch((error: Error) => {
      // create-log-group answers with nothing, which is not JSON.
      if (!error.message.includes('JSON')) throw error;
    });
    expect(await text('ecs', 'create-cluster', '--cluster-name', 'prod', '--query', 'cluster.status')).toBe('ACTIVE');
    expect(
      await text(
        'ecs',
        'register-task-definition',
        '--cli-input-json',
        JSON.stringify(family),
        '--query',
        'taskDefinition.taskDefinitionArn',
      ),
    ).toBe('arn:aws:ecs:eu-west-1:000000000000:task-definition/web:1');

    const group = await text(
      'elbv2',
      'create-target-group',
      '--name',
      'web',
      '--protocol',
      'HTTP',
      '--port',
      '8000',
      '--target-type',
      'ip',
      '--vpc-id',
      'vpc-0a1b2c3d',
      '--query',
      'TargetGroups[0].TargetGroupArn',
    );
    const balancer = await text(
      'elbv2',
      'create-load-balancer',
      '--name',
      'public',
      '--subnets',
      'subnet-0a1b2c3d',
      'subnet-1a1b2c3d',
      '--query',
      'LoadBalancers[0].LoadBalancerArn',
    );
    const withBalancer = [
      'ecs',
      'create-service',
      '--cluster',
      'prod',
      '--service-name',
      'web',
      '--task-definition',
      'web',
      '--desired-count',
      '2',
      '--launch-type',
      'FARGATE',
      '--network-configuration',
      network,
      '--load-balancers',
      `targetGroupArn=${group},containerName=web,containerPort=8000`,
    ];
    await expect(aws(...withBalancer)).rejects.toThrow('does not have an associated load balancer');
    await aws(
      'elbv2',
      'create-listener',
      '--load-balancer-arn',
      balancer,
      '--protocol',
      'HTTP',
      '--port',
      '80',
      '--default-actions',
      `Type=forward,TargetGroupArn=${group}`,
    );
    await aws(...withBalancer);

    await aws('ecs', 'wait', 'services-stable', '--cluster', 'prod', '--services', 'web');
    expect(
      await text(
        'ecs',
        'describe-services',
        '--cluster',
        'prod',
        '--services',
        'web',
        '--query',
        'services[0].[runningCount,deployments[0].rolloutState]',
      ),
    ).toBe('2\tCOMPLETED');
    expect(
      await text(
        'ecs',
        'describe-services',
        '--cluster',
        'prod',
        '--services',
        'web',
        '--query',
        'services[0].events[0].message',
      ),
    ).toContain('has reached a steady state.');
    expect(
      await text(
        'elbv2',
        'describe-target-health',
        '--target-group-arn',
        group,
        '--query',
        'TargetHealthDescriptions[].TargetHealth.State',
      ),
    ).toBe('healthy\thealthy');
    expect(await aws('logs', 'tail', '/ecs/web', '--since', '7d')).toContain('listening on 8000');
    expect(await follow(/listening on 8000/, 'logs', 'tail', '/ecs/web', '--since', '7d', '--follow')).toContain(
      'listening on 8000',
    );

    // A second revision rolls; the first is gone when the service is stable again.
    await aws(
      'ecs',
      'register-task-definition',
      '--cli-input-json',
      JSON.stringify({ ...family, cpu: '512', memory: '1024' }),
    );
    await aws(
      'ecs',
      'update-service',
      '--cluster',
      'prod',
      '--service',
      'web',
      '--task-definition',
      'web:2',
      '--desired-count',
      '3',
    );
    await aws('ecs', 'wait', 'services-stable', '--cluster', 'prod', '--services', 'web');
    const tasks = (
      await text('ecs', 'list-tasks', '--cluster', 'prod', '--service-name', 'web', '--query', 'taskArns')
    ).split('\t');
    expect(tasks).toHaveLength(3);
    expect(
      new Set(
        (
          await text(
            'ecs',
            'describe-tasks',
            '--cluster',
            'prod',
            '--tasks',
            ...tasks,
            '--query',
            'tasks[].taskDefinitionArn',
          )
        ).split('\t'),
      ),
    ).toEqual(new Set(['arn:aws:ecs:eu-west-1:000000000000:task-definition/web:2']));

    // A task that is stopped by hand is replaced.
    const [victim] = tasks;
    expect(
      await text(
        'ecs',
        'stop-task',
        '--cluster',
        'prod',
        '--task',
        victim ?? '',
        '--reason',
        'by hand',
        '--query',
        'task.[desiredStatus,stoppedReason]',
      ),
    ).toBe('STOPPED\tby hand');
    await aws('ecs', 'wait', 'services-stable', '--cluster', 'prod', '--services', 'web');

    // A task of its own runs beside the service.
    const alone = await text(
      'ecs',
      'run-task',
      '--cluster',
      'prod',
      '--task-definition',
      'web',
      '--launch-type',
      'FARGATE',
      '--network-configuration',
      network,
      '--started-by',
      'me',
      '--query',
      'tasks[0].taskArn',
    );
    await aws('ecs', 'wait', 'tasks-running', '--cluster', 'prod', '--tasks', alone);
    await aws('ecs', 'stop-task', '--cluster', 'prod', '--task', alone);
    await aws('ecs', 'wait', 'tasks-stopped', '--cluster', 'prod', '--tasks', alone);

    await expect(aws('ecs', 'delete-cluster', '--cluster', 'prod')).rejects.toThrow('ClusterContainsServicesException');
    await aws('ecs', 'delete-service', '--cluster', 'prod', '--service', 'web', '--force');
    await aws('ecs', 'wait', 'services-inactive', '--cluster', 'prod', '--services', 'web');
    expect(
      await text(
        'ecs',
        'describe-services',
        '--cluster',
        'prod',
        '--services',
        'web',
        'nope',
        '--query',
        'failures[].reason',
      ),
    ).toBe('MISSING');
    expect(await text('ecs', 'delete-cluster', '--cluster', 'prod', '--query', 'cluster.status')).toBe('INACTIVE');
  });

  test('a rule brings the calls of a trail into a queue', { timeout: 120_000 }, async () => {
    const queue = await text('sqs', 'create-queue', '--queue-name', 'events', '--query', 'QueueUrl');
    const arn = await text(
      'sqs',
      'get-queue-attributes',
      '--queue-url',
      queue,
      '--attribute-names',
      'QueueArn',
      '--query',
      'Attributes.QueueArn',
    );
    expect(arn).toBe('arn:aws:sqs:eu-west-1:000000000000:events');
    const rule = await text(
      'events',
      'put-rule',
      '--name',
      'calls',
      '--query',
      'RuleArn',
      '--event-pattern',
      '{"source": ["aws.ecr"], "detail": {"eventName": [{"prefix": "Create"}]}}',
    );
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: { ArnEquals: { 'aws:SourceArn': rule } },
      },
    ];
    const attributes = JSON.stringify({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    await aws('sqs', 'set-queue-attributes', '--queue-url', queue, '--attributes', attributes);
    await aws('events', 'put-targets', '--rule', 'calls', '--targets', `Id=queue,Arn=${arn}`);
    expect(await text('events', 'list-targets-by-rule', '--rule', 'calls', '--query', 'Targets[].Id')).toBe('queue');

    const multi = '--is-multi-region-trail';
    await aws('cloudtrail', 'create-trail', '--name', 'all', '--s3-bucket-name', 'logs', multi);
    await aws('cloudtrail', 'start-logging', '--name', 'all');
    expect(await text('cloudtrail', 'get-trail-status', '--name', 'all', '--query', 'IsLogging')).toBe('True');

    const uri = await text(
      'ecr',
      'create-repository',
      '--repository-name',
      'team/web',
      '--query',
      'repository.repositoryUri',
    );
    expect(uri).toBe('000000000000.dkr.ecr.eu-west-1.amazonaws.com/team/web');
    const digest = await text(
      'ecr',
      'put-image',
      '--repository-name',
      'team/web',
      '--image-tag',
      'v1',
      '--image-manifest',
      '{"schemaVersion": 2}',
      '--query',
      'image.imageId.imageDigest',
    );
    expect(
      await text(
        'ecr',
        'describe-images',
        '--repository-name',
        'team/web',
        '--image-ids',
        'imageTag=v1',
        '--query',
        'imageDetails[0].imageDigest',
      ),
    ).toBe(digest);

    const body = await text(
      'sqs',
      'receive-message',
      '--queue-url',
      queue,
      '--wait-time-seconds',
      '20',
      '--query',
      'Messages[0].Body',
    );
    expect(JSON.parse(body)).toMatchObject({ detail: { eventName: 'CreateRepository' } });
    const lookup = [
      'cloudtrail',
      'lookup-events',
      '--lookup-attributes',
      'AttributeKey=ResourceName,AttributeValue=team/web',
    ];
    await expect
      .poll(() => text(...lookup, '--query', 'Events[].EventName'), { timeout: 30_000 })
      .toContain('PutImage');
    expect(await text('sqs', 'list-queues', '--queue-name-prefix', 'ev', '--query', 'length(QueueUrls)')).toBe('1');
    await expect(aws('sqs', 'get-queue-url', '--queue-name', 'none')).rejects.toThrow('NonExistentQueue');
  });

  test('mistakes are answered in words of AWS', async () => {
    await expect(aws('ecs', 'describe-tasks', '--cluster', 'nowhere', '--tasks', 'x')).rejects.toThrow(
      'ClusterNotFoundException',
    );
    await expect(aws('ecs', 'describe-task-definition', '--task-definition', 'nothing')).rejects.toThrow(
      'Unable to describe task definition',
    );
    await expect(aws('elbv2', 'describe-target-groups', '--names', 'nothing')).rejects.toThrow('TargetGroupNotFound');
    await expect(aws('ecs', 'create-capacity-provider', '--name', 'x')).rejects.toThrow();
  });
});
