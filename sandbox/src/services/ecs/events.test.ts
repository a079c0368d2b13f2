import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type EventQueue, eventQueue } from '../eventbridge/testing/event-queue.ts';
import { type EcsSandbox, ecsSandbox, isCompleted } from './testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox();
});
afterEach(() => on.close());

/** A queue with the events of a type; of the 300 seconds of drain tests nothing is left in flight. */
const listen = (detailType: string): Promise<EventQueue> =>
  eventQueue(on.sandbox.url, { source: ['aws.ecs'], 'detail-type': [detailType] });

const cluster = 'arn:aws:ecs:eu-west-1:111122223333:cluster/main';
const service = 'arn:aws:ecs:eu-west-1:111122223333:service/main/web';

test('ECS Task State Change: each state of a task, with what DescribeTasks tells of it', async () => {
  const queue = await listen('ECS Task State Change');
  await on.register();
  await on.create({ desiredCount: 1 });
  await on.until(isCompleted);
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', desiredCount: 0 }));
  await on.sandbox.advance(120_000);
  const events = await queue.drain();
  const states = events.map(({ detail }) => `${String(detail['lastStatus'])}/${String(detail['desiredStatus'])}`);
  expect([...new Set(states)]).toEqual([
    'PROVISIONING/RUNNING',
    'PENDING/RUNNING',
    'ACTIVATING/RUNNING',
    'RUNNING/RUNNING',
    'RUNNING/STOPPED',
    'STOPPING/STOPPED',
    'DEPROVISIONING/STOPPED',
    'STOPPED/STOPPED',
  ]);
  const versions = events.map(({ detail }) => Number(detail['version']));
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  const running = events.find(({ detail }) => detail['lastStatus'] === 'RUNNING');
  expect(running).toMatchObject({
    resources: [running?.detail['taskArn']],
    detail: {
      clusterArn: cluster,
      group: 'service:web',
      launchType: 'FARGATE',
      attachments: [{ type: 'eni', status: 'ATTACHED' }],
      containers: [{ name: 'web', lastStatus: 'RUNNING' }],
      createdAt: expect.stringMatching(/^2026-01-01T00:00:\d\d\.\d{3}Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    },
  });
  expect(events.at(-1)?.detail).toMatchObject({
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: expect.stringContaining('Scaling activity initiated by'),
  });
});

test('ECS Deployment State Change: a deployment begins and completes', async () => {
  const queue = await listen('ECS Deployment State Change');
  await on.register();
  const created = await on.create({ desiredCount: 1 });
  await on.until(isCompleted);
  const deploymentId = created.deployments?.[0]?.id;
  expect(await queue.drain()).toMatchObject([
    {
      resources: [service],
      detail: {
        eventType: 'INFO',
        eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS',
        clusterArn: cluster,
        deploymentId,
        updatedAt: '2026-01-01T00:00:00Z',
        reason: `ECS deployment ${deploymentId} in progress.`,
      },
    },
    {
      detail: {
        eventType: 'INFO',
        eventName: 'SERVICE_DEPLOYMENT_COMPLETED',
        deploymentId,
        reason: `ECS deployment ${deploymentId} completed.`,
      },
    },
  ]);
});

test('ECS Deployment State Change: a failed deployment says why, and the rollback is one in progress', async () => {
  await on.register();
  await on.create({
    desiredCount: 1,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  const good = (await on.until(isCompleted)).deployments?.[0]?.id;
  const queue = await listen('ECS Deployment State Change');
  on.sandbox.fault({ effect: 'imagePullFailure', target: 'web:2' });
  await on.register({ image: 'web:2' });
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web' }));
  await on.until((now) => now.deployments?.[0]?.id === good && isCompleted(now));
  expect(
    (await queue.drain()).map(({ detail }) => [detail['eventType'], detail['eventName'], detail['reason']]),
  ).toEqual([
    ['INFO', 'SERVICE_DEPLOYMENT_IN_PROGRESS', expect.stringMatching(/in progress\.$/)],
    ['ERROR', 'SERVICE_DEPLOYMENT_FAILED', 'ECS deployment circuit breaker: tasks failed to start.'],
    ['INFO', 'SERVICE_DEPLOYMENT_IN_PROGRESS', `ECS deployment circuit breaker: rolling back to deploymentId ${good}.`],
    ['INFO', 'SERVICE_DEPLOYMENT_COMPLETED', `ECS deployment ${good} completed.`],
  ]);
});

test('ECS Service Action: steady state, placement failures and impaired starts', async () => {
  const queue = await listen('ECS Service Action');
  await on.register({ image: 'web:absent' });
  on.sandbox.fault({ effect: 'capacityUnavailable', target: 'web', times: 1 });
  on.sandbox.fault({ effect: 'imagePullFailure', target: 'web:absent', times: 4 });
  await on.create({ desiredCount: 1 });
  await on.until(isCompleted);
  const events = (await queue.drain()).map(({ detail }) => detail);
  expect(events[0]).toEqual({
    eventType: 'ERROR',
    eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
    clusterArn: cluster,
    reason: 'RESOURCE:FARGATE',
    createdAt: expect.stringMatching(/^2026-01-01T00:\d\d:\d\d\.\d{3}Z$/),
  });
  expect([...new Set(events.map(({ eventType, eventName }) => `${String(eventType)} ${String(eventName)}`))]).toEqual([
    'ERROR SERVICE_TASK_PLACEMENT_FAILURE',
    'WARN SERVICE_TASK_START_IMPAIRED',
    'INFO SERVICE_STEADY_STATE',
  ]);
});

test('CloudTrail: ECS registers and deregisters targets under its service-linked role', async () => {
  const elb = new ElasticLoadBalancingV2Client(clientSettings(on.sandbox.url));
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 80, TargetType: 'ip', VpcId: 'vpc-1' }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  await on.register();
  const loadBalancers = [{ targetGroupArn: TargetGroupArn, containerName: 'web', containerPort: 80 }];
  await on.create({ desiredCount: 1, loadBalancers });
  await on.until(isCompleted);
  await on.sandbox.advance(9 * 60_000);
  const cloudtrail = new CloudTrailClient(clientSettings(on.sandbox.url));
  const LookupAttributes = [{ AttributeKey: 'Username' as const, AttributeValue: 'ecs-service-scheduler' }];
  const { Events = [] } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
  expect(Events.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent) as object)).toMatchObject([
    {
      eventSource: 'elasticloadbalancing.amazonaws.com',
      eventName: 'RegisterTargets',
      userIdentity: {
        invokedBy: 'ecs.amazonaws.com',
        sessionContext: { sessionIssuer: { userName: 'AWSServiceRoleForECS' } },
      },
      sourceIPAddress: 'ecs.amazonaws.com',
      requestParameters: { targetGroupArn: TargetGroupArn, targets: [{ port: 80 }] },
    },
  ]);
});

test('a manual change of the desired count is no event of ECS, only a call in CloudTrail', async () => {
  await on.register();
  await on.create({ desiredCount: 1 });
  await on.until(isCompleted);
  const actions = await listen('ECS Service Action');
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', desiredCount: 2 }));
  expect(await actions.drain()).toEqual([]);
  await on.sandbox.advance(9 * 60_000);
  const cloudtrail = new CloudTrailClient(clientSettings(on.sandbox.url));
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'UpdateService' }];
  const { Events = [] } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
  expect(JSON.parse(Events[0]?.CloudTrailEvent ?? '')).toMatchObject({
    requestParameters: { cluster: 'main', service: 'web', desiredCount: 2 },
    responseElements: { service: { serviceArn: service, desiredCount: 2 } },
  });
  await on.ecs.send(new DeleteServiceCommand({ cluster: 'main', service: 'web', force: true }));
});
