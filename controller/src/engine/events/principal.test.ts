import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { identityOf, principalInWords, principalOf } from './principal.ts';

const account = '123456789012';
const sessionContext = { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${account}:role/team/Admin` } };

/** The examples of the CloudTrail User Guide, "CloudTrail userIdentity element". */
const cases: readonly (readonly [string, JsonObject, string, string])[] = [
  [
    'a user',
    { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/ops/Alice`, userName: 'Alice', accountId: account },
    `arn:aws:iam::${account}:user/ops/Alice`,
    'user Alice',
  ],
  [
    'a role session',
    { type: 'AssumedRole', arn: `arn:aws:sts::${account}:assumed-role/Admin/alice@example.com`, sessionContext },
    `arn:aws:sts::${account}:assumed-role/Admin/alice@example.com`,
    'alice@example.com (role Admin)',
  ],
  [
    'a session of IAM Identity Center',
    {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_PowerUser_0123456789abcdef/bob`,
    },
    `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_PowerUser_0123456789abcdef/bob`,
    'bob (permission set PowerUser)',
  ],
  [
    'the root user',
    { type: 'Root', arn: `arn:aws:iam::${account}:root`, accountId: account },
    `arn:aws:iam::${account}:root`,
    `the root user of ${account}`,
  ],
  [
    'a federated user',
    { type: 'FederatedUser', arn: `arn:aws:sts::${account}:federated-user/Carol` },
    `arn:aws:sts::${account}:federated-user/Carol`,
    'federated user Carol',
  ],
  ['an AWS service', { type: 'AWSService', invokedBy: 'ecs.amazonaws.com' }, 'ecs.amazonaws.com', 'AWS service ecs'],
  [
    'a service-linked role',
    {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForApplicationAutoScaling_ECSService/AutoScaling-UpdateDesiredCapacity`,
      invokedBy: 'ecs.application-autoscaling.amazonaws.com',
    },
    `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForApplicationAutoScaling_ECSService/AutoScaling-UpdateDesiredCapacity`,
    'AWS service ApplicationAutoScaling_ECSService',
  ],
  [
    'a user of IAM Identity Center without a role',
    { type: 'IdentityCenterUser', onBehalfOf: { userId: '544894e8-80c1', identityStoreArn: 'x' } },
    'identity-center-user/544894e8-80c1',
    'identity-center-user/544894e8-80c1',
  ],
  [
    'a user of a SAML provider',
    { type: 'SAMLUser', userName: 'dave', identityProvider: 'bdGOnTesti4+tLGa' },
    'bdGOnTesti4+tLGa/dave',
    'bdGOnTesti4+tLGa/dave',
  ],
  [
    'another account',
    { type: 'AWSAccount', principalId: 'AIDAQRSTUVWXYZ', accountId: '210987654321' },
    'AIDAQRSTUVWXYZ',
    'AIDAQRSTUVWXYZ',
  ],
];

describe('a principal', () => {
  it.each(cases)('is named for %s', (_, identity, principal, words) => {
    expect(principalOf(identity)).toBe(principal);
    expect(principalInWords(principal)).toBe(words);
  });
  it('is not known when the event does not say', () => {
    expect(principalOf({})).toBeUndefined();
    expect(principalOf({ type: 'IAMUser', arn: 7 })).toBeUndefined();
  });
});

it('sees through sessions to the role, and keeps everybody else apart', () => {
  const session = (role: string, name: string) => `arn:aws:sts::${account}:assumed-role/${role}/${name}`;
  expect(identityOf(session('longshore', 'replica-1'))).toBe(identityOf(session('longshore', 'replica-2')));
  expect(identityOf(session('longshore', 'a'))).not.toBe(identityOf(session('longshore-2', 'a')));
  expect(identityOf(`arn:aws:iam::${account}:user/alice`)).toBe(`arn:aws:iam::${account}:user/alice`);
});
