import { expect, it } from 'vitest';
import { policyOf } from './policy.ts';

it('names an action once, with every resource that was asked for', () => {
  const policy = policyOf([
    { actions: ['ecs:UpdateService'], resources: ['arn:b'] },
    { actions: ['ecs:UpdateService'], resources: ['arn:a', 'arn:b'] },
  ]);
  expect(policy.Statement).toEqual([{ Effect: 'Allow', Action: ['ecs:UpdateService'], Resource: ['arn:a', 'arn:b'] }]);
});

it('puts actions on the same resources into one statement', () => {
  const policy = policyOf([
    { actions: ['ecs:UpdateService', 'ecs:CreateService'], resources: ['arn:a'] },
    { actions: ['ecs:DescribeServices'], resources: ['*'] },
    { actions: ['ecs:DeleteService'], resources: ['arn:a'] },
  ]);
  expect(policy.Statement).toEqual([
    { Effect: 'Allow', Action: ['ecs:CreateService', 'ecs:DeleteService', 'ecs:UpdateService'], Resource: ['arn:a'] },
    { Effect: 'Allow', Action: ['ecs:DescribeServices'], Resource: ['*'] },
  ]);
});

it('leaves out resources that * covers', () => {
  const policy = policyOf([
    { actions: ['ecs:DescribeServices'], resources: ['arn:a'] },
    { actions: ['ecs:DescribeServices'], resources: ['*'] },
  ]);
  expect(policy.Statement).toEqual([{ Effect: 'Allow', Action: ['ecs:DescribeServices'], Resource: ['*'] }]);
});

it('keeps apart, last and by its name, what may be left out', () => {
  const policy = policyOf([
    { sid: 'Preflight', actions: ['iam:GetRole'], resources: ['arn:role'] },
    { actions: ['ecs:DescribeServices'], resources: ['*'] },
    { sid: 'Preflight', actions: ['ec2:DescribeSubnets'], resources: ['*'] },
  ]);
  expect(policy.Statement).toEqual([
    { Effect: 'Allow', Action: ['ecs:DescribeServices'], Resource: ['*'] },
    { Sid: 'Preflight', Effect: 'Allow', Action: ['ec2:DescribeSubnets'], Resource: ['*'] },
    { Sid: 'Preflight2', Effect: 'Allow', Action: ['iam:GetRole'], Resource: ['arn:role'] },
  ]);
});
