import type { Service } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { desiredOf } from '../../../../test/sandboxed.ts';
import type { DeploymentSpec, StageHook } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Change, Desired } from '../../../core/driver.ts';
import { diffTrees } from '../../../core/diff.ts';
import { renderDeployment } from '../deployment.ts';
import { liveService, serviceDiffRules, wantedService } from '../normalize.ts';
import { loadBalancers } from '../requests.ts';

const [BLUE, GREEN] = ['arn:blue', 'arn:green'];
const needs = {
  'Cluster/main': { arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/main' },
  'TargetGroup/api': { arn: BLUE, alternateArn: GREEN },
  'ListenerRule/api': { arn: 'arn:rule' },
  'ListenerRule/test': { arn: 'arn:test' },
} as const;

const want = (deployment: DeploymentSpec): Desired<ServiceSpec> =>
  desiredOf(
    'Service/api',
    {
      cluster: 'main',
      loadBalancers: [{ targetGroup: 'api', container: 'web', port: 80 }],
      task: { containers: [] },
      deployment: {
        ...deployment,
        productionRule: { listenerRule: 'api' },
        testRule: { listenerRule: 'test' },
        listenerRole: 'arn:role',
      },
    },
    needs,
  );

/** What AWS would have when it was sent this. */
function echo(desired: Desired<ServiceSpec>): Service {
  return {
    clusterArn: needs['Cluster/main'].arn,
    desiredCount: 1,
    deploymentConfiguration: renderDeployment(desired.spec.deployment, false),
    loadBalancers: loadBalancers(desired),
  };
}

function differences(desired: Desired<ServiceSpec>, live: Service): readonly Change[] {
  return diffTrees(
    'ecs:service',
    liveService(live, undefined, desired.ownership, desired),
    wantedService(desired),
    serviceDiffRules(desired, []),
  );
}
const paths = (desired: Desired<ServiceSpec>, live: Service): readonly string[] =>
  differences(desired, live).map(({ path, effect }) => `${path} ${effect}`);

const tenths = (from: number, to: number): fc.Arbitrary<number> =>
  fc.integer({ min: from * 10, max: to * 10 }).map((count) => count / 10);
const minutes = fc.integer({ min: 0, max: 1440 });
const timeout = fc.record(
  {
    timeoutMinutes: fc.integer({ min: 1, max: 20_160 }),
    onTimeout: fc.constantFrom('ROLLBACK' as const, 'CONTINUE' as const),
  },
  { requiredKeys: [] },
);
const hook: fc.Arbitrary<StageHook> = fc.oneof(
  fc
    .tuple(fc.constantFrom('POST_SCALE_UP' as const, 'POST_TEST_TRAFFIC_SHIFT' as const), timeout)
    .map(([stage, more]) => ({
      stage,
      pause: true,
      ...more,
    })),
  fc
    .tuple(fc.constantFrom('PRE_SCALE_UP' as const, 'PRODUCTION_TRAFFIC_SHIFT' as const), timeout)
    .map(([stage, more]) => ({
      stage,
      lambda: { functionArn: 'arn:function', role: 'arn:role', details: { key: 'value' } },
      ...more,
    })),
);
const common = {
  bakeMinutes: minutes,
  hooks: fc.array(hook, { maxLength: 4 }),
  alarms: fc.record({
    names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
    rollback: fc.boolean(),
  }),
};
const deployments: fc.Arbitrary<DeploymentSpec> = fc.oneof(
  fc.record({ strategy: fc.constant('BlueGreen' as const), ...common }, { requiredKeys: ['strategy'] }),
  fc.record(
    {
      strategy: fc.constant('Linear' as const),
      linear: fc.record({ stepPercent: tenths(3, 100), stepBakeMinutes: minutes }, { requiredKeys: [] }),
      ...common,
    },
    { requiredKeys: ['strategy'] },
  ),
  fc.record(
    {
      strategy: fc.constant('Canary' as const),
      canary: fc.record({ percent: tenths(0.1, 100), bakeMinutes: minutes }, { requiredKeys: [] }),
      ...common,
    },
    { requiredKeys: ['strategy'] },
  ),
);

test('what is sent reads back as what was wanted, whatever the settings', () => {
  fc.assert(
    fc.property(deployments, (deployment) => {
      const desired = want(deployment);
      expect(paths(desired, echo(desired))).toEqual([]);
    }),
  );
});

describe('a change by hand is seen where it is, and is put right', () => {
  const canary = want({
    strategy: 'Canary',
    canary: { percent: 10, bakeMinutes: 5 },
    bakeMinutes: 3,
    hooks: [{ stage: 'POST_SCALE_UP', pause: true }],
    alarms: { names: ['a'] },
  });
  const linear = want({ strategy: 'Linear', linear: { stepPercent: 20 } });
  const configured = (desired: Desired<ServiceSpec>, more: object): Service => {
    const live = echo(desired);
    return { ...live, deploymentConfiguration: { ...live.deploymentConfiguration, ...more } };
  };
  const routed = (desired: Desired<ServiceSpec>, more: object): Service => ({
    ...echo(desired),
    loadBalancers: loadBalancers(desired).map((entry) => ({
      ...entry,
      advancedConfiguration: { ...entry.advancedConfiguration, ...more },
    })),
  });
  test.each<[string, Desired<ServiceSpec>, Service]>([
    [
      '/deployment/strategy inPlace',
      want({ strategy: 'BlueGreen' }),
      configured(want({ strategy: 'BlueGreen' }), { strategy: 'ROLLING' }),
    ],
    ['/deployment/bakeMinutes inPlace', canary, configured(canary, { bakeTimeInMinutes: 4 })],
    [
      '/deployment/canary/percent inPlace',
      canary,
      configured(canary, { canaryConfiguration: { canaryPercent: 11, canaryBakeTimeInMinutes: 5 } }),
    ],
    [
      '/deployment/canary/bakeMinutes inPlace',
      canary,
      configured(canary, { canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 6 } }),
    ],
    [
      '/deployment/linear/stepPercent inPlace',
      linear,
      configured(linear, { linearConfiguration: { stepPercent: 21, stepBakeTimeInMinutes: 6 } }),
    ],
    ['/deployment/hooks inPlace', canary, configured(canary, { lifecycleHooks: [] })],
    [
      '/deployment/alarms/names inPlace',
      canary,
      configured(canary, { alarms: { alarmNames: ['b'], enable: true, rollback: false } }),
    ],
    ['/deployment/productionRule restartsTasks', canary, routed(canary, { productionListenerRule: 'arn:other' })],
    ['/deployment/testRule restartsTasks', canary, routed(canary, { testListenerRule: 'arn:other' })],
    ['/deployment/listenerRole restartsTasks', canary, routed(canary, { roleArn: 'arn:other' })],
    ['/loadBalancers restartsTasks', canary, routed(canary, { alternateTargetGroupArn: 'arn:third' })],
  ])('%s', (expected, desired, live) => {
    expect(paths(desired, live)).toEqual([expected]);
  });
});

