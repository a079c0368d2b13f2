// Services that somebody made with the AWS CLI, each in another way, taken over: the first plan lists every reset.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { ServiceSpec } from '../../src/api/service.ts';
import { manifest } from '../applications.ts';
import { ACCOUNT, type Harness, harness, REGION } from '../harness.ts';

const AWS = '/usr/bin/aws';
const present = existsSync(AWS);
if (!present && !process.env.CI) process.emitWarning(`skipped: the AWS CLI is not at ${AWS} (apt-get install awscli)`);

const network = 'awsvpcConfiguration={subnets=[subnet-1],securityGroups=[sg-1],assignPublicIp=DISABLED}';
const container = { name: 'web', image: 'example/web:1' };
const fargate = { requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '256', memory: '512' };

interface Way {
  /** What the person typed after `aws ecs create-service --cluster ... --service-name ... --task-definition ...`. */
  readonly typed: readonly string[];
  /** What the person registered. */
  readonly registered?: object;
  /** What Git says beside the least that a service needs. */
  readonly declared?: Partial<ServiceSpec>;
  /** The fields that the first plan resets, besides tags. */
  readonly resets: readonly string[];
}

const onFargate = ['--launch-type', 'FARGATE', '--desired-count', '1', '--network-configuration', network];
const ways: Readonly<Record<string, Way>> = {
  plain: { typed: onFargate, resets: [] },
  'by-capacity-provider': {
    typed: [
      '--desired-count',
      '1',
      '--network-configuration',
      network,
      '--capacity-provider-strategy',
      'capacityProvider=FARGATE,weight=1',
    ],
    resets: [],
    declared: { capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] },
  },
  'three-tasks': { typed: [...onFargate.slice(0, 3), '3', ...onFargate.slice(4)], resets: ['/desiredCount'] },
  'with-exec': { typed: [...onFargate, '--enable-execute-command'], resets: ['/enableExecuteCommand'] },
  'with-breaker': {
    typed: [
      ...onFargate,
      '--deployment-configuration',
      'deploymentCircuitBreaker={enable=true,rollback=true},minimumHealthyPercent=50',
    ],
    resets: [
      '/deployment/rolling/circuitBreaker/enable',
      '/deployment/rolling/circuitBreaker/rollback',
      '/deployment/rolling/minimumHealthyPercent',
    ],
  },
  'with-managed-tags': {
    typed: [...onFargate, '--enable-ecs-managed-tags', '--propagate-tags', 'SERVICE'],
    resets: ['/enableECSManagedTags', '/propagateTags'],
  },
  'other-network': {
    typed: [
      ...onFargate.slice(0, 5),
      'awsvpcConfiguration={subnets=[subnet-2,subnet-1],securityGroups=[sg-2],assignPublicIp=ENABLED}',
    ],
    resets: ['/network/assignPublicIp', '/network/securityGroups', '/network/subnets'],
  },
  'old-platform': { typed: [...onFargate, '--platform-version', '1.3.0'], resets: ['/platformVersion'] },
  'bigger-task': {
    typed: onFargate,
    registered: { ...fargate, cpu: '.5 vCPU', memory: '1GB', containerDefinitions: [container] },
    resets: ['/task/cpu', '/task/memory'],
  },
  'with-sidecar': {
    typed: onFargate,
    registered: {
      ...fargate,
      containerDefinitions: [
        { ...container, environment: [{ name: 'LEVEL', value: 'debug' }], portMappings: [{ containerPort: 80 }] },
        { name: 'proxy', image: 'example/proxy:1', essential: false },
      ],
    },
    resets: ['/task/containers/proxy', '/task/containers/web/environment', '/task/containers/web/portMappings'],
  },
};

async function aws(world: Harness, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)(AWS, ['--endpoint-url', world.sandbox.url, ...args], {
    env: {
      PATH: '/usr/bin:/bin',
      HOME: '/nonexistent',
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_PAGER: '',
    },
  });
}

const wanted = (name: string, declared: Partial<ServiceSpec> = {}): object => ({
  cluster: 'legacy',
  nameOverride: name,
  ...(declared.capacityProviderStrategy === undefined ? { launchType: 'FARGATE' } : {}),
  network: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
  task: { cpu: 256, memory: 512, containers: [container] },
  ...declared,
});

const adopted = { 'longshore.dev/adopt': 'true' };

test.skipIf(!present && !process.env.CI)(
  'ten services made by hand are adopted: every reset is in the first plan, and then nothing differs',
  { timeout: 120_000 },
  async () => {
    await using world = await harness({ throttle: false });
    await aws(world, 'ecs', 'create-cluster', '--cluster-name', 'legacy', '--capacity-providers', 'FARGATE');
    for (const [name, { typed, registered }] of Object.entries(ways)) {
      const definition = { family: name, ...(registered ?? { ...fargate, containerDefinitions: [container] }) };
      await aws(world, 'ecs', 'register-task-definition', '--cli-input-json', JSON.stringify(definition));
      await aws(
        world,
        'ecs',
        'create-service',
        '--cluster',
        'legacy',
        '--service-name',
        name,
        '--task-definition',
        name,
        ...typed,
      );
    }
    await world.sandbox.advance(10 * 60_000);
    const application = world.application([
      manifest('Cluster/legacy', { nameOverride: 'legacy', capacityProviders: ['FARGATE'] }, adopted),
      ...Object.entries(ways).map(([name, { declared }]) =>
        manifest(`Service/${name}`, wanted(name, declared), adopted),
      ),
    ]);
    const { signal } = new AbortController();

    const plan = await world.engine.plan(application, {}, signal);
    const steps = plan.waves.flat().filter((step) => step.ref.startsWith('Service/'));
    expect(new Set(steps.map((step) => step.action))).toEqual(new Set(['adopt']));
    const resets = Object.fromEntries(
      steps.map((step) => [
        step.ref.slice('Service/'.length),
        step.changes.map(({ path }) => path).filter((path) => path !== '/tags'),
      ]),
    );
    expect(resets).toEqual(Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, way.resets])));

    const initiator = { kind: 'person', name: 'test' } as const;
    const refused = await world.engine.sync(application, { initiator }, signal);
    expect(refused.phase).not.toBe('Succeeded');
    const operation = await world.engine.sync(application, { initiator, approved: true }, signal);
    expect(operation).toMatchObject({ phase: 'Succeeded' });
    const after = await world.engine.plan(application, {}, signal);
    expect(after.waves.flat().filter((step) => step.action !== 'none')).toEqual([]);
  },
);
