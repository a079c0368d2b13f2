import { describe, expect, test } from 'vitest';
import type { ContainerDefinition } from '../../api/container.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { LintContext } from '../../core/lint.ts';
import { lintRules } from '../../core/lintcodes.ts';
import type { Manifest } from '../../core/manifest.ts';
import { lintService } from './lint.ts';

const web: ContainerDefinition = { name: 'web', image: 'example/web:1.0.0', portMappings: [{ containerPort: 8000 }] };

function serviceOf(more: Partial<ServiceSpec> = {}, container: Partial<ContainerDefinition> = {}): ServiceSpec {
  return {
    cluster: 'main',
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1'] },
    task: { cpu: 256, memory: 512, executionRole: 'exec', containers: [{ ...web, ...container }] },
    ...more,
  };
}

const manifest: Manifest<unknown> = {
  apiVersion: 'longshore.dev/v1alpha1',
  kind: 'Service',
  metadata: { name: 'api' },
  spec: {},
  positionOf: () => ({ file: 'api.yaml', line: 1, column: 1 }),
};

function findings(spec: ServiceSpec, others: Readonly<Record<string, object>> = {}): readonly string[] {
  const context: LintContext = {
    manifest,
    find: (ref) => (others[ref] === undefined ? undefined : { ...manifest, spec: others[ref] }),
  };
  return lintService(spec, context).map(({ code, severity, path }) => `${code} ${severity} ${path}`);
}

test('a service as it should be has no findings', () => {
  expect(findings(serviceOf({ loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }] }))).toEqual([]);
});

describe('what cannot work', () => {
  test.each<[string, ServiceSpec]>([
    [
      'LS1001 error /loadBalancers/0/container',
      serviceOf({ loadBalancers: [{ targetGroup: 'api', container: 'wbe', port: 8000 }] }),
    ],
    [
      'LS1001 error /loadBalancers/0/port',
      serviceOf({ loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8001 }] }),
    ],
    ['LS1002 warning /task/containers/0/image', serviceOf({}, { image: 'example/web:latest' })],
    ['LS1002 warning /task/containers/0/image', serviceOf({}, { image: 'registry:5000/web' })],
    [
      'LS1003 error /task/containers/0/secrets/0/valueFrom',
      serviceOf(
        {},
        { secrets: [{ name: 'K', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db:key' }] },
      ),
    ],
    [
      'LS1003 error /task/containers/0/secrets/0/valueFrom',
      serviceOf({}, { secrets: [{ name: 'K', valueFrom: '::key::' }] }),
    ],
    [
      'LS1004 error /deployment/rolling',
      serviceOf({ deployment: { rolling: { minimumHealthyPercent: 100, maximumPercent: 100 } } }),
    ],
    [
      'LS1004 error /deployment/rolling',
      serviceOf({ desiredCount: 1, deployment: { rolling: { minimumHealthyPercent: 50, maximumPercent: 150 } } }),
    ],
    [
      'LS1025 error /deployment/rolling/earlySuccessCriteria/healthyPercent',
      serviceOf({
        deployment: {
          rolling: {
            earlySuccessCriteria: { enable: true, healthyPercent: 90, sourceServiceRevisionCleanup: 'BLOCKING' },
          },
        },
      }),
    ],
    [
      'LS1005 error /task/containers/0/logConfiguration/options',
      serviceOf({}, { logConfiguration: { logDriver: 'awslogs' } }),
    ],
    ['LS1006 error /task', serviceOf({ task: { cpu: 256, memory: 4096, containers: [web] } })],
    ['LS1006 error /task/memory', serviceOf({ task: { cpu: 256, memory: '1 Gib', containers: [web] } })],
    [
      'LS1007 error /task/networkMode',
      serviceOf({ task: { cpu: 256, memory: 512, networkMode: 'bridge', containers: [web] } }),
    ],
    [
      'LS1008 warning /task/containers/0/environment/0',
      serviceOf({}, { environment: [{ name: 'DB_PASSWORD', value: 'hunter2' }] }),
    ],
    ['LS1009 error /task/containers/1/name', serviceOf({ task: { cpu: 256, memory: 512, containers: [web, web] } })],
    [
      'LS1012 error /task/containers/0/mountPoints/0/sourceVolume',
      serviceOf({}, { mountPoints: [{ sourceVolume: 'x', containerPath: '/x' }] }),
    ],
    [
      'LS1013 error /task/containers/0/dependsOn/0/containerName',
      serviceOf({}, { dependsOn: [{ containerName: 'x', condition: 'START' }] }),
    ],
    ['LS1016 warning /serviceConnect/namespace', serviceOf({ serviceConnect: { namespace: 'internal' } })],
    [
      'LS1017 error /task',
      serviceOf({
        task: { cpu: 256, memory: 512, containers: [{ ...web, secrets: [{ name: 'K', valueFrom: '/k' }] }] },
      }),
    ],
  ])('%s', (expected, spec) => {
    expect(findings(spec)).toEqual([expected]);
  });

  test('a health check on a port on which nothing listens, and a target type that does not fit', () => {
    const spec = serviceOf({ loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }] });
    const group = { port: 80, protocol: 'HTTP', vpcId: 'vpc-1', healthCheck: { port: 8001 }, targetType: 'instance' };
    expect(findings(spec, { 'TargetGroup/api': group })).toEqual([
      'LS1014 error /loadBalancers/0/targetGroup',
      'LS1015 error /loadBalancers/0/port',
    ]);
  });
});

test('secrets of every form that ECS takes pass', () => {
  const forms = [
    'name',
    '/path/to/name',
    'arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:key::',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-1-AbCdEf:key:AWSCURRENT:',
    '${CloudResource/secret:Id}',
  ];
  expect(
    findings(serviceOf({}, { secrets: forms.map((valueFrom, index) => ({ name: `S${index}`, valueFrom })) })),
  ).toEqual([]);
});

test('every code has a text for explain', () => {
  for (let code = 1001; code <= 1025; code++) expect(lintRules.get(`LS${code}`)?.explanation).toBeTruthy();
});
