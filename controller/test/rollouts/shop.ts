import type { DeploymentSpec } from '../../src/api/deployment.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import type { Strategy } from '../../src/kinds/service/transitions.ts';
import { manifest } from '../applications.ts';
import { ACCOUNT } from '../harness.ts';

/** Fields that a test says otherwise than the manifests here. */
type Fields = Readonly<Record<string, unknown>>;

/** How images behave: `bad` crashes as soon as it runs, all others are well, neither busy nor idle. */
export const BEHAVIOURS = {
  'example/web:bad': { exitAfterMs: 2_000, exitCode: 137 },
  'example/web': { startMs: 1_000, cpuPercent: 68 },
};

/** The default action of the listener that users come to, and of the one for tests. */
export const PRODUCTION = { listener: { loadBalancer: 'public', port: 80 } };
export const TEST = { listener: { loadBalancer: 'public', port: 8080 } };
/** The role that CodeDeploy works with. */
export const CODE_DEPLOY_ROLE = `arn:aws:iam::${ACCOUNT}:role/codedeploy`;
const byEcs = {
  productionRule: PRODUCTION,
  testRule: TEST,
  listenerRole: `arn:aws:iam::${ACCOUNT}:role/ecs-listeners`,
};

/** Each strategy, over the same two listeners, with waits of a minute. */
export const DEPLOYMENTS: Readonly<Record<Strategy, DeploymentSpec>> = {
  Rolling: { strategy: 'Rolling', rolling: { circuitBreaker: { enable: true, rollback: true } } },
  BlueGreen: { strategy: 'BlueGreen', bakeMinutes: 1, ...byEcs },
  Linear: { strategy: 'Linear', linear: { stepPercent: 50, stepBakeMinutes: 1 }, bakeMinutes: 1, ...byEcs },
  Canary: { strategy: 'Canary', canary: { percent: 10, bakeMinutes: 2 }, bakeMinutes: 1, ...byEcs },
  CodeDeploy: {
    strategy: 'CodeDeploy',
    codeDeploy: {
      serviceRole: CODE_DEPLOY_ROLE,
      canary: { percent: 10, minutes: 2 },
      productionListener: { loadBalancer: 'public', port: 80 },
      testListener: { loadBalancer: 'public', port: 8080 },
      terminateBlueAfterMinutes: 1,
    },
  },
  Progressive: {
    strategy: 'Progressive',
    progressive: {
      productionRule: PRODUCTION,
      testRule: TEST,
      steps: [{ weight: 10 }, { pause: '2m' }, { weight: 100 }],
      bakeMinutes: 1,
    },
  },
};

/** Everything but the service: a cluster, a pair of target groups, a listener for users and one for tests. */
export function base(): readonly Manifest[] {
  const forward = { forward: [{ targetGroup: 'api' }] };
  return [
    manifest('Cluster/main', { capacityProviders: ['FARGATE'] }),
    manifest('TargetGroup/api', {
      vpcId: 'vpc-1',
      protocol: 'HTTP',
      port: 8000,
      blueGreen: true,
      healthCheck: { path: '/health', intervalSeconds: 10, healthyThreshold: 2 },
      attributes: { 'deregistration_delay.timeout_seconds': '5' },
    }),
    manifest('LoadBalancer/public', {
      subnets: ['subnet-1', 'subnet-2'],
      securityGroups: ['sg-1'],
      listeners: [
        { port: 80, protocol: 'HTTP', default: forward },
        { port: 8080, protocol: 'HTTP', default: forward },
      ],
    }),
  ];
}

/** The service at that version. */
export function service(version: string, deployment: DeploymentSpec, fields: Fields = {}): Manifest {
  return manifest('Service/api', {
    cluster: 'main',
    desiredCount: 2,
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
    loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
    deployment,
    task: {
      cpu: 256,
      memory: 512,
      executionRole: `arn:aws:iam::${ACCOUNT}:role/execution`,
      containers: [
        { name: 'web', image: `example/web:${version}`, portMappings: [{ containerPort: 8000, name: 'http' }] },
      ],
    },
    ...fields,
  });
}

/** All of it. */
export function shop(version: string, deployment: DeploymentSpec, fields: Fields = {}): readonly Manifest[] {
  return [...base(), service(version, deployment, fields)];
}
