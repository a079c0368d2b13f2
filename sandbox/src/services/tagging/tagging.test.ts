import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
  GetTagKeysCommand,
  GetTagValuesCommand,
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
  TagResourcesCommand,
  UntagResourcesCommand,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';

let sandbox: Sandbox;
let client: ResourceGroupsTaggingAPIClient;
let logs: CloudWatchLogsClient;

const groupArn = (name: string): string => `arn:aws:logs:eu-west-1:111122223333:log-group:${name}`;

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped', throttle: false });
  const settings = clientSettings(sandbox.url);
  client = new ResourceGroupsTaggingAPIClient(settings);
  logs = new CloudWatchLogsClient(settings);
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'a', tags: { env: 'prod', team: 'web' } }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'b', tags: { env: 'test' } }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'untagged' }));
  const Tags = [{ Key: 'env', Value: 'prod' }];
  await new SSMClient(settings).send(new PutParameterCommand({ Name: '/p', Value: 'x', Type: 'String', Tags }));
});
afterEach(() => sandbox.close());

async function found(input: GetResourcesCommandInput = {}): Promise<(string | undefined)[]> {
  const { ResourceTagMappingList } = await client.send(new GetResourcesCommand(input));
  return ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN?.split(':').slice(5).join(':')) ?? [];
}

const env = (...Values: string[]) => ({ Key: 'env', Values });

test('GetResources: tagged resources of all services, by type and by tags', async () => {
  expect(await found()).toEqual(['log-group:a', 'log-group:b', 'parameter/p']);
  expect(await found({ ResourceTypeFilters: ['logs'] })).toEqual(['log-group:a', 'log-group:b']);
  expect(await found({ ResourceTypeFilters: ['logs:log-group', 'ssm:parameter'] })).toHaveLength(3);
  expect(await found({ ResourceTypeFilters: ['log'] })).toEqual([]);
  expect(await found({ TagFilters: [env('prod')] })).toEqual(['log-group:a', 'parameter/p']);
  expect(await found({ TagFilters: [env('prod', 'test'), { Key: 'team' }] })).toEqual(['log-group:a']);
  expect(await found({ ResourceARNList: [groupArn('b')] })).toEqual(['log-group:b']);
  const elsewhere = new ResourceGroupsTaggingAPIClient({ ...clientSettings(sandbox.url), region: 'us-east-1' });
  expect((await elsewhere.send(new GetResourcesCommand({}))).ResourceTagMappingList).toEqual([]);
});

test('GetResources: pages end with an empty token', async () => {
  const sizes: number[] = [];
  for await (const page of paginateGetResources({ client, pageSize: 2 }, {})) {
    sizes.push(page.ResourceTagMappingList?.length ?? 0);
  }
  expect(sizes).toEqual([2, 1]);
  expect((await client.send(new GetResourcesCommand({}))).PaginationToken).toBe('');
  await expect(found({ PaginationToken: 'mine' })).rejects.toMatchObject({ name: 'PaginationTokenExpiredException' });
});

test('GetResources: with TagsPerPage a page is full of tags, and no resource is split', async () => {
  const tags = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`key-${index}`, 'x']));
  for (const name of ['c', 'd', 'e']) await logs.send(new CreateLogGroupCommand({ logGroupName: name, tags }));
  const first = await client.send(new GetResourcesCommand({ TagsPerPage: 100 }));
  expect(first.ResourceTagMappingList).toHaveLength(3);
  const second = await client.send(
    new GetResourcesCommand({ TagsPerPage: 100, PaginationToken: first.PaginationToken }),
  );
  expect(second.ResourceTagMappingList).toHaveLength(3);
  expect(second.PaginationToken).toBe('');
});

test('GetResources: parameters that exclude each other are refused', async () => {
  const cases: GetResourcesCommandInput[] = [
    { ResourceARNList: [groupArn('a')], TagFilters: [{ Key: 'env' }] },
    { ResourcesPerPage: 10, TagsPerPage: 100 },
  ];
  for (const input of cases) {
    await expect(found(input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
  await expect(found({ ResourceARNList: ['nothing'] })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'nothing is not a valid AmazonResourceName (ARN)',
  });
});

test('TagResources: what cannot be tagged is in FailedResourcesMap, the others are tagged', async () => {
  const missing = groupArn('missing');
  const { FailedResourcesMap } = await client.send(
    new TagResourcesCommand({ ResourceARNList: [groupArn('a'), missing], Tags: { env: 'stage', owner: 'x' } }),
  );
  expect(FailedResourcesMap).toEqual({
    [missing]: expect.objectContaining({ StatusCode: 400, ErrorCode: 'InvalidParameterException' }),
  });
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: groupArn('a') }));
  expect(tags).toEqual({ env: 'stage', team: 'web', owner: 'x' });
});

const tag = (ResourceARNList: string[], Tags: Record<string, string>) =>
  client.send(new TagResourcesCommand({ ResourceARNList, Tags }));

test('TagResources: at most 20 ARNs, no reserved keys, at most 50 tags of a resource', async () => {
  await expect(
    tag(
      Array.from({ length: 21 }, (_, index) => groupArn(`g${index}`)),
      { a: 'b' },
    ),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining(
      "at 'resourceARNList' failed to satisfy constraint: Member must have length less than or equal to 20",
    ),
  });
  await expect(tag([groupArn('a')], { 'AWS:x': 'b' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`key-${index}`, 'x']));
  const { FailedResourcesMap } = await tag([groupArn('a'), groupArn('untagged')], many);
  expect(Object.keys(FailedResourcesMap ?? {})).toEqual([groupArn('a')]);
});

test('UntagResources: the keys are gone, others stay', async () => {
  await client.send(new UntagResourcesCommand({ ResourceARNList: [groupArn('a'), groupArn('b')], TagKeys: ['env'] }));
  expect(await found()).toEqual(['log-group:a', 'parameter/p']);
});

test('GetTagKeys and GetTagValues: each once, in order', async () => {
  expect((await client.send(new GetTagKeysCommand({}))).TagKeys).toEqual(['env', 'team']);
  expect((await client.send(new GetTagValuesCommand({ Key: 'env' }))).TagValues).toEqual(['prod', 'test']);
  expect((await client.send(new GetTagValuesCommand({ Key: 'constructor' }))).TagValues).toEqual([]);
});
