import { array, assert, constantFrom, dictionary, letrec, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { readMessage, type Reading } from './reading.ts';

const place = { accountId: '123456789012', region: 'eu-west-1' };
const receivedAt = new Date('2026-01-01T12:00:30Z');
const role = 'arn:aws:sts::123456789012:assumed-role/longshore';
const reader = { place, receivedAt, self: { instance: 'prod', callers: () => [`${role}/replica-1`, `${role}-eu/x`] } };
const ownAgent = 'aws-sdk-js/3.1142.0 lang/js longshore/0.1.0 instance/prod';
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/main/api';
const shortService = 'arn:aws:ecs:eu-west-1:123456789012:service/api';
const at = new Date('2026-01-01T12:00:00Z');

function envelope(event: JsonObject): string {
  const common = { version: '0', id: 'e-1', account: '123456789012', region: 'eu-west-1', time: at.toISOString() };
  return JSON.stringify({ ...common, resources: [], detail: {}, ...event });
}

function read(event: JsonObject): Reading {
  return readMessage(envelope(event), reader);
}

function call(detail: JsonObject): Reading {
  const record = {
    eventVersion: '1.08',
    eventID: 'c-1',
    eventTime: '2026-01-01T11:59:58Z',
    eventSource: 'ecs.amazonaws.com',
    eventName: 'UpdateService',
    userAgent: 'aws-cli/2.13.17',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/Alice' },
    requestParameters: { cluster: 'main', service: 'api', desiredCount: 5 },
    responseElements: { service: { serviceArn: service } },
    ...detail,
  };
  return read({ source: 'aws.ecs', 'detail-type': 'AWS API Call via CloudTrail', detail: record });
}

describe('an API call via CloudTrail', () => {
  it('becomes a touch with the objects, the principal and the times', () => {
    expect(call({})).toEqual({
      is: 'touch',
      ids: ['e-1', 'c-1'],
      touch: {
        destination: place,
        objects: [service],
        principal: 'arn:aws:iam::123456789012:user/Alice',
        at: new Date('2026-01-01T11:59:58Z'),
        receivedAt,
        event: 'UpdateService',
      },
    });
  });
  it('is ignored when role and user agent are our own, also those of another replica and version', () => {
    const own = (arn: string, userAgent: string) => call({ userAgent, userIdentity: { type: 'AssumedRole', arn } }).is;
    expect(own(`${role}/replica-1`, ownAgent)).toBe('own');
    expect(own(`${role}/replica-2`, ownAgent.replace('0.1.0', '0.2.0'))).toBe('own');
    expect(own(`${role}-eu/y`, ownAgent)).toBe('own');
    expect(own(`${role}-us/y`, ownAgent)).toBe('touch');
  });
  it('is not ignored when only the role or only the user agent is our own', () => {
    const userIdentity = { type: 'AssumedRole', arn: `${role}/replica-1` };
    expect(call({ userIdentity }).is).toBe('touch');
    expect(call({ userAgent: ownAgent }).is).toBe('touch');
    expect(call({ userIdentity, userAgent: ownAgent.replace('instance/prod', 'instance/test') }).is).toBe('touch');
    expect(call({ userIdentity: {}, userAgent: ownAgent }).is).toBe('touch');
  });
  it('is about nothing when it was refused, or only read', () => {
    expect(call({ errorCode: 'AccessDenied' }).is).toBe('nothing');
    expect(call({ readOnly: true }).is).toBe('nothing');
  });
  it('is about nothing when Longshore keeps no such thing', () => {
    expect(call({ eventName: 'PutAttributes' }).is).toBe('nothing');
  });
  it('is not known when the operation is not', () => {
    expect(call({ eventName: 'MakeCoffee' })).toMatchObject({
      is: 'malformed',
      why: expect.stringContaining('MakeCoffee'),
    });
  });
});

describe('a state change of ECS', () => {
  // As in "Amazon ECS task state change events" and "Amazon ECS service action events" of the developer guide.
  it('of a task touches the task and the service that it belongs to', () => {
    const task = 'arn:aws:ecs:eu-west-1:123456789012:task/main/0a1b';
    const reading = read({
      source: 'aws.ecs',
      'detail-type': 'ECS Task State Change',
      resources: [task],
      detail: { clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/main', group: 'service:api', taskArn: task },
    });
    expect(reading).toMatchObject({ is: 'touch', touch: { objects: [task, service, shortService], at } });
    expect(reading).not.toHaveProperty('touch.principal');
  });
  it('of a task that no service started touches the task alone', () => {
    const task = 'arn:aws:ecs:eu-west-1:123456789012:task/main/0a1b';
    const detail = { clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/main', group: 'family:migrate' };
    expect(
      read({ source: 'aws.ecs', 'detail-type': 'ECS Task State Change', resources: [task], detail }),
    ).toMatchObject({ touch: { objects: [task] } });
  });
  it.each(['ECS Service Action', 'ECS Deployment State Change'])('%s touches the service', (detailType) => {
    const detail = { eventType: 'INFO', eventName: 'SERVICE_DEPLOYMENT_COMPLETED', deploymentId: 'ecs-svc/1' };
    expect(read({ source: 'aws.ecs', 'detail-type': detailType, resources: [service], detail })).toMatchObject({
      touch: { objects: [service], event: detailType },
    });
  });
  it('of a hook touches the deployment and its service', () => {
    const deployment = 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/main/api/Ab1';
    expect(
      read({ source: 'aws.ecs', 'detail-type': 'ECS Hook State Change', detail: { serviceDeploymentArn: deployment } }),
    ).toMatchObject({ touch: { objects: [deployment, service] } });
  });
  it('of a container instance is not known', () => {
    expect(read({ source: 'aws.ecs', 'detail-type': 'ECS Container Instance State Change' }).is).toBe('malformed');
  });
});

it('takes the deployment group and the deployment from CodeDeploy', () => {
  const detail = { application: 'shop', deploymentGroup: 'api', deploymentId: 'd-1', state: 'SUCCESS' };
  const type = 'CodeDeploy Deployment State-change Notification';
  expect(read({ source: 'aws.codedeploy', 'detail-type': type, detail })).toMatchObject({
    touch: { objects: ['arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:shop/api', 'd-1'] },
  });
});

it('takes a parameter that changed from Parameter Store', () => {
  const resources = ['arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key'];
  const detail = { operation: 'Update', name: '/shop/key', type: 'String' };
  const event = { source: 'aws.ssm', 'detail-type': 'Parameter Store Change', detail };
  expect(read({ ...event, resources })).toMatchObject({ touch: { objects: resources } });
  expect(read(event)).toMatchObject({ touch: { objects: resources } });
});

describe('an image in ECR', () => {
  const detail = {
    'action-type': 'PUSH',
    result: 'SUCCESS',
    'repository-name': 'shop/api',
    'image-digest': 'sha256:7f5b',
    'image-tag': '1.4.0',
  };
  const event = { source: 'aws.ecr', 'detail-type': 'ECR Image Action' };
  it('that was pushed is told of with repository, tag and digest', () => {
    const image = { place, repository: 'shop/api', tag: '1.4.0', digest: 'sha256:7f5b', at };
    expect(read({ ...event, detail })).toEqual({ is: 'image', ids: ['e-1'], image });
  });
  it('without a tag has none, and one that was deleted or not pushed is nothing', () => {
    const { 'image-tag': _, ...untagged } = detail;
    expect(read({ ...event, detail: untagged })).not.toHaveProperty('image.tag');
    expect(read({ ...event, detail: { ...detail, 'action-type': 'DELETE' } }).is).toBe('nothing');
    expect(read({ ...event, detail: { ...detail, result: 'FAILURE' } }).is).toBe('nothing');
  });
});

describe('what is no event', () => {
  it.each([
    ['an empty message', ''],
    ['text', 'hello'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an object of something else', '{"a":1}'],
    ['an event without a time', envelope({ source: 'aws.ecs', 'detail-type': 'x', time: 'yesterday' })],
    ['more than SQS can carry', `"${'x'.repeat(1_100_000)}"`],
  ])('%s is malformed, with a reason', (_, body) => {
    expect(readMessage(body, reader)).toMatchObject({ is: 'malformed', why: expect.stringMatching(/\w{3}/u) });
  });
  it('is an event of another account or region as well: the queue is said to hold none', () => {
    const event = { source: 'aws.ecs', 'detail-type': 'ECS Service Action', resources: [service] };
    expect(read({ ...event, account: '999999999999' })).toMatchObject({
      is: 'malformed',
      why: expect.stringContaining('999999999999'),
    });
    expect(read({ ...event, region: 'us-east-1' }).is).toBe('malformed');
  });
});

describe('whatever a message holds', () => {
  const outcomes = ['touch', 'image', 'own', 'nothing', 'malformed'];
  const types = ['AWS API Call via CloudTrail', 'ECS Task State Change', 'ECR Image Action', 'Parameter Store Change'];
  const names = ['UpdateService', 'CreateRule', 'SetRulePriorities', 'StopTask', 'TagResource', '__proto__'];
  const members = ['service', 'cluster', 'task', 'tasks', 'resourceArn', 'group', '__proto__', 'constructor', 'rules'];
  const json = letrec<{ tree: unknown }>((tie) => ({
    tree: oneof(
      { depthSize: 'small' },
      constantFrom(null, true, 7, '', 'arn:', 'arn:aws:ecs:::service/', 'service:', 'a'.repeat(300)),
      string(),
      array(tie('tree'), { maxLength: 4 }),
      dictionary(oneof(constantFrom(...members), string()), tie('tree'), { maxKeys: 5 }),
    ),
  })).tree;

  it('reading it gives an answer and never throws: any text', () => {
    assert(
      property(string({ unit: 'binary' }), (body) => {
        expect(outcomes).toContain(readMessage(body, reader).is);
      }),
    );
  });
  it('reading it gives an answer and never throws: events with any content', () => {
    assert(
      property(
        constantFrom(...types),
        constantFrom('aws.ecs', 'aws.ecr', 'aws.ssm', 'constructor'),
        constantFrom(...names),
        json,
        json,
        json,
        json,
        (detailType, source, eventName, requestParameters, responseElements, userIdentity, resources) => {
          const detail = {
            eventName,
            eventSource: 'ecs.amazonaws.com',
            requestParameters,
            responseElements,
            userIdentity,
          };
          const body = envelope({ source, 'detail-type': detailType, resources, detail } as JsonObject);
          const reading = readMessage(body, reader);
          expect(outcomes).toContain(reading.is);
          if (reading.is === 'touch') {
            expect(reading.touch.objects.every((object) => typeof object === 'string' && object !== '')).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
