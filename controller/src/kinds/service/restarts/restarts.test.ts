import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, type Drive, freshPass, mutations } from '../../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../../test/sandboxed.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Desired, Note, Outputs } from '../../../core/driver.ts';
import type { Ref } from '../../../core/manifest.ts';
import { serviceKind } from '../index.ts';
import type { ServiceLive } from '../live.ts';
import { SECRETS_LABEL } from './label.ts';

const MINUTE = 60_000;
/** Five quiet minutes, the minute that restarts are spread over, and the minute that reads are kept for. */
const DUE = 7 * MINUTE;
const PATH = '/task/containers/web/dockerLabels/longshore.dev~1secrets';

let running: Sandboxed;
let drive: Drive<ServiceSpec, ServiceLive>;
let needs: Readonly<Record<Ref, Outputs>>;
let secretArn: string;

beforeEach(async () => {
  running = await sandboxed();
  drive = { kind: serviceKind, sandbox: running.sandbox, aws: running.aws };
  const { cluster } = await running.aws.ecs.send(
    new CreateClusterCommand({ clusterName: 'main', capacityProviders: ['FARGATE'] }),
  );
  needs = { 'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' } };
  const { secretsManager } = rolloutClients(running.aws);
  const { ARN = '' } = await secretsManager.send(
    new CreateSecretCommand({ Name: 'shop/db', SecretString: JSON.stringify({ password: 'one' }) }),
  );
  secretArn = ARN;
  await setParameter('one');
  await running.sandbox.advance(MINUTE);
});
afterEach(() => running.close());

async function rotate(value: string): Promise<void> {
  await rolloutClients(running.aws).secretsManager.send(
    new PutSecretValueCommand({ SecretId: secretArn, SecretString: JSON.stringify({ password: value }) }),
  );
}

async function setParameter(Value: string): Promise<void> {
  await running.aws.ssm.send(new PutParameterCommand({ Name: '/shop/key', Type: 'String', Value, Overwrite: true }));
}

function service(name: string, image = 'example/good:1', more: Partial<ServiceSpec> = {}): Desired<ServiceSpec> {
  const secrets = [
    { name: 'DB', valueFrom: `${secretArn}:password::` },
    { name: 'KEY', valueFrom: '/shop/key' },
  ];
  const spec: ServiceSpec = {
    cluster: 'main',
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1'] },
    restartOn: ['secrets'],
    task: {
      cpu: 256,
      memory: 512,
      executionRole: 'exec',
      containers: [
        { name: 'web', image, secrets, dockerLabels: { team: 'shop' } },
        { name: 'plain', image: 'example/good:1', essential: false },
      ],
    },
    ...more,
  };
  return desiredOf(`Service/${name}`, spec, needs);
}

const driver = () => serviceKind.driver(running.aws);

async function look(desired: Desired<ServiceSpec>): Promise<ServiceLive> {
  const live = await driver().observe({ desired, recorded: [] }, freshPass(drive));
  if (live === undefined) throw new Error('the service is not there');
  return live;
}

async function changes(desired: Desired<ServiceSpec>) {
  return driver().diff(desired, await look(desired));
}

function labels(live: ServiceLive) {
  return (live.taskDefinition?.taskDefinition.containerDefinitions ?? [])
    .toSorted((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1))
    .map(({ dockerLabels }) => dockerLabels ?? {});
}

