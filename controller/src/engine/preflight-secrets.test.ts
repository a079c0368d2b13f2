import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ACCOUNT, type Harness, harness, REGION } from '../../test/harness.ts';
import { never, personally } from '../../test/engine-world.ts';
import { manifest } from '../../test/applications.ts';
import type { AwsCall, FinishedCall } from '../aws/calls.ts';
import { renderMarkdown } from '../core/render/markdown.ts';
import type { ApplicationInput } from './engine.ts';

const READER = `arn:aws:iam::${ACCOUNT}:role/reader`;
/** What must be seen nowhere. */
const CANARY = 'canary-3f9c1d';

let world: Harness;
let secret: string;
let text: string;
beforeEach(async () => {
  world = await harness();
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'secret' };
  const client = new SecretsManagerClient({ endpoint: world.sandbox.url, region: REGION, credentials });
  const made = async (Name: string, SecretString: string): Promise<string> =>
    (await client.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? '';
  secret = await made('db', JSON.stringify({ password: CANARY, user: `${CANARY}-user` }));
  text = await made('text', `${CANARY} is no JSON`);
  client.destroy();
});
afterEach(() => world[Symbol.asyncDispose]());

function shop(valueFrom: string, secretReaderRole: string | undefined): ApplicationInput {
  const service = manifest('Service/api', {
    cluster: 'main',
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1'] },
    task: {
      cpu: 256,
      memory: 512,
      executionRole: 'execution',
      containers: [{ name: 'web', image: 'example/web:1', secrets: [{ name: 'A', valueFrom }] }],
    },
  });
  const input = world.application([manifest('Cluster/main', {}), service]);
  const preflight = secretReaderRole === undefined ? {} : { preflight: { secretReaderRole } };
  return { ...input, spec: { ...input.spec, destination: preflight } };
}

async function keyFindings(input: ApplicationInput): Promise<readonly (readonly [string, string])[]> {
  const verified = await world.engine.verify(input, never);
  return verified
    .flatMap(({ findings }) => findings)
    .filter(({ check }) => check === 'SecretKey')
    .map(({ severity, message }) => [severity, message] as const);
}

test('without a role no value is read, and the finding says how to have it checked', async () => {
  expect(await keyFindings(shop(`${secret}:password::`, undefined))).toEqual([
    ['unchecked', expect.stringContaining('spec.destination.preflight.secretReaderRole')],
  ]);
  const calls = world.sandbox.calls();
  expect([calls['secretsmanager:GetSecretValue'], calls['sts:AssumeRole']]).toEqual([undefined, undefined]);
});

test('with a role a key that is there is fine, and one that is not is an error with the nearest', async () => {
  expect(await keyFindings(shop(`${secret}:password::`, READER))).toEqual([]);
  expect(await keyFindings(shop(`${secret}:pasword:AWSCURRENT:`, READER))).toEqual([
    ['error', expect.stringMatching(/^db-\w+ has no JSON key "pasword" \(did you mean "password"\?\)$/u)],
  ]);
  expect(await keyFindings(shop(`${text}:password::`, READER))).toEqual([
    ['error', expect.stringMatching(/its value is no JSON object/u)],
  ]);
});

test('a secret without a key is never read', async () => {
  await world.engine.verify(shop(secret, READER), never);
  expect(world.sandbox.calls()['secretsmanager:GetSecretValue']).toBeUndefined();
});

test.each([
  ['a wrong key', 'pasword'],
  ['a right key', 'password'],
])('the value is seen nowhere: %s', async (_what, key) => {
  const finished: FinishedCall[] = [];
  const spans: string[] = [];
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  }
  const engine = world.restart(world.store, {
    observer: (call) => void finished.push(call),
    // As spans stand around calls.
    middleware: [
      async ({ operation }: AwsCall, send) => {
        spans.push(operation);
        return send();
      },
    ],
  });
  const seen: unknown[] = [];
  for (const arn of [secret, text]) {
    const input = shop(`${arn}:${key}::`, READER);
    const plan = await engine.plan(input, {}, never);
    seen.push(plan, renderMarkdown(plan), await engine.verify(input, never));
    seen.push(await engine.sync(input, { initiator: personally }, never));
  }
  vi.restoreAllMocks();
  expect(finished.filter(({ operation }) => operation === 'GetSecretValue').length).toBeGreaterThan(0);
  const everything = JSON.stringify([seen, finished, written, world.events]);
  expect(everything).toContain(secret);
  expect(everything).not.toContain(CANARY);
  expect(spans).toContain('AssumeRole');
  expect(spans).not.toContain('GetSecretValue');
});