test('either of the pair is the target group that the manifest names', () => {
  const desired = want({ strategy: 'BlueGreen' });
  const live = echo(desired);
  const swapped = {
    ...live,
    loadBalancers: live.loadBalancers?.map((entry) => ({
      ...entry,
      targetGroupArn: GREEN,
      advancedConfiguration: { ...entry.advancedConfiguration, alternateTargetGroupArn: BLUE },
    })),
  };
  expect(paths(desired, swapped)).toEqual([]);
  expect(loadBalancers(desired, swapped)[0]).toMatchObject({
    targetGroupArn: GREEN,
    advancedConfiguration: { alternateTargetGroupArn: BLUE },
  });
});

test('a rule that does not exist yet is waited for, and shows as known after apply', () => {
  const desired = want({ strategy: 'BlueGreen' });
  const { 'ListenerRule/api': _, ...fewer } = needs;
  const early = { ...desired, needs: fewer };
  expect(() => loadBalancers(early)).toThrow(/ListenerRule\/api is not there yet/);
  const changes = differences(early, {
    ...echo(desired),
    loadBalancers: [{ targetGroupArn: BLUE, containerName: 'web', containerPort: 80 }],
  });
  expect(changes.find(({ path }) => path === '/deployment/productionRule')?.to).toEqual({
    afterApply: ['ListenerRule/api'],
  });
});
