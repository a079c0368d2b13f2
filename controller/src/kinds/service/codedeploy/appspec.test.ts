import { expect, test } from 'vitest';
import { desiredOf } from '../../../../test/sandboxed.ts';
import type { DeploymentSpec } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired } from '../../../core/driver.ts';
import { appSpecOfTaskSet, renderAppSpec, targetDigest, withTaskDefinition } from './appspec.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-api:2';
const place = { accountId: '123456789012', partition: 'aws' };
const deployment: DeploymentSpec = {
  strategy: 'CodeDeploy',
  codeDeploy: {
    serviceRole: 'codedeploy',
    productionListener: { loadBalancer: 'public', port: 443 },
    hooks: { afterAllowTraffic: 'last', beforeInstall: 'first' },
  },
};

function service(more: Partial<ServiceSpec> = {}): Desired<ServiceSpec> {
  return desiredOf<ServiceSpec>('Service/api', {
    cluster: 'main',
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
    task: { containers: [{ name: 'web', image: 'example/web:1' }] },
    deployment,
    ...more,
  });
}

const propertiesOf = (content: string): object => JSON.parse(content).Resources[0].TargetService.Properties;

test('the AppSpec says everything that a deployment changes, and calls the hooks in their order', () => {
  const content = renderAppSpec(service(), ARN);
  expect(content).toMatch(/^\{"version":0\.0,/);
  expect(JSON.parse(content)).toEqual({
    version: 0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: ARN,
            LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 8000 },
            PlatformVersion: 'LATEST',
            NetworkConfiguration: {
              AwsvpcConfiguration: { Subnets: ['subnet-1'], SecurityGroups: ['sg-1'], AssignPublicIp: 'DISABLED' },
            },
          },
        },
      },
    ],
    Hooks: [{ BeforeInstall: 'first' }, { AfterAllowTraffic: 'last' }],
  });
});

test('capacity providers have their base and weight, and nothing of Fargate without it', () => {
  const { launchType: _, ...spec } = service({ capacityProviderStrategy: [{ capacityProvider: 'gpu', base: 2 }] }).spec;
  expect(propertiesOf(renderAppSpec({ spec }, ARN))).toMatchObject({
    CapacityProviderStrategy: [{ CapacityProvider: 'gpu', Base: 2, Weight: 0 }],
  });
  expect(propertiesOf(renderAppSpec({ spec }, ARN))).not.toHaveProperty('PlatformVersion');
});

test('without security groups the network is left out while it stays, and refused when it changes', () => {
  const desired = service({ network: { subnets: ['subnet-2', 'subnet-1'] } });
  const serving = (subnets: string[], securityGroups: string[] = []) => ({
    networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups } },
  });
  const same = renderAppSpec(desired, ARN, serving(['subnet-1', 'subnet-2']));
  expect(propertiesOf(same)).not.toHaveProperty('NetworkConfiguration');
  expect(propertiesOf(renderAppSpec(desired, ARN, serving(['subnet-1'], ['sg-9'])))).toMatchObject({
    NetworkConfiguration: { AwsvpcConfiguration: { SecurityGroups: ['sg-9'] } },
  });
  expect(() => renderAppSpec(desired, ARN, serving(['subnet-1']))).toThrow(/declare network.securityGroups/);
});

test('other than one load balancer entry is refused', () => {
  const entry = { targetGroup: 'api', container: 'web', port: 8000 };
  expect(() => renderAppSpec(service({ loadBalancers: [entry, entry] }), ARN)).toThrow(/2 entries, expected one/);
});

test('the AppSpec of a task set deploys the same again, and another task definition takes its place', () => {
  const content = appSpecOfTaskSet({
    taskDefinition: ARN,
    platformVersion: '1.4.0',
    loadBalancers: [{ containerName: 'web', containerPort: 8000 }],
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: [] } },
  });
  expect(propertiesOf(content)).toEqual({
    TaskDefinition: ARN,
    LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 8000 },
    PlatformVersion: '1.4.0',
  });
  expect(propertiesOf(withTaskDefinition(content, 'shop-api:1'))).toMatchObject({ TaskDefinition: 'shop-api:1' });
});

test.each<[string, Partial<ServiceSpec>, boolean]>([
  ['image', { task: { containers: [{ name: 'web', image: 'example/web:2' }] } }, false],
  ['network', { network: { subnets: ['subnet-2'], securityGroups: ['sg-1'] } }, false],
  ['port', { loadBalancers: [{ targetGroup: 'api', container: 'web', port: 9000 }] }, false],
  ['hooks', { deployment: { ...deployment, codeDeploy: { ...deployment.codeDeploy, hooks: {} } as never } }, false],
  ['count', { desiredCount: 9 }, true],
  ['grace period', { healthCheckGracePeriodSeconds: 60 }, true],
  ['subnets in another order', { network: { subnets: [' subnet-1'], securityGroups: ['sg-1'] } }, true],
])('another %s is another target, or not', (_what, more, same) => {
  expect(targetDigest(service(more), place) === targetDigest(service(), place)).toBe(same);
});