describe('a service with restartOn: [secrets]', () => {
  test('begins with the versions of its secrets on the containers that read them', async () => {
    const live = await converge(drive, service('api'));
    expect(labels(live)).toEqual([
      {},
      { team: 'shop', [SECRETS_LABEL]: expect.stringMatching(/^\/shop\/key@1 shop\/db@[0-9a-f-]{12}$/) },
    ]);
    expect(await changes(service('api'))).toEqual([]);
  });

  test('restarts on a new version when nothing has changed for five minutes, and the plan says which', async () => {
    const desired = service('api');
    const before = await converge(drive, desired);
    await rotate('two');
    await running.sandbox.advance(2 * MINUTE);
    expect(await changes(desired)).toEqual([]);
    await rotate('three');
    await running.sandbox.advance(4 * MINUTE);
    expect(await changes(desired)).toEqual([]);
    await running.sandbox.advance(DUE);
    const [change, ...others] = await changes(desired);
    expect(others).toEqual([]);
    expect(change).toMatchObject({ path: PATH, effect: 'restartsTasks' });
    expect([change?.from, change?.to]).toEqual([
      expect.stringMatching(/^\/shop\/key@1 shop\/db@/),
      expect.stringMatching(/^\/shop\/key@1 shop\/db@/),
    ]);
    expect(change?.from).not.toBe(change?.to);
    const after = await converge(drive, desired);
    expect(after.service.taskDefinition).not.toBe(before.service.taskDefinition);
    expect(await changes(desired)).toEqual([]);
  });

  test('restarts on a new version of a parameter', async () => {
    const desired = service('api');
    await converge(drive, desired);
    await setParameter('two');
    await running.sandbox.advance(DUE);
    expect((await changes(desired)).map(({ to }) => to)).toEqual([expect.stringMatching(/^\/shop\/key@2 shop\/db@/)]);
  });

  test('waits while a rotation is under way', async () => {
    const desired = service('api');
    await converge(drive, desired);
    await rotate('two');
    const { secretsManager } = rolloutClients(running.aws);
    const pending = await secretsManager.send(
      new PutSecretValueCommand({
        SecretId: secretArn,
        SecretString: JSON.stringify({ password: 'three' }),
        VersionStages: ['AWSPENDING'],
      }),
    );
    await running.sandbox.advance(DUE);
    expect(await changes(desired)).toEqual([]);
    const { VersionId } = pending;
    await secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretArn,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: VersionId,
      }),
    );
    await running.sandbox.advance(DUE);
    expect((await changes(desired)).map(({ path }) => path)).toEqual([PATH]);
  });

  test('takes new versions along when Git changes something else', async () => {
    await converge(drive, service('api'));
    await setParameter('two');
    await running.sandbox.advance(MINUTE);
    const next = await converge(drive, service('api', 'example/good:2'));
    expect(labels(next)[1]?.[SECRETS_LABEL]).toContain('/shop/key@2');
    await running.sandbox.advance(DUE);
    expect(await changes(service('api', 'example/good:2'))).toEqual([]);
  });

  test('does not disturb a rollout that is under way', async () => {
    const desired = service('api');
    await converge(drive, desired);
    const next = service('api', 'example/good:2');
    await driver().ensure(next, await look(next), freshPass(drive));
    await setParameter('two');
    const live = await look(next);
    expect(driver().rollout(live)).toMatchObject({ phase: 'InProgress' });
    expect(driver().diff(next, live)).toEqual([]);
  });

  test('reads no value, and reads at most once a minute', async () => {
    const desired = service('api');
    await converge(drive, desired);
    await running.sandbox.advance(2 * MINUTE);
    const before = running.sandbox.calls();
    for (let times = 0; times < 5; times++) await look(desired);
    const after = running.sandbox.calls();
    const made = (operation: string) => (after[operation] ?? 0) - (before[operation] ?? 0);
    expect([made('secretsmanager:DescribeSecret'), made('ssm:DescribeParameters')]).toEqual([1, 1]);
    expect(Object.keys(after).filter((operation) => /GetSecretValue|GetParameter/.test(operation))).toEqual([]);
  });

  test('leaves what runs alone while its secrets cannot be read, and tells', async () => {
    const desired = service('api');
    await converge(drive, desired);
    await setParameter('two');
    await running.sandbox.advance(DUE);
    running.sandbox.fault({ effect: 'expiredCredentials', service: 'ssm', operation: 'DescribeParameters' });
    const notes: Note[] = [];
    const signal = new AbortController().signal;
    const pass = running.aws.pass(new Date(running.sandbox.now()), signal, { note: (note) => void notes.push(note) });
    const live = await driver().observe({ desired, recorded: [] }, pass);
    expect(live === undefined ? undefined : driver().diff(desired, live)).toEqual([]);
    expect(notes).toMatchObject([{ code: 'secrets.unreadable', level: 'warn' }]);
  });

  test('without it nothing is read, and nothing is labelled', async () => {
    const live = await converge(drive, service('api', 'example/good:1', { restartOn: [] }));
    expect(labels(live)[1]).toEqual({ team: 'shop' });
    expect(
      Object.keys(running.sandbox.calls()).filter((call) => /DescribeSecret|DescribeParameters/.test(call)),
    ).toEqual([]);
  });
});

test('of eight services on one secret five restart at a time', async () => {
  const all = Array.from({ length: 8 }, (_, index) => service(`api-${index}`));
  for (const desired of all) await converge(drive, desired);
  await rotate('two');
  await running.sandbox.advance(DUE);
  const due = async () => {
    const found = [];
    for (const desired of all) if ((await changes(desired)).length > 0) found.push(desired);
    return found;
  };
  // The first look tells the budget who waits, the second in which order.
  expect(await due()).toHaveLength(5);
  const first = await due();
  for (const desired of first) await converge(drive, desired);
  for (const desired of first) await look(desired);
  expect(await due()).toHaveLength(3);
  expect(mutations(running.sandbox)['ecs:UpdateService']).toBe(5);
});
