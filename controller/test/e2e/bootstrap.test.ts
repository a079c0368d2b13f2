import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Ended, longshore } from './program.ts';
import { type TestWorld, testWorld } from './world.ts';

const ACCOUNT = '000000000000';

let world: TestWorld;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const bootstrap = (...args: readonly string[]): Promise<Ended> => longshore(['bootstrap', ...args], world);

it('shows a plan, makes it so, prints what goes into the configuration, and has nothing to do then', async () => {
  const planned = await bootstrap('--dry-run');
  expect(planned.code).toBe(1);
  expect(planned.stdout).toContain('+ Queue/longshore-default-events  create');
  expect(planned.stdout).toContain('there is no trail for us-east-1');
  expect(planned.stdout).toMatch(/Plan: \d+ to create\./u);
  expect(Object.keys(world.sandbox.calls()).filter((name) => /:(Create|Put)/u.test(name))).toEqual([]);

  const made = await bootstrap('--yes');
  expect(made.code).toBe(0);
  expect(made.stderr).toContain('Rule/longshore-default-calls-ecs  created');
  const [, yaml = ''] = made.stdout.split(/^# For the ControllerConfiguration.*$/mu);
  expect(parse(yaml)).toEqual({
    spec: {
      eventQueues: [
        {
          queueUrl: expect.stringMatching(/\/000000000000\/longshore-default-events$/u),
          accountId: ACCOUNT,
          region: 'us-east-1',
        },
      ],
    },
  });

  const again = await bootstrap('--dry-run');
  expect(again.stdout).toContain('No changes.');
  expect(again.code).toBe(0);
});

it('works on several regions, and prints the plan as JSON for programs', async () => {
  const { code, stdout } = await bootstrap(
    '--region',
    'eu-west-1',
    '--region',
    'eu-central-1',
    '--global',
    '--dry-run',
    '-o',
    'json',
  );
  expect(code).toBe(1);
  const regions = JSON.parse(stdout) as readonly { readonly region: string; readonly trail: object }[];
  expect(regions.map(({ region }) => region)).toEqual(['eu-west-1', 'eu-central-1', 'us-east-1']);
  expect(regions[0]).toMatchObject({ empty: false, trail: { is: 'none' } });
  // us-east-1 is there for the services without regions alone.
  expect(stdout.match(/"ref": "Rule\/longshore-default-calls-roles"/gu)).toHaveLength(1);
  expect(stdout.match(/"ref": "Rule\/longshore-default-calls-ecs"/gu)).toHaveLength(2);
});

it('makes the role with what the manifests need, and says as whom the queue is read', async () => {
  await mkdir(join(world.cwd, 'manifests'));
  const cluster = 'apiVersion: longshore.dev/v1alpha1\nkind: Cluster\nmetadata: {name: main}\nspec: {}\n';
  await writeFile(join(world.cwd, 'manifests/cluster.yaml'), cluster);
  const trust = `arn:aws:iam::${ACCOUNT}:role/controller`;
  const role = ['--role', 'longshore', '--trust', trust, '--external-id', 'x1', '--manifests', 'manifests'];
  const { code, stdout, stderr } = await bootstrap('--account', ACCOUNT, ...role, '--yes');
  expect(stderr).toContain('Role/longshore  created');
  expect(code).toBe(0);
  expect(stdout).toContain('Policies.longshore-events.Statement:');
  expect(stdout).toContain('ecs:CreateCluster');
  expect(stdout).toContain('sqs:ReceiveMessage');
  expect(stdout).toContain(`roleArn: arn:aws:iam::${ACCOUNT}:role/longshore`);
  expect(stdout).toContain('externalId: x1');
});

it('takes everything away again', async () => {
  await bootstrap('--yes');
  const { code, stdout, stderr } = await bootstrap('--remove', '--yes');
  expect(stdout).toMatch(/Plan: \d+ to delete\./u);
  expect(stdout).not.toContain('eventQueues');
  expect(stderr).toContain('Queue/longshore-default-events  deleted');
  expect(code).toBe(0);
  expect((await bootstrap('--remove', '--dry-run')).code).toBe(0);
});

it('leaves alone what is not its own, says what to do, and exits 2', async () => {
  const { AWS_ENDPOINT_URL: endpoint = '' } = world.env;
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'sandbox' };
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  await sqs.send(new CreateQueueCommand({ QueueName: 'longshore-default-events' }));
  sqs.destroy();
  expect((await bootstrap('--dry-run')).code).toBe(1);
  const { code, stdout, stderr } = await bootstrap('--yes');
  expect(code).toBe(2);
  expect(stdout).toContain('refused:');
  expect(stderr).toContain('nothing was changed: arn:aws:sqs:us-east-1:000000000000:longshore-default-events exists');
  expect(Object.keys(world.sandbox.calls())).not.toContain('events:PutRule');
});

it('says which options do not fit, and changes nothing where nobody can be asked', async () => {
  const wrong = [
    [[], '--yes'],
    [['--yes', '--role', 'longshore'], '--trust says who may assume it'],
    [['--yes', '--trust', 'ecs-tasks.amazonaws.com'], '--role NAME'],
    [['--yes', '--account', '999999999999'], 'account 999999999999'],
  ] as const;
  for (const [args, expected] of wrong) {
    const { code, stderr } = await bootstrap(...args);
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
  }
  expect(Object.keys(world.sandbox.calls()).filter((name) => name !== 'sts:GetCallerIdentity')).toEqual([]);
});
