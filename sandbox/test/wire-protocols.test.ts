import { CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import * as cloudwatchSdk from '@aws-sdk/client-cloudwatch';
import { DescribeClustersCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import * as ecsSdk from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client, DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as elbSdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { cbor } from '@smithy/core/cbor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../src/index.ts';
import { AwsError, type Call, type Service } from '../src/kernel/service.ts';
import { sts } from '../src/services/sts/index.ts';
import { clientSettings } from './clients.ts';

let sandbox: Sandbox;
let lastCall: Call | undefined;
let received: object | undefined;
const problems: Error[] = [];

function note(input: object, call: Call): object {
  lastCall = call;
  received = input;
  return {};
}

function refuse(code: string): () => object {
  return () => {
    throw new AwsError(code, 'It is <refused> & gone.');
  };
}

const served: readonly Service[] = [
  {
    name: 'ecs',
    sdk: ecsSdk,
    model: 'ecs',
    handlers: {
      ListClusters: note,
      DescribeClusters: () => {
        throw new Error('a bug');
      },
      ListServices: refuse('ClusterNotFoundException'),
    },
  },
  {
    name: 'elasticloadbalancing',
    sdk: elbSdk,
    model: 'elbv2',
    handlers: { DescribeRules: refuse('RuleNotFoundException') },
  },
  {
    name: 'monitoring',
    sdk: cloudwatchSdk,
    model: 'cloudwatch',
    handlers: {
      PutMetricData: note,
      DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'cpu', EvaluationPeriods: 2 }] }),
      DeleteAlarms: refuse('ResourceNotFound'),
    },
  },
  sts,
];

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, onProblem: (problem) => problems.push(problem) }, served);
});
afterAll(() => sandbox.close());

