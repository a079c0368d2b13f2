import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, converged, type Drive, freshPass } from '../../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../../test/sandboxed.ts';
import { LISTENER_ROLE } from '../../../../test/shifting.ts';
import type { DeploymentSpec } from '../../../api/deployment.ts';
import type { LoadBalancerSpec } from '../../../api/loadbalancer.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import type { TargetGroupSpec } from '../../../api/targetgroup.ts';
import type { Desired, Outputs } from '../../../core/driver.ts';
import type { Ref } from '../../../core/manifest.ts';
import type { Kind } from '../../kind.ts';
import { loadBalancerKind } from '../../loadbalancer/index.ts';
import { targetGroupKind } from '../../targetgroup/index.ts';
import { serviceKind } from '../index.ts';
import type { ServiceLive } from '../live.ts';

let running: Sandboxed;
let drive: Drive<ServiceSpec, ServiceLive>;
let needs: Record<Ref, Outputs>;
beforeEach(async () => {
  running = await sandboxed({ behaviours: { 'example/broken': { exitCode: 1, exitAfterMs: 1_000 } } });
  drive = { kind: serviceKind, ...running };
  const { cluster } = await running.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  needs = { 'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' } };
});
afterEach(() => running.close());

function service(image: string, deployment: DeploymentSpec, more: Partial<ServiceSpec> = {}): Desired<ServiceSpec> {
  const web = { name: 'web', image, portMappings: [{ containerPort: 8000, name: 'http' }] };
  const spec: ServiceSpec = {
    cluster: 'main',
    launchType: 'FARGATE',
    desiredCount: 2,
    network: { subnets: ['subnet-1', 'subnet-2'] },
    task: { cpu: 256, memory: 512, containers: [web] },
    deployment,
    ...more,
  };
  return desiredOf('Service/api', spec, needs);
}

const driver = () => serviceKind.driver(running.aws);
const image = (live: ServiceLive) => live.taskDefinition?.taskDefinition.containerDefinitions?.[0]?.image;

async function look(desired: Desired<ServiceSpec>): Promise<ServiceLive> {
  const live = await driver().observe({ desired, recorded: [] }, freshPass(drive));
  if (live === undefined) throw new Error('the service is not there');
  return live;
}

/** Brings it there; gives the production weights of the new revision that were seen on the way. */
async function deployed(desired: Desired<ServiceSpec>): Promise<readonly (number | undefined)[]> {
  const weights = new Set<number | undefined>();
  for (let round = 0; round < 400; round++) {
    const pass = freshPass(drive);
    const live = await driver().observe({ desired, recorded: [] }, pass);
    const rollout = live && driver().rollout(live);
    if (rollout?.phase === 'InProgress') weights.add(rollout.sides?.find(({ role }) => role === 'new')?.weight);
    const progress = await driver().ensure(desired, live, pass);
    if (progress.done) return [...weights];
    await running.sandbox.advance(Math.max(progress.pollAfterMs, 20_000));
  }
  throw new Error(`${desired.id} never comes there`);
}

/** At rest as Git says, with nothing that differs. */
async function expectInSync(desired: Desired<ServiceSpec>, runs: string): Promise<void> {
  await running.sandbox.advance(120_000);
  expect((await converged(drive, desired)).health).toMatchObject({ status: 'Healthy' });
  const live = await look(desired);
  expect([image(live), driver().diff(desired, live)]).toEqual([runs, []]);
}

