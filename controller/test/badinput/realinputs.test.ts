import { describe, expect, test } from 'vitest';
import { saysOf } from './entry.ts';
import { cluster, head, service } from './manifests.ts';

/** What people paste: task definitions, services and templates as tools print and keep them. */

const manifest = 'expected a manifest with apiVersion: longshore.dev/v1alpha1 and a kind';
const underTask =
  'write kind: Service, metadata.name, and its fields under spec.task, with "containers" for "containerDefinitions"';

const asInApi = `found an ECS service as the AWS API has it, ${manifest}: write kind: Service, metadata.name, and its fields under spec`;

describe('files of other tools say what they are and what to write', () => {
  test.each([
    [
      '{"taskDefinition": {"family": "web", "containerDefinitions": [], "revision": 4}}',
      `found {"taskDefinition": ...}, as "aws ecs describe-task-definition" prints it, ${manifest}: ${underTask}`,
    ],
    ['{"family": "web", "containerDefinitions": []}', `found an ECS task definition, ${manifest}: ${underTask}`],
    ['{"services": [{}]}', asInApi],
    ['{"service": {}}', asInApi],
    ['{"serviceName": "web", "taskDefinition": "web:4"}', asInApi],
    ['{"Version": "2012-10-17", "Statement": []}', `found an IAM policy, ${manifest}`],
    ['AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n', `found a CloudFormation template, ${manifest}`],
  ])('%s', async (text, message) => {
    expect(await saysOf(text)).toEqual([`f.yaml:1:1: ${message}`]);
  });
});

describe('fields of the ECS API in a Service', () => {
  const unknown = (name: string, advice: string) => `unknown field "${name}": ${advice}`;
  const output = 'it is an output of ECS, leave it out';

  test.each([
    ['runningCount: 2', output],
    ['pendingCount: 0', output],
    ['status: ACTIVE', output],
    ['platformFamily: Linux', output],
    ['deployments: []', output],
    ['serviceName: web', 'the name follows from metadata.name; nameOverride forces one'],
    ['taskDefinition: web:4', 'the task definition itself stands under task'],
    ['networkConfiguration: {}', 'write network: {subnets, securityGroups, assignPublicIp}'],
    ['deploymentConfiguration: {}', 'write deployment'],
    ['clientToken: x', 'Longshore sends one of its own, leave it out'],
  ])('%s', async (line, advice) => {
    const [name = ''] = line.split(':');
    expect(await saysOf(service(`  ${line}\n`))).toEqual([`f.yaml:6:3: /spec/${name}: ${unknown(name, advice)}`]);
  });

  test.each([
    ['revision: 4', output],
    ['registeredBy: me', output],
    ['requiresAttributes: []', output],
    ['family: web', 'it follows from the service, leave it out'],
    ['containerDefinitions: []', 'write containers'],
    ['taskRoleArn: arn:aws:iam::111122223333:role/web', 'write taskRole'],
  ])('%s in its task', async (line, advice) => {
    const [name = ''] = line.split(':');
    const text = service().replace('    cpu:', `    ${line}\n    cpu:`);
    expect(await saysOf(text)).toEqual([`f.yaml:7:5: /spec/task/${name}: ${unknown(name, advice)}`]);
  });

  test('a revision elsewhere is no output of ECS', async () => {
    const [first] = await saysOf(`${head('Application', 'web')}spec: {source: {repoURL: ., revision: main}}\n`);
    expect(first).toMatch(/unknown field "revision", expected one of/u);
  });
});

describe('ways of saying "not set"', () => {
  test('null is not set, everywhere', async () => {
    expect(await saysOf(service('  launchType: null\n  loadBalancers:\n  serviceName: null\n'))).toEqual([]);
  });

  test('an empty text is not, and it says what to do', async () => {
    expect(await saysOf(service('  launchType: ""\n'))).toEqual([
      'f.yaml:6:15: /spec/launchType: found "", expected one of FARGATE, EC2, EXTERNAL (leave the field out when it is not set)',
    ]);
  });
});

