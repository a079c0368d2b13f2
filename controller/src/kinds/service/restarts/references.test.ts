import { expect, test } from 'vitest';
import { watchedBy, watchedIn } from './references.ts';

const region = { accountId: '123456789012', region: 'eu-west-1' };
const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf';
const parameter = (name: string) => `arn:aws:ssm:eu-west-1:123456789012:parameter/${name}`;

test.each([
  [secret, { in: 'SecretsManager', id: secret, stage: 'AWSCURRENT' }],
  [`${secret}:password::`, { in: 'SecretsManager', id: secret, stage: 'AWSCURRENT' }],
  [`${secret}:password:AWSPREVIOUS:`, { in: 'SecretsManager', id: secret, stage: 'AWSPREVIOUS' }],
  ['/shop/key', { in: 'ParameterStore', names: ['/shop/key'] }],
  ['key', { in: 'ParameterStore', names: ['key'] }],
  [parameter('shop/key'), { in: 'ParameterStore', names: ['/shop/key'] }],
  [parameter('key'), { in: 'ParameterStore', names: ['key', '/key'] }],
])('%s is watched', (valueFrom, watched) => {
  expect(watchedIn(valueFrom, region)).toEqual(watched);
});

test.each([
  ['a version by its id', `${secret}:::0c1d2e3f-0000-4000-8000-000000000000`],
  ['a version of a parameter', `${parameter('shop/key')}:3`],
  ['another region', secret.replace('eu-west-1', 'us-east-1')],
  ['a parameter of another account', parameter('shop/key').replace('123456789012', '210987654321')],
  ['what is not known yet', '${CloudResource/db:SecretArn}'],
])('%s is not watched: it never changes, or cannot be read', (_what, valueFrom) => {
  expect(watchedIn(valueFrom, region)).toBeUndefined();
});

test('a container reads secrets, secret options and registry credentials, each once', () => {
  const container = {
    name: 'web',
    image: 'example/web:1',
    secrets: [
      { name: 'USER', valueFrom: `${secret}:user::` },
      { name: 'PASSWORD', valueFrom: `${secret}:password::` },
    ],
    logConfiguration: { logDriver: 'splunk' as const, secretOptions: [{ name: 'token', valueFrom: '/shop/splunk' }] },
    repositoryCredentials: { credentialsParameter: secret.replace('db', 'registry') },
  };
  expect(watchedBy(container, region).map((watched) => ('id' in watched ? watched.id : watched.names[0]))).toEqual([
    secret,
    '/shop/splunk',
    secret.replace('db', 'registry'),
  ]);
});
