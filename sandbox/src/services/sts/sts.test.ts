import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped' });
});
afterAll(() => sandbox.close());

const role = { RoleArn: 'arn:aws:iam::444455556666:role/ci/deploy', RoleSessionName: 'run-1' };

function client(credentials?: Credentials): STSClient {
  return new STSClient(clientSettings(sandbox.url, credentials?.AccessKeyId));
}

test('GetCallerIdentity: an account key is the account itself', async () => {
  expect(await client().send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '111122223333',
    Arn: 'arn:aws:iam::111122223333:root',
    UserId: '111122223333',
  });
});

test('AssumeRole: the credentials act as the session of the role, in the account of the role', async () => {
  const assumed = await client().send(new AssumeRoleCommand(role));
  const arn = 'arn:aws:sts::444455556666:assumed-role/deploy/run-1';
  expect(assumed.AssumedRoleUser?.Arn).toBe(arn);
  expect(assumed.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(assumed.Credentials?.SecretAccessKey).toHaveLength(40);
  expect(assumed.Credentials?.Expiration?.getTime()).toBe(sandbox.now() + 3_600_000);
  expect(await client(assumed.Credentials).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '444455556666',
    Arn: arn,
    UserId: assumed.AssumedRoleUser?.AssumedRoleId,
  });
});

test('AssumeRole: role chaining is limited to one hour', async () => {
  const { Credentials: first } = await client().send(new AssumeRoleCommand({ ...role, DurationSeconds: 7200 }));
  await expect(client(first).send(new AssumeRoleCommand({ ...role, DurationSeconds: 3601 }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
  });
});

test('AssumeRole: an ARN that is not of a role is invalid', async () => {
  const RoleArn = 'arn:aws:iam::444455556666:user/somebody';
  await expect(client().send(new AssumeRoleCommand({ ...role, RoleArn }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: `${RoleArn} is invalid`,
  });
});

test('AssumeRoleWithWebIdentity: the request needs no signature', async () => {
  const answer = await fetch(sandbox.url, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      WebIdentityToken: 'a.b.c',
      ...role,
    }),
  });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(':assumed-role/deploy/run-1</Arn>');
  const signed = await client().send(new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken: 'a.b.c' }));
  expect(signed.Credentials?.AccessKeyId).toMatch(/^ASIA/);
});

test('GetSessionToken: not with session credentials, and at most an hour for the account itself', async () => {
  const { Credentials } = await client().send(new GetSessionTokenCommand({ DurationSeconds: 43_200 }));
  expect(Credentials?.Expiration?.getTime()).toBe(sandbox.now() + 3_600_000);
  expect(await client(Credentials).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: 'arn:aws:iam::111122223333:root',
  });
  const { Credentials: session } = await client().send(new AssumeRoleCommand(role));
  await expect(client(session).send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('GetAccessKeyInfo: the account can be read from a key id', async () => {
  const { Credentials } = await client().send(new AssumeRoleCommand(role));
  const AccessKeyId = Credentials?.AccessKeyId ?? '';
  expect((await client().send(new GetAccessKeyInfoCommand({ AccessKeyId }))).Account).toBe('444455556666');
  await expect(client().send(new GetAccessKeyInfoCommand({ AccessKeyId: 'not-an-access-key' }))).rejects.toMatchObject({
    name: 'ValidationError',
  });
});
