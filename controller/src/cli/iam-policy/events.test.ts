import { expect, it } from 'vitest';
import { bootstrapRights, eventRights } from './events.ts';
import { policyOf } from './policy.ts';

const destination = { accountId: '111122223333', region: 'eu-west-1' };

it('lets the controller read its own queue alone, and change nothing', () => {
  const policy = policyOf(eventRights('prod', destination));
  expect(policy.Statement).toEqual([
    { Effect: 'Allow', Action: ['cloudtrail:LookupEvents'], Resource: ['*'] },
    {
      Effect: 'Allow',
      Action: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'],
      Resource: ['arn:*:sqs:eu-west-1:111122223333:longshore-prod-events'],
    },
  ]);
});

it('lets bootstrap change only what has the name of the installation, besides roles', () => {
  for (const { actions, resources } of bootstrapRights('prod', destination)) {
    const changes = actions.filter((action) => !/:(Describe|Get|List)/u.test(action) && !action.startsWith('iam:'));
    if (changes.length > 0) expect(resources.every((arn) => arn.includes('longshore-prod-'))).toBe(true);
  }
});
