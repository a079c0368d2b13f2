import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  type ParameterStringFilter,
  PutParameterCommand,
  type PutParameterCommandInput,
  RemoveTagsFromResourceCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';

let sandbox: Sandbox;
let client: SSMClient;

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped', throttle: false });
  client = new SSMClient(clientSettings(sandbox.url));
});
afterEach(() => sandbox.close());

function put(Name: string, Value: string, input: Partial<PutParameterCommandInput> = {}) {
  return client.send(new PutParameterCommand({ Name, Value, Type: 'String', ...input }));
}

async function get(Name: string, WithDecryption = false) {
  return (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;
}

test('PutParameter: a parameter is overwritten only when asked, as its next version', async () => {
  expect(await put('/app/url', 'one')).toMatchObject({ Version: 1, Tier: 'Standard' });
  await expect(put('/app/url', 'two')).rejects.toMatchObject({
    name: 'ParameterAlreadyExists',
    message: 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  });
  expect(await put('/app/url', 'two', { Overwrite: true, Type: undefined })).toMatchObject({ Version: 2 });
  expect(await get('/app/url')).toMatchObject({
    Name: '/app/url',
    Value: 'two',
    Version: 2,
    Type: 'String',
    ARN: 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/url',
    DataType: 'text',
  });
  expect(await get('/app/url:1')).toMatchObject({ Value: 'one', Selector: ':1' });
  await expect(get('/app/url:3')).rejects.toMatchObject({
    name: 'ParameterVersionNotFound',
    message: 'Systems Manager could not find version 3 of /app/url. Verify the version and try again.',
  });
  await expect(get('/app/none')).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

test('PutParameter: what cannot be put is refused as documented', async () => {
  await put('/app/url', 'one');
  const cases: [Promise<unknown>, string][] = [
    [put('/new', 'x', { Type: undefined }), 'ValidationException'],
    [put('/app/url', 'x', { Type: 'SecureString', Overwrite: true }), 'HierarchyTypeMismatchException'],
    [put('/app/url', 'x', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }), 'ValidationException'],
    [put('/aws/x', 'x'), 'ValidationException'],
    [put('ssm-x', 'x'), 'ValidationException'],
    [put('a/b', 'x'), 'ValidationException'],
    [put('/a b', 'x'), 'ValidationException'],
    [put('/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16', 'x'), 'HierarchyLevelLimitExceededException'],
    [put('/long', 'x'.repeat(4097)), 'ValidationException'],
    [put('/number', 'x', { AllowedPattern: '^\\d+$' }), 'ParameterPatternMismatchException'],
    [put('/number', 'x', { AllowedPattern: '[' }), 'InvalidAllowedPatternException'],
  ];
  for (const [refused, name] of cases) await expect(refused).rejects.toMatchObject({ name });
});

test('PutParameter: large values need the advanced tier, which is never left', async () => {
  const large = 'x'.repeat(5000);
  expect(await put('/large', large, { Tier: 'Intelligent-Tiering' })).toMatchObject({ Tier: 'Advanced' });
  await expect(put('/large', 'small', { Tier: 'Standard', Overwrite: true })).rejects.toMatchObject({
    name: 'ValidationException',
  });
  expect(await put('/large', 'small', { Overwrite: true })).toMatchObject({ Tier: 'Advanced' });
});

test('SecureString: the value is shown only with decryption', async () => {
  await put('/app/token', 'hunter2', { Type: 'SecureString' });
  expect((await get('/app/token'))?.Value).toMatch(/^AQICAH/);
  expect((await get('/app/token', true))?.Value).toBe('hunter2');
  const { Parameters } = await client.send(new DescribeParametersCommand({}));
  expect(Parameters?.[0]).toMatchObject({ KeyId: 'alias/aws/ssm', Type: 'SecureString' });
  expect(JSON.stringify(Parameters)).not.toContain('hunter2');
});

test('GetParameters: unknown names are listed, not an error', async () => {
  await put('/a', '1');
  expect(await client.send(new GetParametersCommand({ Names: ['/a', '/b', 'constructor'] }))).toMatchObject({
    Parameters: [{ Name: '/a', Value: '1' }],
    InvalidParameters: ['/b', 'constructor'],
  });
});

const byPath = async (input: object) => {
  const { Parameters, NextToken } = await client.send(new GetParametersByPathCommand({ Path: '/app', ...input }));
  return { names: Parameters?.map(({ Name }) => Name), NextToken };
};

test('GetParametersByPath: one level or all of them, page by page', async () => {
  for (const name of ['/app/a', '/app/b', '/app/deep/c', '/apple']) await put(name, name);
  expect((await byPath({})).names).toEqual(['/app/a', '/app/b']);
  const first = await byPath({ Recursive: true, MaxResults: 2 });
  expect(first.names).toEqual(['/app/a', '/app/b']);
  await client.send(new DeleteParameterCommand({ Name: '/app/b' }));
  const second = await byPath({ Recursive: true, MaxResults: 2, NextToken: first.NextToken });
  expect(second).toEqual({ names: [], NextToken: undefined });
  await expect(byPath({ Path: 'app' })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(byPath({ NextToken: 'mine' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
});

const described = async (...ParameterFilters: ParameterStringFilter[]) =>
  (await client.send(new DescribeParametersCommand({ ParameterFilters }))).Parameters?.map(({ Name }) => Name);

test('DescribeParameters: filters by name, type, path and tag', async () => {
  await put('/app/a', '1', { Tags: [{ Key: 'team', Value: 'web' }] });
  await put('/app/x/b', '2', { Type: 'StringList' });
  await put('c', '3');
  expect(await described()).toEqual(['/app/a', '/app/x/b', 'c']);
  expect(await described({ Key: 'Name', Option: 'BeginsWith', Values: ['/app'] })).toEqual(['/app/a', '/app/x/b']);
  expect(await described({ Key: 'Name', Option: 'Contains', Values: ['/x/'] })).toEqual(['/app/x/b']);
  expect(await described({ Key: 'Type', Values: ['StringList'] })).toEqual(['/app/x/b']);
  expect(await described({ Key: 'Path', Option: 'OneLevel', Values: ['/app'] })).toEqual(['/app/a']);
  expect(await described({ Key: 'tag:team', Values: ['web', 'api'] })).toEqual(['/app/a']);
  expect(await described({ Key: 'tag:team' })).toEqual(['/app/a']);
  await expect(described({ Key: 'Name', Option: 'Like', Values: ['a'] })).rejects.toMatchObject({
    name: 'InvalidFilterOption',
  });
});

test('labels: a label is on one version, and the oldest labelled version blocks the hundred-and-first', async () => {
  for (let i = 1; i <= 100; i++) await put('/v', String(i), { Overwrite: true });
  const label = (ParameterVersion: number, ...Labels: string[]) =>
    client.send(new LabelParameterVersionCommand({ Name: '/v', ParameterVersion, Labels }));
  expect(await label(2, 'live', 'aws-x')).toMatchObject({ InvalidLabels: ['aws-x'], ParameterVersion: 2 });
  expect(await get('/v:live')).toMatchObject({ Value: '2' });
  await label(1, 'live');
  expect(await get('/v:live')).toMatchObject({ Value: '1' });
  await expect(put('/v', '101', { Overwrite: true })).rejects.toMatchObject({
    name: 'ParameterMaxVersionLimitExceeded',
  });
  await client.send(new UnlabelParameterVersionCommand({ Name: '/v', ParameterVersion: 1, Labels: ['live'] }));
  await put('/v', '101', { Overwrite: true });
  await expect(get('/v:1')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
  const history = await client.send(new GetParameterHistoryCommand({ Name: '/v', MaxResults: 2 }));
  expect(history.Parameters?.map(({ Version }) => Version)).toEqual([2, 3]);
});

test('DeleteParameters: what was not there is listed, and the tags are gone with the parameter', async () => {
  await put('/a', '1', { Tags: [{ Key: 'team', Value: 'web' }] });
  const tags = { ResourceType: 'Parameter', ResourceId: '/a' } as const;
  await client.send(new AddTagsToResourceCommand({ ...tags, Tags: [{ Key: 'env', Value: 'test' }] }));
  await client.send(new RemoveTagsFromResourceCommand({ ...tags, TagKeys: ['team'] }));
  expect((await client.send(new ListTagsForResourceCommand(tags))).TagList).toEqual([{ Key: 'env', Value: 'test' }]);
  expect(await client.send(new DeleteParametersCommand({ Names: ['/a', '/b'] }))).toMatchObject({
    DeletedParameters: ['/a'],
    InvalidParameters: ['/b'],
  });
  await expect(client.send(new ListTagsForResourceCommand(tags))).rejects.toMatchObject({ name: 'InvalidResourceId' });
  await expect(client.send(new DeleteParameterCommand({ Name: '/a' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});
