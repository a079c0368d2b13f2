import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';
import { services } from '../index.ts';
import type { Service } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';

const day = 24 * 3_600_000;
let sandbox: Sandbox;
let world: World | undefined;
let client: SecretsManagerClient;
let arn: string;

/** Hands the world to the tests, for the port has no API of its own. */
const window: Service = {
  ...(services.find(({ name }) => name === 'sts') as Service),
  start: (started) => {
    world = started;
  },
};

beforeEach(async () => {
  const served = services.filter(({ name }) => name === 'secretsmanager' || name === 'ssm');
  sandbox = await startSandbox({ port: 0, time: 'stepped', throttle: false }, [...served, window]);
  client = new SecretsManagerClient(clientSettings(sandbox.url));
  const created = await client.send(
    new CreateSecretCommand({ Name: 'app/db', SecretString: 'one', Tags: [{ Key: 'team', Value: 'db' }] }),
  );
  arn = created.ARN ?? '';
});
afterEach(() => sandbox.close());

async function value(input: object = {}): Promise<string | undefined> {
  return (await client.send(new GetSecretValueCommand({ SecretId: 'app/db', ...input }))).SecretString;
}

async function put(SecretString: string, input: object = {}): Promise<string> {
  const { VersionId } = await client.send(new PutSecretValueCommand({ SecretId: 'app/db', SecretString, ...input }));
  return VersionId ?? '';
}

test('CreateSecret: the ARN ends with six random characters, and the secret is found without them', async () => {
  expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:111122223333:secret:app\/db-[A-Za-z0-9]{6}$/);
  for (const SecretId of ['app/db', arn, arn.slice(0, -7)]) expect(await value({ SecretId })).toBe('one');
  await expect(value({ SecretId: `${arn.slice(0, -6)}aaaaaa` })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
  });
});

test('CreateSecret: a name is taken once, and a retry with the same token is no error', async () => {
  const retry = { Name: 'app/queue', SecretString: 'x', ClientRequestToken: '0'.repeat(32) };
  const first = await client.send(new CreateSecretCommand(retry));
  expect((await client.send(new CreateSecretCommand(retry))).ARN).toBe(first.ARN);
  await expect(client.send(new CreateSecretCommand({ ...retry, SecretString: 'y' }))).rejects.toMatchObject({
    name: 'ResourceExistsException',
    message: 'The operation failed because the secret app/queue already exists.',
  });
});

test('CreateSecret: a name has only the documented characters, a value is text or bytes', async () => {
  await expect(client.send(new CreateSecretCommand({ Name: 'a b' }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  });
  const both = { Name: 'both', SecretString: 'x', SecretBinary: new Uint8Array([1]) };
  await expect(client.send(new CreateSecretCommand(both))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await client.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary: new Uint8Array([0, 255]) }));
  const { SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: 'bytes' }));
  expect(SecretBinary).toEqual(new Uint8Array([0, 255]));
  await client.send(new CreateSecretCommand({ Name: 'empty' }));
  await expect(value({ SecretId: 'empty' })).rejects.toMatchObject({
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });
});

test('PutSecretValue: the new version is AWSCURRENT and the one before AWSPREVIOUS', async () => {
  const second = await put('two');
  expect(await value()).toBe('two');
  expect(await value({ VersionStage: 'AWSPREVIOUS' })).toBe('one');
  await put('three');
  expect(await value({ VersionStage: 'AWSPREVIOUS' })).toBe('two');
  expect(await value({ VersionId: second })).toBe('two');
  const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'app/db' }));
  expect(Versions?.map(({ VersionStages }) => VersionStages)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  const all = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'app/db', IncludeDeprecated: true }));
  expect(all.Versions).toHaveLength(3);
  await expect(value({ VersionId: '0'.repeat(36) })).rejects.toMatchObject({
    message: `Secrets Manager can't find the specified secret value for VersionId: ${'0'.repeat(36)}`,
  });
});

test('PutSecretValue: a token is a version once; other labels do not move AWSCURRENT', async () => {
  const ClientRequestToken = '1'.repeat(32);
  expect(await put('two', { ClientRequestToken, VersionStages: ['BLUE'] })).toBe(ClientRequestToken);
  expect(await value()).toBe('one');
  expect(await put('two', { ClientRequestToken })).toBe(ClientRequestToken);
  await expect(put('three', { ClientRequestToken })).rejects.toMatchObject({
    name: 'ResourceExistsException',
    message: `You can't use ClientRequestToken ${ClientRequestToken} because that value is already in use for a version of secret ${arn}.`,
  });
});

test('UpdateSecretVersionStage: a label is moved only from the version that holds it', async () => {
  const { VersionId: first } = await client.send(new GetSecretValueCommand({ SecretId: 'app/db' }));
  const second = await put('two');
  const move = { SecretId: 'app/db', VersionStage: 'AWSCURRENT', MoveToVersionId: first };
  await expect(client.send(new UpdateSecretVersionStageCommand(move))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await client.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: second }));
  expect(await value()).toBe('one');
  expect(await value({ VersionStage: 'AWSPREVIOUS' })).toBe('two');
});

