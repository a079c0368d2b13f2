import { type Sandbox, startSandbox } from '@longshore/sandbox';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterEach, expect, it } from 'vitest';
import type { Clock } from '../core/clock.ts';
import { connect } from './connect.ts';

const HUB = '123456789012';
const TEAM = '210987654321';
const REGION = 'eu-west-1';

let sandbox: Sandbox;
let operations: string[] = [];
afterEach(async () => sandbox.close());

/** An account of a team with a role that trusts the controller, by an external id. */
async function team(iam: 'off' | 'enforced'): Promise<void> {
  operations = [];
  sandbox = await startSandbox({ port: 0, time: 'stepped', runtime: 'simulated', seed: 1, iam });
  const client = new IAMClient({
    endpoint: sandbox.url,
    region: REGION,
    credentials: { accessKeyId: TEAM, secretAccessKey: 'secret' },
  });
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: `arn:aws:iam::${HUB}:root` },
        Condition: { StringEquals: { 'sts:ExternalId': 'team' } },
      },
    ],
  };
  await client.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  client.destroy();
}

function asRole(externalId?: string) {
  const clock: Clock = { now: () => new Date(sandbox.now()), sleep: (ms) => sandbox.advance(ms) };
  const arn = `arn:aws:iam::${TEAM}:role/deploy`;
  return connect(
    {
      accountId: TEAM,
      region: REGION,
      role: { arn, sessionName: 'longshore-eu', ...(externalId !== undefined && { externalId }) },
    },
    {
      clock,
      endpoint: sandbox.url,
      credentials: { accessKeyId: HUB, secretAccessKey: 'secret' },
      observer: ({ operation }) => void operations.push(operation),
    },
  );
}

it('works in another account as the role of that account, with one AssumeRole for all clients', async () => {
  await team('off');
  const aws = await asRole('team');
  expect(aws.accountId).toBe(TEAM);
  expect(aws.callerArn).toBe(`arn:aws:sts::${TEAM}:assumed-role/deploy/longshore-eu`);
  await aws.ecs.config.credentials();
  await aws.elbv2.config.credentials();
  expect(operations.filter((operation) => operation === 'AssumeRole')).toHaveLength(1);
  await sandbox.advance(3_600_000);
  aws.close();
});

it('says what to do when the role may not be assumed', async () => {
  await team('enforced');
  await expect(asRole('another')).rejects.toMatchObject({
    code: 'RoleRefused',
    message: expect.stringContaining('trust policy has to name the controller'),
  });
});
