import { expect, test } from 'vitest';
import type { ServiceSpec } from '../../../api/service.ts';
import { progressiveIam } from './iam.ts';

const place = { accountId: '123456789012', region: 'eu-west-1' };
const spec = (deployment: ServiceSpec['deployment']): ServiceSpec => ({
  cluster: 'main',
  task: { containers: [{ name: 'web', image: 'example/web:1' }] },
  ...(deployment === undefined ? {} : { deployment }),
});

test('other strategies need nothing of it', () => {
  expect(progressiveIam(spec({ strategy: 'Rolling' }), 'shop-*', place)).toEqual([]);
});

test('task sets of this Application alone, and alarms only where there are any', () => {
  const progressive = { productionRule: { listenerRule: 'api' }, steps: [{ weight: 100 }] };
  const without = progressiveIam(spec({ strategy: 'Progressive', progressive }), 'shop-*', place);
  const task = without.find(({ actions }) => actions.includes('ecs:DeleteTaskSet'));
  expect(task?.resources).toEqual(['arn:*:ecs:eu-west-1:123456789012:task-set/*/shop-*/*']);
  expect(without.flatMap(({ actions }) => actions)).not.toContain('cloudwatch:DescribeAlarms');
  const alarms = { names: ['api-5xx'] };
  const all = progressiveIam(spec({ strategy: 'Progressive', progressive, alarms }), 'shop-*', place);
  expect(all.flatMap(({ actions }) => actions)).toContain('cloudwatch:DescribeAlarms');
});