describe('values', () => {
  test('words of AWS where a manifest has true and false', async () => {
    expect(
      await saysOf(service('  network: {subnets: [subnet-0a1b2c3d4e5f60001], assignPublicIp: ENABLED}\n')),
    ).toEqual([
      'f.yaml:6:66: /spec/network/assignPublicIp: found "ENABLED", expected true or false: write true, without quotes',
    ]);
  });

  test('numbers and booleans in quotes', async () => {
    expect(await saysOf(service('  desiredCount: "2"\n  enableExecuteCommand: "true"\n'))).toEqual([
      'f.yaml:6:17: /spec/desiredCount: found "2", expected a whole number: take the quotes away',
      'f.yaml:7:25: /spec/enableExecuteCommand: found "true", expected true or false: write true, without quotes',
    ]);
  });

  test('an id with a space at its end, which AWS would not find', async () => {
    expect(await saysOf(service('  network: {subnets: ["subnet-0a1b2c3d4e5f60001 "]}\n'))).toEqual([
      'warning f.yaml:6:23: /spec/network/subnets/0: found "subnet-0a1b2c3d4e5f60001 ": it has white space around it',
    ]);
  });

  test('bare names where an ARN is wanted', async () => {
    const text = service().replace(/arn:\S+role\/execution/u, 'ecsTaskExecutionRole');
    expect(await saysOf(text)).toEqual([
      'warning f.yaml:9:20: /spec/task/executionRole: found "ecsTaskExecutionRole", expected an ARN, such as arn:aws:iam::111122223333:role/ecsTaskExecutionRole',
    ]);
    expect(await saysOf(service().replace(/arn:\S+cluster\/main/u, 'main'))).toEqual([
      'warning f.yaml:5:15: /spec/clusterArn: found "main", expected an ARN',
    ]);
  });

  test('a value that ends with a colon, without quotes', async () => {
    const secret = '{name: X, valueFrom: arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf:key::}';
    expect(await saysOf(service('', `        secrets: [${secret}]\n`))).toEqual([
      'f.yaml:13:40: not valid YAML: block collections are not allowed within flow collections; put quotes around a value that holds ": " or ends with ":"',
    ]);
  });

  test('escapes of JSON are read as what they stand for', async () => {
    const text =
      '{"apiVersion":"longshore.dev/v1alpha1","kind":"Cluster","metadata":{"name":"a"},"spec":{"tags":{"q":"x\\u0026y"}}}';
    expect(await saysOf(text)).toEqual([]);
  });
});

describe('placeholders that nobody has filled in', () => {
  const gap = 'this looks like a placeholder that nobody has filled in';
  const template = 'found {{ }}, which YAML reads as a mapping: this looks like a template that has not been rendered';

  test.each([
    ['<TEAM>', `warning f.yaml:4:18: /spec/tags/a: found "<TEAM>": ${gap}`],
    ['__TEAM__', `warning f.yaml:4:18: /spec/tags/a: found "__TEAM__": ${gap}`],
    ['"{{ team }}"', `warning f.yaml:4:18: /spec/tags/a: found "{{ team }}": ${gap}`],
    ['{{team}}', `f.yaml:4:19: /spec/tags/a: ${template}`],
    ['{{ .Values.team }}', `f.yaml:4:19: /spec/tags/a: ${template}`],
  ])('%s as a tag', async (value, message) => {
    expect(await saysOf(cluster('main', `{tags: {a: ${value}}}`))).toEqual([message]);
  });

  test('where the schema wants something else, that says it as well', async () => {
    expect(await saysOf(cluster('main', '{containerInsights: __INSIGHTS__}'))).toEqual([
      `f.yaml:4:27: /spec/containerInsights: found "__INSIGHTS__", expected one of disabled, enabled, enhanced; ${gap}`,
    ]);
    expect(await saysOf(service('  desiredCount: <COUNT>\n'))).toEqual([
      `f.yaml:6:17: /spec/desiredCount: found "<COUNT>", expected a whole number; ${gap}`,
    ]);
    expect((await saysOf(cluster('<NAME>')))[0]).toMatch(
      new RegExp(`^f\\.yaml:3:18: /metadata/name: .*; ${gap}$`, 'u'),
    );
  });

  test('unquoted in JSON, and lines of a template', async () => {
    expect(await saysOf('{"apiVersion": "longshore.dev/v1alpha1", "kind": <KIND>}')).toEqual([
      'f.yaml:1:50: /kind: unknown kind "<KIND>", expected one of Application, ApplicationSet, Project, ControllerConfiguration, Cluster, Service, Job, LoadBalancer, ListenerRule, TargetGroup, ScalingPolicy',
    ]);
    const [first] = await saysOf(`${head('Cluster', 'main')}spec:\n  {{- if .Values.x }}\n  tags: {}\n  {{- end }}\n`);
    expect(first).toBe(
      'f.yaml:5:5: not valid YAML: block collections are not allowed within flow collections; this looks like a template that has not been rendered',
    );
  });
});

test('comments with // in JSON', async () => {
  const text = '{\n  // the cluster\n  "apiVersion": "longshore.dev/v1alpha1", "kind": "Cluster"\n}';
  expect(await saysOf(text)).toEqual([
    expect.stringMatching(
      /^f\.yaml:2:3: .*found a comment with \/\/, which neither JSON nor YAML has: take it out, or begin it with # in YAML$/u,
    ),
  ]);
});
