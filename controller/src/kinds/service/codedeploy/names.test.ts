import { expect, test } from 'vitest';
import { desiredOf } from '../../../../test/sandboxed.ts';
import type { CodeDeployDeployment } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired } from '../../../core/driver.ts';
import { configInWords, configNameOf, groupKeyOf, recordedKey, shiftInName } from './names.ts';

function service(codeDeploy: Partial<CodeDeployDeployment> = {}, name = 'api'): Desired<ServiceSpec> {
  return desiredOf<ServiceSpec>(`Service/${name}`, {
    cluster: 'main',
    task: { containers: [{ name: 'web', image: 'example/web:1' }] },
    deployment: {
      strategy: 'CodeDeploy',
      codeDeploy: {
        serviceRole: 'codedeploy',
        productionListener: { loadBalancer: 'public', port: 443 },
        ...codeDeploy,
      },
    },
  });
}

test('application and group have a derived name, or that of the manifest', () => {
  expect(groupKeyOf(service())).toEqual({
    application: expect.stringMatching(/^shop-api-\w{10}$/),
    group: expect.stringMatching(/^shop-api-\w{10}$/),
  });
  expect(groupKeyOf(service({ applicationName: 'pcs-api', deploymentGroupName: 'pcs-api-dg' }))).toEqual({
    application: 'pcs-api',
    group: 'pcs-api-dg',
  });
});

test.each([
  [{}, 'CodeDeployDefault.ECSAllAtOnce', { config: 'CodeDeployDefault.ECSAllAtOnce' }],
  [{ config: 'team-config' }, 'team-config', { config: 'team-config' }],
  [{ canary: { percent: 15, minutes: 7 } }, /^shop-api-canary-15-7-\w{10}$/, { canary: { percent: 15, minutes: 7 } }],
  [{ linear: { percent: 20, minutes: 3 } }, /^shop-api-linear-20-3-\w{10}$/, { linear: { percent: 20, minutes: 3 } }],
])('the configuration of %j has a name that reads back as it is', (codeDeploy, name, words) => {
  const desired = service(codeDeploy);
  expect(configNameOf(desired)).toMatch(name);
  expect(configInWords(configNameOf(desired), desired)).toEqual(words);
});

test('a configuration of another service that looks like one of its own is not', () => {
  const others = configNameOf(service({ canary: { percent: 15, minutes: 7 } }, 'web'));
  expect(shiftInName(others, service())).toBeUndefined();
  expect(shiftInName(others.replace('web', 'api'), service())).toBeUndefined();
});

test('the group is found among the parts on record', () => {
  const id = 'arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:shop/api';
  expect(recordedKey([{ type: 'codedeploy:deployment-group', id, tags: {} }])).toEqual({
    application: 'shop',
    group: 'api',
  });
  expect(recordedKey([])).toBeUndefined();
});
