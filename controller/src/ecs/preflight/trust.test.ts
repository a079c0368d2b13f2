import { describe, expect, test } from 'vitest';
import { type Trust, trustOf } from './trust.ts';

const allow = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } };
const condition = { StringEquals: { 'aws:SourceAccount': '123456789012' } };

const rows: readonly (readonly [string, unknown, Trust])[] = [
  ['one statement that is not a list', allow, 'trusted'],
  [
    'a list of services',
    { ...allow, Principal: { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] } },
    'trusted',
  ],
  ['everybody', { ...allow, Principal: '*' }, 'trusted'],
  ['every action of STS', { ...allow, Action: ['sts:*'] }, 'trusted'],
  ['another service', { ...allow, Principal: { Service: 'lambda.amazonaws.com' } }, 'untrusted'],
  ['a user', { ...allow, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }, 'untrusted'],
  ['another action', { ...allow, Action: 'sts:TagSession' }, 'untrusted'],
  ['a denial beside it', [allow, { ...allow, Effect: 'Deny' }], 'untrusted'],
  ['a condition', { ...allow, Condition: condition }, 'conditional'],
  ['one with and one without a condition', [allow, { ...allow, Condition: condition }], 'trusted'],
  ['a denial under a condition', [allow, { ...allow, Effect: 'Deny', Condition: condition }], 'conditional'],
  ['no statement', [], 'untrusted'],
];

describe('a trust policy', () => {
  test.each(rows)('with %s', (_what, Statement, trust) => {
    const document = encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement }));
    expect(trustOf(document, 'ecs-tasks.amazonaws.com')).toBe(trust);
  });
});