test('DeleteSecret: a secret waits for its recovery window, and can be restored until then', async () => {
  const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId: arn, RecoveryWindowInDays: 7 }));
  expect(DeletionDate?.getTime()).toBe(sandbox.now() + 7 * day);
  await expect(value()).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: "You can't perform this operation on the secret because it was marked for deletion.",
  });
  await expect(client.send(new CreateSecretCommand({ Name: 'app/db' }))).rejects.toMatchObject({
    message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
  });
  expect((await client.send(new DescribeSecretCommand({ SecretId: arn }))).DeletedDate).toBeDefined();
  expect((await client.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  await client.send(new RestoreSecretCommand({ SecretId: arn }));
  await sandbox.advance(8 * day);
  expect(await value()).toBe('one');

  await client.send(new DeleteSecretCommand({ SecretId: arn }));
  await sandbox.advance(30 * day);
  await expect(value()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('DeleteSecret: without recovery it is gone at once, and not together with a window', async () => {
  const force = { SecretId: 'app/db', ForceDeleteWithoutRecovery: true };
  await expect(client.send(new DeleteSecretCommand({ ...force, RecoveryWindowInDays: 7 }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(
    client.send(new DeleteSecretCommand({ SecretId: 'app/db', RecoveryWindowInDays: 6 })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await client.send(new DeleteSecretCommand(force));
  await client.send(new CreateSecretCommand({ Name: 'app/db', SecretString: 'again' }));
  expect(await value()).toBe('again');
});

test('ListSecrets: filters are prefixes of name, description and tags', async () => {
  await client.send(new CreateSecretCommand({ Name: 'app/mail', Description: 'Mail relay', SecretString: 'm' }));
  const list = async (Filters: { Key: 'name' | 'description' | 'tag-key' | 'tag-value' | 'all'; Values: string[] }[]) =>
    (await client.send(new ListSecretsCommand({ Filters, SortBy: 'name', SortOrder: 'asc' }))).SecretList?.map(
      ({ Name }) => Name,
    );
  expect(await list([{ Key: 'name', Values: ['app/'] }])).toEqual(['app/db', 'app/mail']);
  expect(await list([{ Key: 'name', Values: ['!app/d'] }])).toEqual(['app/mail']);
  expect(await list([{ Key: 'description', Values: ['mail'] }])).toEqual(['app/mail']);
  expect(await list([{ Key: 'tag-key', Values: ['team'] }])).toEqual(['app/db']);
  expect(await list([{ Key: 'all', Values: ['DB'] }])).toEqual(['app/db']);
  const batch = await client.send(new BatchGetSecretValueCommand({ SecretIdList: ['app/mail', 'nope'] }));
  expect(batch.SecretValues).toMatchObject([{ Name: 'app/mail', SecretString: 'm' }]);
  expect(batch.Errors).toMatchObject([{ SecretId: 'nope', ErrorCode: 'ResourceNotFoundException' }]);
});

test('UpdateSecret, tags and the resource policy are shown by DescribeSecret and GetResourcePolicy', async () => {
  await client.send(new UpdateSecretCommand({ SecretId: arn, Description: 'the database', SecretString: 'two' }));
  await client.send(new TagResourceCommand({ SecretId: arn, Tags: [{ Key: 'env', Value: 'test' }] }));
  await client.send(new UntagResourceCommand({ SecretId: arn, TagKeys: ['team'] }));
  const described = await client.send(new DescribeSecretCommand({ SecretId: arn }));
  expect(described).toMatchObject({ Description: 'the database', Tags: [{ Key: 'env', Value: 'test' }] });
  expect(Object.values(described.VersionIdsToStages ?? {})).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  const policy = { SecretId: arn, ResourcePolicy: '{"Version":"2012-10-17","Statement":[]}' };
  await client.send(new PutResourcePolicyCommand(policy));
  expect((await client.send(new GetResourcePolicyCommand({ SecretId: arn }))).ResourcePolicy).toBe(
    policy.ResourcePolicy,
  );
  await expect(client.send(new PutResourcePolicyCommand({ ...policy, ResourcePolicy: '{' }))).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
  });
});

describe('values for containers', () => {
  const scope = { accountId: '111122223333', region: 'eu-west-1' };
  const resolve = (valueFrom: string): string | undefined => world?.ports.secrets.resolve(scope, valueFrom);

  test('Container secrets: a secret by its ARN, with key, stage and version', async () => {
    await put('{"user":"app","port":5432}');
    expect(resolve(arn)).toBe('{"user":"app","port":5432}');
    expect(resolve(`${arn}:user::`)).toBe('app');
    expect(resolve(`${arn}:port::`)).toBe('5432');
    expect(resolve(`${arn}::AWSPREVIOUS:`)).toBe('one');
    const { VersionId } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    expect(resolve(`${arn}:user::${VersionId}`)).toBe('app');
    expect(() => resolve(`${arn}:password::`)).toThrow(
      'retrieved secret from Secrets Manager did not contain json key password',
    );
    expect(() => resolve(`${arn}x`)).toThrow("Secrets Manager can't find the specified secret.");
  });

  test('Container secrets: a parameter by its name or ARN', async () => {
    const ssm = new SSMClient(clientSettings(sandbox.url));
    await ssm.send(new PutParameterCommand({ Name: '/app/token', Value: 'secret', Type: 'SecureString' }));
    expect(resolve('/app/token')).toBe('secret');
    expect(resolve('arn:aws:ssm:eu-west-1:111122223333:parameter/app/token')).toBe('secret');
    expect(() => resolve('/app/none')).toThrow(expect.objectContaining({ code: 'ParameterNotFound' }));
  });
});
