import { describe, expect, test } from 'vitest';
import { lintContextOf } from '../../../test/linting.ts';
import type { DeploymentSpec } from '../../api/deployment.ts';
import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import { lintRules } from '../../core/lintcodes.ts';
import { lintDeployment } from './lintdeployment.ts';
import { lintSteps } from './lintsteps.ts';

const group: TargetGroupSpec = {
  vpcId: 'vpc-1',
  protocol: 'HTTP',
  port: 80,
  blueGreen: true,
  attributes: { 'deregistration_delay.timeout_seconds': '10' },
};
const rule: ListenerRuleSpec = {
  listener: { loadBalancer: 'public', port: 80 },
  when: { pathPattern: ['/*'] },
  then: { forward: [{ targetGroup: 'api' }] },
};
const balancer: LoadBalancerSpec = {
  subnets: ['subnet-1', 'subnet-2'],
  listeners: [{ port: 80, protocol: 'HTTP', default: { forward: [{ targetGroup: 'api' }] } }],
};
const others = {
  'TargetGroup/api': group,
  'ListenerRule/api': rule,
  'ListenerRule/test': { ...rule, when: { pathPattern: ['/test/*'] } },
  'LoadBalancer/public': balancer,
};
const blueGreen: DeploymentSpec = {
  strategy: 'BlueGreen',
  listenerRole: 'arn:aws:iam::123456789012:role/listeners',
  productionRule: { listenerRule: 'api' },
};
const codeDeploy: DeploymentSpec = {
  strategy: 'CodeDeploy',
  codeDeploy: { serviceRole: 'arn:role', productionListener: { loadBalancer: 'public', port: 80 } },
};
const progressive = (steps: NonNullable<DeploymentSpec['progressive']>['steps']): DeploymentSpec => ({
  strategy: 'Progressive',
  progressive: { productionRule: { listenerRule: 'api' }, steps },
});

function serviceOf(deployment: DeploymentSpec, more: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    cluster: 'main',
    loadBalancers: [{ targetGroup: 'api', container: 'web', port: 80 }],
    task: { containers: [{ name: 'web', image: 'example/web:1' }] },
    deployment,
    ...more,
  };
}

function findings(spec: ServiceSpec, changed: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const context = lintContextOf({ 'Service/api': spec, ...others, ...changed });
  return [...lintDeployment(spec, context), ...lintSteps(spec)].map(({ code, severity, path }) => {
    expect(lintRules.has(code), code).toBe(true);
    return `${code} ${severity} ${path}`;
  });
}

test('two rules that do the same are two rules, also where the YAML has an alias', () => {
  const then = rule.then;
  const listeners = [80, 8080].map((port) => ({ port, protocol: 'HTTP' as const, default: then }));
  const on = (port: number) => ({ listener: { loadBalancer: 'public', port } });
  const changed = { 'LoadBalancer/public': { ...balancer, listeners } };
  const spec = (port: number) => serviceOf({ ...blueGreen, productionRule: on(80), testRule: on(port) });
  expect(findings(spec(8080), changed)).toEqual([]);
  expect(findings(spec(80), changed)).toEqual(['LS1030 error /deployment/testRule']);
});

test.each([
  ['BlueGreen', blueGreen],
  ['CodeDeploy', codeDeploy],
  ['Progressive', progressive([{ weight: 10 }, { pause: '150s' }, { weight: 50 }, { pause: '5m' }, { weight: 100 }])],
  ['Rolling', { strategy: 'Rolling' as const }],
])('%s as it should be has no findings', (_, deployment) => {
  expect(findings(serviceOf(deployment))).toEqual([]);
});

test('a service without load balancer shifts nothing, and may be BlueGreen all the same', () => {
  expect(findings(serviceOf({ strategy: 'BlueGreen' }, { loadBalancers: [] }))).toEqual([]);
});

