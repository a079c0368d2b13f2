import { readFileSync } from 'node:fs';
import * as autoscaling from '@aws-sdk/client-application-auto-scaling';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as ssm from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { AUTOSCALING_CALLS } from './autoscaling.ts';
import { CODEDEPLOY_CALLS } from './codedeploy.ts';
import { ECS_CALLS } from './ecs.ts';
import { ELBV2_CALLS } from './elbv2.ts';
import { ROLE_CALLS, ZONE_CALLS } from './global.ts';
import { PARAMETER_CALLS, SECRET_CALLS } from './secrets.ts';
import { objectsOfCall } from './sources.ts';

const place = { accountId: '123456789012', region: 'eu-west-1' };
const arn = (service: string, resource: string): string => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;

/** Operations of a client that change something, as its commands say. */
function mutating(client: object, filter = /./u): readonly string[] {
  return Object.keys(client)
    .flatMap((name) => /^(\w+)Command$/u.exec(name)?.[1] ?? [])
    .filter((name) => filter.test(name) && !/^(Describe|List|Get|Discover|Generate|Simulate)/u.test(name))
    .toSorted();
}

/** The same from botocore's models 1.43, which are ahead of the clients, and have the services without one. */
const models = JSON.parse(
  readFileSync(new URL('../testdata/mutating-operations.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly string[]>>;

describe('every operation that changes something has an entry', () => {
  it.each([
    ['ecs', ECS_CALLS],
    ['elbv2', ELBV2_CALLS],
    ['autoscaling', AUTOSCALING_CALLS],
    ['codedeploy', CODEDEPLOY_CALLS],
    ['secretsmanager', SECRET_CALLS],
    ['route53', ZONE_CALLS],
  ])('%s, as the models say', (service, table) => {
    expect(Object.keys(table).toSorted()).toEqual(models[service]);
  });

  const parameters = mutating(ssm, /Parameter|TagsToResource|TagsFromResource/u);
  const roles = mutating(iam, /Role/u).filter((name) => !/InstanceProfile|ServiceLinked|AcquireRole/u.test(name));
  it.each([
    ['ECS', ECS_CALLS, mutating(ecs)],
    ['Elastic Load Balancing', ELBV2_CALLS, mutating(elbv2)],
    ['Application Auto Scaling', AUTOSCALING_CALLS, mutating(autoscaling)],
    ['parameters', PARAMETER_CALLS, parameters],
    ['roles', ROLE_CALLS, roles],
  ])('%s, as the client that we use says', (_, table, operations) => {
    expect(operations.length).toBeGreaterThan(5);
    expect(operations.filter((name) => !Object.hasOwn(table, name))).toEqual([]);
  });
});

/** What a call with that request and answer touches. */
function touched(
  source: string,
  name: string,
  request: JsonObject,
  response: JsonObject = {},
): readonly string[] | undefined {
  return objectsOfCall(`${source}.amazonaws.com`, { place, name, request, response });
}

describe('ECS', () => {
  it('takes the ARN of a service from the answer', () => {
    const answer = { service: { serviceArn: arn('ecs', 'service/main/api'), clusterArn: arn('ecs', 'cluster/main') } };
    expect(touched('ecs', 'UpdateService', { service: 'api', cluster: 'main', desiredCount: 4 }, answer)).toEqual([
      arn('ecs', 'service/main/api'),
    ]);
  });
  it('completes the name of a service to both forms of its ARN when there is no answer', () => {
    expect(touched('ecs', 'DeleteService', { service: 'api', cluster: 'main' })).toEqual([
      arn('ecs', 'service/main/api'),
      arn('ecs', 'service/api'),
    ]);
    expect(touched('ecs', 'DeleteService', { service: 'api', cluster: arn('ecs', 'cluster/main') })).toEqual([
      arn('ecs', 'service/main/api'),
      arn('ecs', 'service/api'),
    ]);
  });
  it('takes the cluster "default" where none is named, as ECS does', () => {
    expect(touched('ecs', 'UpdateService', { service: 'api' })).toContain(arn('ecs', 'service/default/api'));
  });
  it('finds the service of a task set and of a service deployment', () => {
    expect(touched('ecs', 'DeleteTaskSet', {}, { taskSet: { serviceArn: arn('ecs', 'service/main/api') } })).toEqual([
      arn('ecs', 'service/main/api'),
    ]);
    const deployment = arn('ecs', 'service-deployment/main/api/Ab1');
    expect(touched('ecs', 'StopServiceDeployment', { serviceDeploymentArn: deployment })).toEqual([
      deployment,
      arn('ecs', 'service/main/api'),
    ]);
  });
  it('finds revisions of task definitions, one or many', () => {
    expect(touched('ecs', 'DeregisterTaskDefinition', { taskDefinition: 'api:7' })).toEqual([
      arn('ecs', 'task-definition/api:7'),
    ]);
    const answer = { taskDefinition: { taskDefinitionArn: arn('ecs', 'task-definition/api:8') } };
    expect(touched('ecs', 'RegisterTaskDefinition', { family: 'api' }, answer)).toEqual([
      arn('ecs', 'task-definition/api:8'),
    ]);
    const both = { taskDefinitions: ['api:1', arn('ecs', 'task-definition/api:2')] };
    expect(touched('ecs', 'DeleteTaskDefinitions', both)).toEqual([
      arn('ecs', 'task-definition/api:1'),
      arn('ecs', 'task-definition/api:2'),
    ]);
  });
  it('finds a stopped task and the service that it belonged to', () => {
    const task = { taskArn: arn('ecs', 'task/main/1'), group: 'service:api', clusterArn: arn('ecs', 'cluster/main') };
    expect(touched('ecs', 'StopTask', { task: '1', cluster: 'main' }, { task })).toEqual([
      arn('ecs', 'task/main/1'),
      arn('ecs', 'service/main/api'),
      arn('ecs', 'service/api'),
    ]);
    expect(touched('ecs', 'RunTask', { taskDefinition: 'api:1' }, { tasks: [task] })).toEqual([task.taskArn]);
  });
  it('finds clusters by name and by ARN, and whatever is tagged', () => {
    expect(touched('ecs', 'PutClusterCapacityProviders', { cluster: 'main' })).toEqual([arn('ecs', 'cluster/main')]);
    expect(touched('ecs', 'UntagResource', { resourceArn: arn('ecs', 'service/main/api') })).toEqual([
      arn('ecs', 'service/main/api'),
    ]);
  });
  it('finds nothing in what Longshore does not keep', () => {
    expect(touched('ecs', 'PutAccountSetting', { name: 'containerInsights' })).toEqual([]);
  });
});

describe('Elastic Load Balancing', () => {
  const targetGroup = arn('elasticloadbalancing', 'targetgroup/web/1');
  const listener = arn('elasticloadbalancing', 'listener/app/web/1/2');
  it('finds what is changed, and what is made', () => {
    expect(touched('elasticloadbalancing', 'ModifyTargetGroup', { targetGroupArn: targetGroup })).toEqual([
      targetGroup,
    ]);
    const made = { targetGroups: [{ targetGroupArn: targetGroup }] };
    expect(touched('elasticloadbalancing', 'CreateTargetGroup', { name: 'web' }, made)).toEqual([targetGroup]);
  });
  it('finds the listener that a rule is added to, besides the rule', () => {
    const rule = arn('elasticloadbalancing', 'listener-rule/app/web/1/2/3');
    const made = { rules: [{ ruleArn: rule }] };
    expect(touched('elasticloadbalancing', 'CreateRule', { listenerArn: listener }, made)).toEqual([listener, rule]);
  });
  it('finds every rule that gets a priority, and everything that gets a tag', () => {
    const rulePriorities = [{ ruleArn: 'a', priority: 1 }, { ruleArn: 'b', priority: 2 }, 'nonsense'];
    expect(touched('elasticloadbalancing', 'SetRulePriorities', { rulePriorities })).toEqual(['a', 'b']);
    expect(touched('elasticloadbalancing', 'AddTags', { resourceArns: [targetGroup, listener] })).toEqual([
      targetGroup,
      listener,
    ]);
  });
});

describe('Application Auto Scaling', () => {
  it('finds the scalable target of an ECS service by its id', () => {
    const request = { serviceNamespace: 'ecs', resourceId: 'service/main/api', minCapacity: 1 };
    expect(touched('autoscaling', 'RegisterScalableTarget', request)).toEqual(['service/main/api']);
  });
  it('leaves out what is not of ECS, and the operation of EC2 Auto Scaling with the same name', () => {
    const table = { serviceNamespace: 'dynamodb', resourceId: 'table/a' };
    expect(touched('autoscaling', 'PutScalingPolicy', table)).toEqual([]);
    expect(touched('autoscaling', 'PutScalingPolicy', { autoScalingGroupName: 'nodes' })).toEqual([]);
  });
});

it('finds deployment groups and deployments of CodeDeploy', () => {
  const request = { applicationName: 'shop', deploymentGroupName: 'api' };
  expect(touched('codedeploy', 'CreateDeployment', request, { deploymentId: 'd-1' })).toEqual([
    arn('codedeploy', 'deploymentgroup:shop/api'),
    'd-1',
  ]);
});

it('finds parameters by their ARN, whether their name begins with a slash or not', () => {
  expect(touched('ssm', 'PutParameter', { name: '/shop/key' })).toEqual([arn('ssm', 'parameter/shop/key')]);
  expect(touched('ssm', 'DeleteParameters', { names: ['a', 'b'] })).toEqual([
    arn('ssm', 'parameter/a'),
    arn('ssm', 'parameter/b'),
  ]);
});

it('finds secrets by the ARN of the answer, however its name is written, else by what was asked for', () => {
  const secret = arn('secretsmanager', 'secret:db-AbCdEf');
  expect(touched('secretsmanager', 'PutSecretValue', { secretId: 'db' }, { aRN: secret })).toEqual([secret]);
  expect(touched('secretsmanager', 'PutSecretValue', { secretId: 'db' })).toEqual(['db']);
});

it('finds roles and hosted zones', () => {
  expect(touched('iam', 'DetachRolePolicy', { roleName: 'task' })).toEqual(['task']);
  const zone = 'arn:aws:route53:::hostedzone/Z1';
  expect(touched('route53', 'ChangeResourceRecordSets', { hostedZoneId: '/hostedzone/Z1' })).toEqual([zone]);
  expect(touched('route53', 'DeleteHostedZone', { id: 'Z1' })).toEqual([zone]);
});

it('does not know operations that are not in the tables', () => {
  expect(touched('ecs', 'MakeCoffee', {})).toBeUndefined();
  expect(touched('ecs', 'constructor', {})).toBeUndefined();
  expect(touched('ec2', 'RunInstances', {})).toBeUndefined();
});

it('uses the partition of the region', () => {
  const call = (region: string) =>
    objectsOfCall('ecs.amazonaws.com', {
      place: { ...place, region },
      name: 'DeleteCluster',
      request: { cluster: 'main' },
      response: {},
    });
  expect(call('cn-north-1')).toEqual(['arn:aws-cn:ecs:cn-north-1:123456789012:cluster/main']);
  expect(call('us-gov-west-1')).toEqual(['arn:aws-us-gov:ecs:us-gov-west-1:123456789012:cluster/main']);
});
