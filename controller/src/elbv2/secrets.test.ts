import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandboxed, sandboxed } from '../../test/sandboxed.ts';
import type { AuthenticateOidc } from '../api/authentication.ts';
import { actionsOf, liveAction, wantedAction } from './actions.ts';
import { clientSecretFor, secretTags } from './secrets.ts';
import { targetGroupKeys } from './targets.ts';

let running: Sandboxed;
beforeAll(async () => {
  running = await sandboxed();
  for (const [Name, Value] of [
    ['/shop/oidc', 'hush'],
    ['/shop/other', 'hush hush'],
  ]) {
    await running.aws.ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
  }
});
afterAll(() => running.close());

const keys = targetGroupKeys({});
const oidc: AuthenticateOidc = {
  issuer: 'https://id.example.com',
  authorizationEndpoint: 'https://id.example.com/a',
  tokenEndpoint: 'https://id.example.com/t',
  userInfoEndpoint: 'https://id.example.com/u',
  clientId: 'shop',
  clientSecretParameter: '/shop/oidc',
};
const wanted = wantedAction({ authenticateOidc: oidc, fixedResponse: { statusCode: 200 } });
/** As AWS gives it back: without the secret. */
const live = liveAction(
  actionsOf(wanted, keys, { value: 'x' }).map(({ AuthenticateOidcConfig: config, ...action }) => {
    if (config === undefined) return action;
    const { ClientSecret: _secret, ...rest } = config;
    return { ...action, AuthenticateOidcConfig: rest };
  }),
  keys,
  secretTags(wanted),
);
const secretFor = (change: Partial<AuthenticateOidc>, there: typeof live | undefined) =>
  clientSecretFor(
    running.aws,
    wantedAction({ authenticateOidc: { ...oidc, ...change }, fixedResponse: { statusCode: 200 } }),
    there,
    new AbortController().signal,
  );

test('what AWS gives back, with the tag, is what was wanted; the secret is in neither', () => {
  expect(live).toEqual(wanted);
  expect(JSON.stringify([wanted, live])).not.toContain('hush');
});

test('the secret is read for a new action, another client and another parameter, and else AWS keeps it', async () => {
  expect(await secretFor({}, undefined)).toEqual({ value: 'hush' });
  expect(await secretFor({ clientId: 'other' }, live)).toEqual({ value: 'hush' });
  expect(await secretFor({ clientSecretParameter: '/shop/other' }, live)).toEqual({ value: 'hush hush' });
  expect(await secretFor({ scope: 'email' }, live)).toBeUndefined();
  const [first] = actionsOf(wanted, keys);
  expect(first?.AuthenticateOidcConfig).toMatchObject({ UseExistingClientSecret: true });
  expect(first?.AuthenticateOidcConfig).not.toHaveProperty('ClientSecret');
});

test('a parameter that is not there is an error that names it, not its value', async () => {
  await expect(secretFor({ clientSecretParameter: '/shop/none' }, live)).rejects.toThrow('GetParameter /shop/none');
});