test('BlueGreen behind a network load balancer moves the listener, ten minutes for a shift', async () => {
  const make = async <Spec, Live>(kind: Kind<Spec, Live>, ref: Ref, spec: Spec): Promise<void> => {
    const live = await converge({ kind, ...running }, desiredOf(ref, spec, needs));
    needs[ref] = kind.driver(running.aws).outputs(live);
  };
  const group: TargetGroupSpec = {
    vpcId: 'vpc-1',
    protocol: 'TCP',
    port: 8000,
    blueGreen: true,
    healthCheck: { intervalSeconds: 10, timeoutSeconds: 5, healthyThreshold: 2 },
    attributes: { 'deregistration_delay.timeout_seconds': '10' },
  };
  const balancer: LoadBalancerSpec = {
    type: 'network',
    subnets: ['subnet-1', 'subnet-2'],
    listeners: [{ port: 80, protocol: 'TCP', default: { forward: [{ targetGroup: 'api' }] } }],
  };
  await make(targetGroupKind, 'TargetGroup/api', group);
  await make(loadBalancerKind, 'LoadBalancer/public', balancer);
  expect(needs['LoadBalancer/public']?.['ruleArn(80)']).toMatch(/:listener\/net\//);
  const shape: DeploymentSpec = {
    strategy: 'BlueGreen',
    listenerRole: LISTENER_ROLE,
    productionRule: { listener: { loadBalancer: 'public', port: 80 } },
  };
  const more = { loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }] };
  await deployed(service('example/good:1', shape, more));
  const second = service('example/good:2', shape, more);
  const before = running.sandbox.now();
  expect(await deployed(second)).toContain(100);
  expect(running.sandbox.now() - before).toBeGreaterThan(10 * 60_000);
  await expectInSync(second, 'example/good:2');
  const claims = driver().claims(second, await look(second));
  const wanted = { ...desiredOf('LoadBalancer/public', balancer, needs), claims };
  const balancers = loadBalancerKind.driver(running.aws);
  const live = await balancers.observe({ desired: wanted, recorded: [] }, freshPass(drive));
  expect(live && balancers.diff(wanted, live)).toEqual([]);
});

const CANARY: DeploymentSpec = { strategy: 'Canary', canary: { percent: 10, bakeMinutes: 2 }, bakeMinutes: 1 };

test('Canary with Service Connect alone has its shares of the traffic without a load balancer', async () => {
  const more: Partial<ServiceSpec> = {
    serviceConnect: {
      enabled: true,
      namespace: 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1',
      services: [{ portName: 'http', clientAliases: [{ port: 80 }] }],
    },
  };
  await deployed(service('example/good:1', CANARY, more));
  const second = service('example/good:2', CANARY, more);
  expect(await deployed(second)).toEqual(expect.arrayContaining([10, 100]));
  await expectInSync(second, 'example/good:2');
  expect(driver().claims(second, await look(second))).toEqual([]);
});

test('BlueGreen of a service that nobody sends requests to starts the new tasks, and stops the old ones after the bake time', async () => {
  const shape: DeploymentSpec = { strategy: 'BlueGreen', bakeMinutes: 3 };
  await deployed(service('example/good:1', shape));
  const second = service('example/good:2', shape);
  const before = running.sandbox.now();
  await deployed(second);
  expect(running.sandbox.now() - before).toBeGreaterThan(3 * 60_000);
  await expectInSync(second, 'example/good:2');
});

test('tasks of such a service that fail are taken back and held too', async () => {
  const shape: DeploymentSpec = { strategy: 'BlueGreen' };
  await deployed(service('example/good:1', shape));
  const bad = service('example/broken:1', shape);
  await expect(deployed(bad)).rejects.toThrow(/is rolled back: \d tasks of the new revision failed/);
  await running.sandbox.advance(120_000);
  const live = await look(bad);
  expect([image(live), driver().health(bad, live, new Date(running.sandbox.now())).reason]).toEqual([
    'example/good:1',
    'Held',
  ]);
});

test('from Rolling to BlueGreen without a load balancer is one deployment', async () => {
  await deployed(service('example/good:1', { strategy: 'Rolling' }));
  const before = running.sandbox.calls()['ecs:UpdateService'] ?? 0;
  const second = service('example/good:2', { strategy: 'BlueGreen' });
  await deployed(second);
  expect(running.sandbox.calls()['ecs:UpdateService']).toBe(before + 1);
  await expectInSync(second, 'example/good:2');
});
