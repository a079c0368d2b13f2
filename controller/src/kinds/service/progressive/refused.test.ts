import { expect, test } from 'vitest';
import type { ServiceSpec } from '../../../api/service.ts';
import { refusedFields } from './refused.ts';

const task: ServiceSpec['task'] = { containers: [{ name: 'web', image: 'example/web:1' }] };
const entry = { targetGroup: 'api', container: 'web', port: 8000 };
const good: ServiceSpec = { cluster: 'main', task, loadBalancers: [entry], deployment: { strategy: 'Progressive' } };

test('a service with one pair of target groups is not refused', () => {
  expect(refusedFields(good)).toEqual([]);
});

test.each<[path: string, spec: Partial<ServiceSpec>]>([
  ['/serviceConnect', { serviceConnect: { namespace: 'shop' } }],
  [
    '/volumeConfigurations',
    { volumeConfigurations: [{ name: 'data', managedEBSVolume: { roleArn: 'arn:r', sizeInGiB: 1 } }] },
  ],
  [
    '/vpcLatticeConfigurations',
    { vpcLatticeConfigurations: [{ targetGroupArn: 'arn:t', portName: 'http', roleArn: 'arn:r' }] },
  ],
  ['/schedulingStrategy', { schedulingStrategy: 'DAEMON' }],
  ['/loadBalancers', { loadBalancers: [] }],
  ['/loadBalancers', { loadBalancers: [entry, { ...entry, targetGroup: 'other' }] }],
  ['/loadBalancers', { loadBalancers: [{ targetGroupArn: 'arn:t', container: 'web', port: 8000 }] }],
])('what task sets cannot have is refused at %s, with the reason', (path, more) => {
  expect(refusedFields({ ...good, ...more })).toMatchObject([{ path, refused: expect.stringMatching(/.{20}/) }]);
});
