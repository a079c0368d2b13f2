import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { Clock } from '../core/clock.ts';
import { Buckets } from './buckets.ts';
import { secretKeysOf } from './secret-keys.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db';

const ASSUMED = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>key</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

/** Nothing here waits. */
const clock: Clock = { now: () => new Date(0), sleep: () => Promise.resolve() };

interface Answered {
  readonly requests: readonly string[];
  readonly outcome: unknown;
}

/** Looks into a secret where Secrets Manager answers with this body. */
async function lookedAt(body: string, status = 200): Promise<Answered> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let sent = '';
    request.on('data', (chunk) => (sent += String(chunk)));
    request.on('end', () => {
      requests.push(decodeURIComponent(sent.replaceAll('+', ' ')));
      const isSecret = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
      response.writeHead(isSecret ? status : 200, {
        'content-type': isSecret ? 'application/x-amz-json-1.1' : 'text/xml',
      });
      response.end(isSecret ? body : ASSUMED);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = {
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    retryMode: 'standard',
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 5_000 },
  };
  const rules = {
    buckets: new Buckets(clock),
    clock,
    priority: () => 'sync' as const,
    middleware: [],
    observer: undefined,
  } as const;
  const asked = { role: 'arn:aws:iam::123456789012:role/reader', secret: SECRET, stage: '', version: '' };
  try {
    const abort = { abortSignal: new AbortController().signal };
    const outcome = await secretKeysOf({ config, rules }, asked, abort).catch((error: unknown) => error);
    return { requests, outcome };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('the session may read this secret and nothing else, for the shortest time that there is', async () => {
  const { requests, outcome } = await lookedAt(JSON.stringify({ SecretString: '{"a":1,"b":{"c":2}}' }));
  expect(outcome).toEqual({ form: 'object', keys: ['a', 'b'] });
  expect(requests[0]).toContain('"Action":"secretsmanager:GetSecretValue"');
  expect(requests[0]).toContain(`"Resource":["${SECRET}","${SECRET}-??????"]`);
  expect(requests[0]).toContain('DurationSeconds=900');
});

test.each([
  ['text', { SecretString: 'canary' }],
  ['a list', { SecretString: '["canary"]' }],
  ['bytes', { SecretBinary: Buffer.from('{"a":"canary"}').toString('base64') }],
])('%s has no keys', async (_what, body) => {
  expect((await lookedAt(JSON.stringify(body))).outcome).toEqual({ form: 'other' });
});

test('an answer that cannot be parsed is an error that does not quote it', async () => {
  const { outcome } = await lookedAt('{"SecretString":canary}');
  expect(outcome).toBeInstanceOf(Error);
  expect(inspect(outcome, { depth: 10, showHidden: true })).not.toContain('canary');
});

test('a refusal says why in the words of AWS', async () => {
  const refusal = { __type: 'AccessDeniedException', message: 'not authorized' };
  const { outcome } = await lookedAt(JSON.stringify(refusal), 400);
  expect(outcome).toMatchObject({ name: 'AccessDeniedException', message: 'not authorized' });
});