function authorization(service: string, region = 'eu-west-1', key = '111122223333'): string {
  return `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

function form(service: string, fields: Record<string, string>): Promise<Response> {
  return fetch(sandbox.url, {
    method: 'POST',
    headers: { authorization: authorization(service) },
    body: new URLSearchParams(fields),
  });
}

test('Account and region: the account is a 12-digit access key, the region that of the credential scope', async () => {
  await new ECSClient({ ...clientSettings(sandbox.url), region: 'ap-south-1' }).send(new ListClustersCommand({}));
  expect(lastCall).toMatchObject({
    scope: { accountId: '111122223333', region: 'ap-south-1' },
    principal: 'arn:aws:iam::111122223333:root',
    operation: 'ListClusters',
  });
  await new ECSClient(clientSettings(sandbox.url, 'AKIAIOSFODNN7EXAMPLE')).send(new ListClustersCommand({}));
  expect(lastCall?.scope.accountId).toBe('000000000000');
});

test('JSON errors: the code is the shape, the request id is in the header', async () => {
  const client = new ECSClient(clientSettings(sandbox.url));
  const refused = client.send(new ecsSdk.ListServicesCommand({}));
  await expect(refused).rejects.toBeInstanceOf(ecsSdk.ClusterNotFoundException);
  await expect(refused).rejects.toMatchObject({
    message: 'It is <refused> & gone.',
    $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
});

test('Query errors: the code is that of the awsQueryError trait', async () => {
  const client = new ElasticLoadBalancingV2Client(clientSettings(sandbox.url));
  const refused = client.send(new DescribeRulesCommand({}));
  await expect(refused).rejects.toMatchObject({ message: 'It is <refused> & gone.' });
  const answer = await form('elasticloadbalancing', { Action: 'DescribeRules', Version: '2015-12-01' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(
    '<Error><Type>Sender</Type><Code>RuleNotFound</Code><Message>It is &lt;refused&gt; &amp; gone.</Message></Error>',
  );
});

test('UnknownOperationException: the sandbox says what it does not serve, in the protocol of the request', async () => {
  const client = new ECSClient(clientSettings(sandbox.url));
  await expect(client.send(new ecsSdk.CreateClusterCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: 'The sandbox does not serve ecs:CreateCluster',
    $metadata: { httpStatusCode: 400 },
  });
  const query = await form('route53', { Action: 'ListRoles', Version: '2010-05-08' });
  expect(query.status).toBe(400);
  expect(await query.text()).toContain(
    '<Code>InvalidAction</Code><Message>The sandbox does not serve ListRoles</Message>',
  );
  const inherited = await fetch(sandbox.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.toString', authorization: authorization('ecs') },
  });
  expect(await inherited.json()).toMatchObject({ __type: 'UnknownOperationException' });
});

test('InvalidAction: a Query service has no operation of that name', async () => {
  const query = await form('elasticloadbalancing', { Action: 'DescribeEverything', Version: '2015-12-01' });
  expect(query.status).toBe(400);
  expect(await query.text()).toContain(
    '<Code>InvalidAction</Code><Message>Could not find operation DescribeEverything for version 2015-12-01</Message>',
  );
});

test('CloudWatch speaks JSON to the SDK, with the Query code in a header', async () => {
  const client = new CloudWatchClient(clientSettings(sandbox.url));
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms).toEqual([{ AlarmName: 'cpu', EvaluationPeriods: 2 }]);
  const answer = await fetch(sandbox.url, {
    method: 'POST',
    headers: {
      'x-amz-target': 'GraniteServiceVersion20100801.DeleteAlarms',
      'content-type': 'application/x-amz-json-1.0',
      authorization: authorization('monitoring'),
    },
    body: '{"AlarmNames":["a"]}',
  });
  expect(answer.headers.get('x-amzn-query-error')).toBe('ResourceNotFound;Sender');
  expect(answer.status).toBe(404);
});

test('CloudWatch speaks Query, as older AWS CLIs do', async () => {
  const answer = await form('monitoring', { Action: 'DescribeAlarms', Version: '2010-08-01', MaxRecords: '3' });
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(text).toContain('<DescribeAlarmsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">');
  expect(text).toContain('<member><AlarmName>cpu</AlarmName><EvaluationPeriods>2</EvaluationPeriods></member>');
});

const call = (operation: string, input: object): Promise<Response> =>
  fetch(`${sandbox.url}/service/GraniteServiceVersion20100801/operation/${operation}`, {
    method: 'POST',
    headers: {
      'smithy-protocol': 'rpc-v2-cbor',
      'content-type': 'application/cbor',
      authorization: authorization('monitoring'),
    },
    body: cbor.serialize(input),
  });

test('CloudWatch speaks RPC v2 CBOR, as newer AWS CLIs do', async () => {
  const answer = await call('DescribeAlarms', { MaxRecords: 3 });
  expect(answer.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
  expect(cbor.deserialize(new Uint8Array(await answer.arrayBuffer()))).toMatchObject({
    MetricAlarms: [{ AlarmName: 'cpu', EvaluationPeriods: 2 }],
  });
  const refused = await call('DeleteAlarms', { AlarmNames: ['a'] });
  expect(refused.headers.get('x-amzn-query-error')).toBe('ResourceNotFound;Sender');
  expect(cbor.deserialize(new Uint8Array(await refused.arrayBuffer()))).toMatchObject({ __type: 'ResourceNotFound' });
});

test('compressed requests are read', async () => {
  const client = new CloudWatchClient({ ...clientSettings(sandbox.url), requestMinCompressionSizeBytes: 10 });
  const MetricData = Array.from({ length: 200 }, (_, index) => ({ MetricName: `metric-${index}`, Value: index }));
  await client.send(new PutMetricDataCommand({ Namespace: 'test', MetricData }));
  expect(received).toEqual({ Namespace: 'test', MetricData });
});

test('malformed requests are answered, not served', async () => {
  const json = await fetch(sandbox.url, {
    method: 'POST',
    headers: {
      'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters',
      authorization: authorization('ecs'),
    },
    body: '{"maxResults":',
  });
  expect(json.status).toBe(400);
  expect(await json.json()).toMatchObject({ __type: 'SerializationException' });
  const query = await form('monitoring', { Action: 'DescribeAlarms', Version: '2010-08-01', MaxRecords: 'three' });
  expect(await query.text()).toContain('<Message>three at MaxRecords is not a number</Message>');
  const unsignedQuery = await fetch(sandbox.url, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'DescribeAlarms', Version: '2010-08-01' }),
  });
  expect(unsignedQuery.status).toBe(403);
  expect(await unsignedQuery.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  const mangled = await fetch(sandbox.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters', authorization: 'AWS4-HMAC-SHA256 x' },
  });
  expect(await mangled.json()).toMatchObject({ __type: 'IncompleteSignatureException' });
});

test('a presigned URL is as good as a signed request', async () => {
  const parameters = new URLSearchParams({
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    'X-Amz-Credential': '222233334444/20260101/us-east-1/sts/aws4_request',
  });
  const answer = await fetch(`${sandbox.url}/?${parameters.toString()}`);
  expect(await answer.text()).toContain('<Account>222233334444</Account>');
});

test('a handler that fails is InternalFailure, and loud', async () => {
  const client = new ECSClient(clientSettings(sandbox.url));
  await expect(client.send(new DescribeClustersCommand({}))).rejects.toMatchObject({
    name: 'InternalFailure',
    $metadata: { httpStatusCode: 500 },
  });
  expect(problems.map(({ message }) => message)).toEqual(['ecs:DescribeClusters failed: Error: a bug']);
  const health = await fetch(`${sandbox.url}/_sandbox/health`);
  expect(await health.json()).toMatchObject({ status: 'problems' });
});

test('Authentication: an expired session is refused in the words of the protocol', async () => {
  const stepped = await startSandbox({ port: 0, time: 'stepped' }, served);
  try {
    const { Credentials } = await new STSClient(clientSettings(stepped.url)).send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::444455556666:role/deploy',
        RoleSessionName: 'test',
      }),
    );
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
    };
    const settings = { ...clientSettings(stepped.url), credentials };
    await new ECSClient(settings).send(new ListClustersCommand({}));
    expect(lastCall).toMatchObject({
      scope: { accountId: '444455556666' },
      principal: 'arn:aws:sts::444455556666:assumed-role/deploy/test',
    });
    await stepped.advance(3_600_000);
    await expect(new ECSClient(settings).send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
    });
    await expect(new STSClient(settings).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      $metadata: { httpStatusCode: 403 },
    });
  } finally {
    await stepped.close();
  }
});
