import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT, type Harness, harness, REGION } from '../../test/harness.ts';
import { never, personally } from '../../test/engine-world.ts';
import type { Manifest } from '../core/manifest.ts';
import type { ApplicationInput, Operation } from './engine.ts';

let world: Harness;
beforeEach(async () => {
  world = await harness({ iam: 'enforced', behaviours: { 'example/job': { exitAfterMs: 1_000, exitCode: 0 } } });
});
afterEach(() => world[Symbol.asyncDispose]());

const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'secret' };

function manifest(kind: string, name: string, spec: Manifest['spec'], annotations = {}): Manifest {
  return {
    apiVersion: 'longshore.dev/v1alpha1',
    kind,
    metadata: { name, annotations },
    spec,
    positionOf: () => ({ file: 'shop.yaml', line: 7, column: 3 }),
  };
}

function shop(tag = '1', annotations = {}, desiredCount = 1): readonly Manifest[] {
  const service = {
    cluster: 'main',
    launchType: 'FARGATE',
    desiredCount,
    network: { subnets: ['subnet-1'] },
    task: {
      cpu: 256,
      memory: 512,
      executionRole: 'execution',
      containers: [{ name: 'web', image: `example/web:${tag}` }],
    },
  };
  return [manifest('Cluster', 'main', {}), manifest('Service', 'api', service, annotations)];
}

const sync = (input: ApplicationInput): Promise<Operation> =>
  world.engine.sync(input, { initiator: personally }, never);

const serviceOf = (operation: Operation) => operation.results.find(({ ref }) => ref === 'Service/api');

async function makeRole(): Promise<void> {
  const iam = new IAMClient({ endpoint: world.sandbox.url, region: REGION, credentials });
  const trust = { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  await iam.send(new CreateRoleCommand({ RoleName: 'execution', AssumeRolePolicyDocument: document(trust) }));
  const PolicyDocument = document({ Effect: 'Allow', Action: '*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'all', PolicyDocument }));
  // IAM tells other services a little later.
  await world.sandbox.advance(10_000);
}

test('a step does not begin when what it rests on is missing, and nothing of it is changed', async () => {
  const operation = await sync(world.application(shop()));
  expect(operation.phase).toBe('Failed');
  expect(serviceOf(operation)).toMatchObject({
    status: 'SyncFailed',
    message: expect.stringMatching(
      /^nothing was changed: ExecutionRole at shop\.yaml:7:3 \(Service\/api \/task\/executionRole\): role execution does not exist/,
    ),
  });
  const calls = world.sandbox.calls();
  expect(calls['ecs:CreateCluster']).toBe(1);
  expect(calls['ecs:RegisterTaskDefinition']).toBeUndefined();
});

test('the plan of what is made or restarted says what is missing, with its place; that of the rest reads nothing', async () => {
  const findings = async (input: ApplicationInput) => {
    const plan = await world.engine.plan(input, {}, never);
    return plan.waves.flat().find(({ ref }) => ref === 'Service/api')?.preflight;
  };
  expect(await findings(world.application(shop()))).toContainEqual({
    check: 'ExecutionRole',
    severity: 'error',
    path: '/task/executionRole',
    message: `role execution does not exist in account ${ACCOUNT}`,
    position: { file: 'shop.yaml', line: 7, column: 3 },
  });
  await makeRole();
  expect((await sync(world.application(shop()))).phase).toBe('Succeeded');
  const before = world.sandbox.calls();
  expect(await findings(world.application(shop()))).toBeUndefined();
  expect(await findings(world.application(shop('1', {}, 2)))).toBeUndefined();
  expect(world.sandbox.calls()['iam:GetRole']).toBe(before['iam:GetRole']);
  expect(await findings(world.application(shop('2')))).toMatchObject([{ check: 'Image', severity: 'unchecked' }]);
});

test('Preflight=false goes on all the same, for one resource or a whole Application', async () => {
  await makeRole();
  // From now on subnet-1 is none that somebody else may have made. The sandbox runs tasks in it all the same.
  const ec2 = new EC2Client({ endpoint: world.sandbox.url, region: REGION, credentials });
  await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  expect(serviceOf(await sync(world.application(shop())))?.message).toContain('subnet subnet-1 does not exist');
  const annotated = shop('1', { 'longshore.dev/sync-options': 'Preflight=false' });
  expect((await sync(world.application(annotated))).phase).toBe('Succeeded');
  const input = world.application(shop('2'), 'r2', { syncOptions: ['Preflight=false'] });
  expect((await sync(input)).phase).toBe('Succeeded');
});

test('verify looks at what does not change as well', async () => {
  await makeRole();
  const input = world.application(shop());
  await sync(input);
  const verified = await world.engine.verify(input, never);
  expect(verified.map(({ ref, findings }) => [ref, findings.map(({ check }) => check)])).toEqual([
    ['Service/api', ['Image']],
  ]);
});

test('a hook is looked at by verify, and before it runs: nothing of it is begun', async () => {
  const hook = (executionRole: string): Manifest =>
    manifest(
      'Job',
      'migrate',
      {
        cluster: 'main',
        launchType: 'FARGATE',
        network: { subnets: ['subnet-1'] },
        task: { cpu: 256, memory: 512, executionRole, containers: [{ name: 'main', image: 'example/job:1' }] },
      },
      { 'longshore.dev/hook': 'PostSync' },
    );
  const cluster = manifest('Cluster', 'main', {});
  const input = world.application([cluster, hook('execution')]);
  const verified = await world.engine.verify(input, never);
  expect(verified.map(({ ref, findings }) => [ref, findings.map(({ check }) => check)])).toEqual([
    ['Job/migrate', ['ExecutionRole', 'Image']],
  ]);
  const operation = await sync(input);
  expect(operation.phase).toBe('Failed');
  expect(operation.results.find(({ ref }) => ref === 'Job/migrate')).toMatchObject({
    status: 'SyncFailed',
    message: expect.stringMatching(/^nothing was changed: ExecutionRole at shop\.yaml:7:3/),
  });
  expect(world.sandbox.calls()['ecs:RegisterTaskDefinition']).toBeUndefined();
  await makeRole();
  expect((await sync(input)).phase).toBe('Succeeded');
});

test('a Job that a person runs is looked at before its task is started', async () => {
  await makeRole();
  const spec = {
    cluster: 'main',
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1'] },
    task: { cpu: 256, memory: 512, executionRole: 'none', containers: [{ name: 'main', image: 'example/job:1' }] },
  };
  const job = manifest('Job', 'report', spec, { 'longshore.dev/hook': 'Skip' });
  const input = world.application([manifest('Cluster', 'main', {}), job]);
  await sync(input);
  const run = await world.engine.run(input, { initiator: personally, ref: 'Job/report' }, never);
  expect(run.results).toMatchObject([{ status: 'SyncFailed', message: expect.stringContaining('role none does not') }]);
  expect(world.sandbox.calls()['ecs:RunTask']).toBeUndefined();
});