describe('what cannot work', () => {
  const two = [
    { targetGroup: 'api', container: 'web', port: 80 },
    { targetGroup: 'api', container: 'web', port: 81 },
  ];
  test.each<[string, ServiceSpec, Readonly<Record<string, unknown>>?]>([
    [
      'LS1029 error /loadBalancers/0/targetGroup',
      serviceOf(blueGreen),
      { 'TargetGroup/api': { ...group, blueGreen: false } },
    ],
    [
      'LS1029 error /loadBalancers/0/targetGroupArn',
      serviceOf(blueGreen, { loadBalancers: [{ targetGroupArn: 'arn:outside', container: 'web', port: 80 }] }),
    ],
    [
      'LS1030 error /deployment/productionRule',
      serviceOf(blueGreen),
      { 'ListenerRule/api': { ...rule, then: { ...rule.then, jwtValidation: {} } } },
    ],
    ['LS1030 error /deployment/testRule', serviceOf({ ...blueGreen, testRule: { listenerRule: 'api' } })],
    [
      'LS1030 error /deployment/codeDeploy/productionListener',
      serviceOf(codeDeploy),
      {
        'LoadBalancer/public': { ...balancer, listeners: [{ port: 80, protocol: 'HTTP', redirectTo: { port: 443 } }] },
      },
    ],
    ['LS1033 error /loadBalancers', serviceOf(codeDeploy, { loadBalancers: [] })],
    ['LS1033 error /loadBalancers', serviceOf(blueGreen, { loadBalancers: two })],
    ['LS1033 error /deployment', serviceOf({ strategy: 'Canary' })],
    ['LS1033 error /deployment/productionRule', serviceOf(blueGreen, { loadBalancers: [] })],
    [
      'LS1034 error /deployment/strategy',
      serviceOf({ ...blueGreen, strategy: 'Canary' }),
      { 'TargetGroup/api': { ...group, protocol: 'TCP' } },
    ],
    [
      'LS1034 error /deployment/codeDeploy',
      serviceOf({
        ...codeDeploy,
        codeDeploy: {
          serviceRole: 'r',
          productionListener: { listenerArn: 'arn' },
          canary: { percent: 10, minutes: 5 },
        },
      }),
      { 'TargetGroup/api': { ...group, protocol: 'TCP' } },
    ],
    ['LS1035 error /serviceConnect', serviceOf(codeDeploy, { serviceConnect: { services: [] } })],
    ['LS1035 error /schedulingStrategy', serviceOf(codeDeploy, { schedulingStrategy: 'DAEMON' })],
    [
      'LS1037 error /deployment/hooks/0/analysis',
      serviceOf({ ...blueGreen, hooks: [{ stage: 'POST_SCALE_UP', analysis: 'errors' }] }),
    ],
    ['LS1038 error /deployment/progressive/steps', serviceOf(progressive([{ weight: 10 }, { weight: 50 }]))],
    [
      'LS1038 error /deployment/progressive/steps/1/weight',
      serviceOf(progressive([{ weight: 50 }, { weight: 10 }, { weight: 100 }])),
    ],
    [
      'LS1039 error /deployment/hooks/1',
      serviceOf({
        ...blueGreen,
        hooks: [
          { stage: 'POST_SCALE_UP', pause: true },
          { stage: 'POST_SCALE_UP', pause: true },
        ],
      }),
    ],
  ])('%s', (expected, spec, changed = {}) => {
    expect(findings(spec, changed)).toEqual([expected]);
  });
});

describe('what is probably wrong', () => {
  test.each<[string, ServiceSpec, Readonly<Record<string, unknown>>?]>([
    [
      'LS1031 warning /loadBalancers/0',
      serviceOf(blueGreen),
      { 'TargetGroup/api': { ...group, attributes: { 'deregistration_delay.timeout_seconds': '30' } } },
    ],
    ['LS1031 warning /loadBalancers/0', serviceOf(blueGreen), { 'TargetGroup/api': { ...group, attributes: {} } }],
    [
      'LS1032 warning /deployment/linear/stepBakeMinutes',
      serviceOf({ ...blueGreen, strategy: 'Linear', linear: { stepPercent: 100, stepBakeMinutes: 5 } }),
    ],
    [
      'LS1032 warning /deployment/canary/bakeMinutes',
      serviceOf({ ...blueGreen, strategy: 'Canary', canary: { percent: 100, bakeMinutes: 5 } }),
    ],
    [
      'LS1032 warning /deployment/progressive/steps/0',
      serviceOf(progressive([{ pause: '90s' }, { weight: 10 }, { pause: '90s' }, { weight: 100 }])),
    ],
    [
      'LS1036 warning /deployment/progressive/steps',
      serviceOf(progressive([{ weight: 10 }, { pause: '5m' }, { weight: 100 }])),
    ],
    [
      'LS1036 warning /deployment/progressive/steps',
      serviceOf(progressive([{ weight: 50 }, { pause: '1h' }, { weight: 100 }])),
    ],
  ])('%s', (expected, spec, changed = {}) => {
    expect(findings(spec, changed)).toEqual([expected]);
  });

  test('Rolling with both sides declared is spoken of, and with one at its default not', () => {
    const quick = { containers: [{ name: 'web', image: 'example/web:1', stopTimeout: 10 }] };
    const delayed = (attributes: TargetGroupSpec['attributes']) => ({ 'TargetGroup/api': { ...group, attributes } });
    const thirty = delayed({ 'deregistration_delay.timeout_seconds': '30' });
    const { deployment: _, ...noDeployment } = serviceOf({}, { task: quick });
    expect(findings(serviceOf({ strategy: 'Rolling' }, { task: quick }), thirty)).toEqual([
      'LS1031 warning /loadBalancers/0',
    ]);
    expect(findings(noDeployment, thirty)).toEqual(['LS1031 warning /loadBalancers/0']);
    expect(findings(serviceOf({}), thirty)).toEqual([]);
    expect(findings(serviceOf({}, { task: quick }), delayed({}))).toEqual([]);
    expect(findings(serviceOf({}, { task: quick }))).toEqual(['LS1031 warning /loadBalancers/0']);
    expect(findings(serviceOf({}, { task: { containers: [{ name: 'web', image: 'i', stopTimeout: 11 }] } }))).toEqual(
      [],
    );
  });

  test('a container that stops slowly enough is fine', () => {
    const slow = { containers: [{ name: 'web', image: 'example/web:1', stopTimeout: 60 }] };
    const longer = { ...group, attributes: { 'deregistration_delay.timeout_seconds': '45' } };
    expect(findings(serviceOf(blueGreen, { task: slow }), { 'TargetGroup/api': longer })).toEqual([]);
  });
});
