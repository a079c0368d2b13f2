import { RegisterTaskDefinitionCommand, TagResourceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Call } from '../../kernel/service.ts';
import { checkServiceQuota } from './quotas.ts';
import { type EcsSandbox, ecsSandbox } from './testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox();
});
afterEach(() => on.close());

test('quotas: a task definition has at most ten containers and 64 KiB', async () => {
  const container = (index: number) => ({ name: `c${index}`, image: 'web', memory: 64 });
  const eleven = Array.from({ length: 11 }, (_none, index) => container(index));
  await expect(
    on.ecs.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: eleven })),
  ).rejects.toMatchObject({ name: 'ClientException', message: 'Too many containers.' });
  const environment = [{ name: 'LONG', value: 'x'.repeat(66_000) }];
  await expect(
    on.ecs.send(
      new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ ...container(0), environment }] }),
    ),
  ).rejects.toMatchObject({
    name: 'ClientException',
    message: expect.stringMatching(/^Actual length: '66\d{3}'\. Max allowed length is '65536' bytes\.$/),
  });
});

test('quotas: a service has at most five target groups', async () => {
  await on.register();
  const loadBalancers = Array.from({ length: 6 }, (_none, index) => ({
    targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/g${index}/1`,
    containerName: 'web',
    containerPort: 80,
  }));
  await expect(on.create({ loadBalancers })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'load balancers can have at most 5 items.',
  });
});

test('quotas: a resource has at most fifty tags', async () => {
  await on.register();
  const service = await on.create({ desiredCount: 0 });
  const tags = Array.from({ length: 51 }, (_none, index) => ({ key: `k${index}`, value: '' }));
  await expect(on.ecs.send(new TagResourceCommand({ resourceArn: service.serviceArn, tags }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('quotas: a cluster has at most 5,000 services', () => {
  const services = Object.fromEntries(
    Array.from({ length: 5000 }, (_none, index) => [`main/s${index}`, { cluster: 'main', status: 'ACTIVE' }]),
  );
  const call = { world: { slice: () => ({ services }) }, scope: {} } as unknown as Call;
  expect(() => checkServiceQuota({ cluster: 'main', serviceName: 'web' }, call)).toThrow(
    'The limit for services per cluster (5000) is exceeded.',
  );
  expect(() => checkServiceQuota({ cluster: 'other', serviceName: 'web' }, call)).not.toThrow();
});
