import { expect, test } from 'vitest';
import { resourceVerdict, type ResourceRequest } from './resource-policies.ts';

const resource = 'arn:aws:sqs:eu-west-1:111122223333:jobs';
const rule = 'arn:aws:events:eu-west-1:111122223333:rule/orders';
const request: ResourceRequest = {
  principal: { kind: 'Service', name: 'events.amazonaws.com' },
  action: 'sqs:SendMessage',
  resource,
  context: { 'aws:sourcearn': rule, 'aws:sourceaccount': '111122223333', 'aws:securetransport': 'true' },
};
const allow = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: resource,
};

function verdict(statements: object | object[], asked: ResourceRequest = request): string {
  return resourceVerdict(JSON.stringify({ Version: '2012-10-17', Statement: statements }), asked);
}

test('resource policies: principal, action and resource all have to fit', () => {
  expect(verdict(allow)).toBe('allowed');
  expect(verdict({ ...allow, Principal: '*' })).toBe('allowed');
  expect(verdict({ ...allow, Principal: { Service: 'sns.amazonaws.com' } })).toBe('implicitDeny');
  expect(verdict({ ...allow, Action: ['SQS:Send*'] })).toBe('allowed');
  expect(verdict({ ...allow, Resource: `${resource}-other` })).toBe('implicitDeny');
  expect(verdict([allow, { ...allow, Effect: 'Deny' }])).toBe('explicitDeny');
});

test.each([
  ['resource policies: conditions ArnEquals', { ArnEquals: { 'aws:SourceArn': rule } }, 'allowed'],
  [
    'resource policies: conditions ArnLike with wildcards',
    { ArnLike: { 'AWS:SourceArn': `${rule.slice(0, -6)}*` } },
    'allowed',
  ],
  ['another source', { ArnEquals: { 'aws:SourceArn': `${rule}-2` } }, 'implicitDeny'],
  ['one of several values', { StringEquals: { 'aws:SourceAccount': ['1', '111122223333'] } }, 'allowed'],
  [
    'all operators',
    { StringLike: { 'aws:SourceAccount': '1111*' }, Bool: { 'aws:SecureTransport': 'false' } },
    'implicitDeny',
  ],
  ['a negation', { StringNotEquals: { 'aws:SourceAccount': '1' } }, 'allowed'],
  ['a negation that does not hold', { ArnNotLike: { 'aws:SourceArn': rule } }, 'implicitDeny'],
  ['a key that is not there', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'implicitDeny'],
  ['a key that need not be there', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }, 'allowed'],
  ['an operator that is not known', { DateLessThan: { 'aws:CurrentTime': '2026' } }, 'implicitDeny'],
])('%s', (_name, Condition, expected) => {
  expect(verdict({ ...allow, Condition })).toBe(expected);
});

test('resource policies: a denial counts unless its conditions are known not to hold', () => {
  const deny = { ...allow, Effect: 'Deny' };
  expect(verdict([allow, { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }])).toBe('allowed');
  expect(verdict([allow, { ...deny, Condition: { DateLessThan: { 'aws:CurrentTime': '2026' } } }])).toBe(
    'explicitDeny',
  );
});
