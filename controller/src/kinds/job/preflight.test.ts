import { expect, test } from 'vitest';
import { freshPass } from '../../../test/converge.ts';
import { desiredOf, sandboxed } from '../../../test/sandboxed.ts';
import type { JobSpec } from '../../api/job.ts';
import { jobKind } from './index.ts';

test('a Job is looked at as a service is, with the roles of its overrides', async () => {
  const there = await sandboxed({ iam: 'enforced' });
  try {
    const spec: JobSpec = {
      clusterArn: 'main',
      network: { subnets: ['subnet-1'] },
      task: {
        cpu: 256,
        memory: 512,
        executionRole: 'none',
        containers: [{ name: 'main', image: 'example/job:1', secrets: [{ name: 'A', valueFrom: '/none' }] }],
      },
      overrides: { taskRole: 'neither' },
    };
    const driver = jobKind.driver(there.aws);
    const found = await driver.preflight?.(desiredOf('Job/migrate', spec), undefined, freshPass(there));
    expect(found?.map(({ severity, check, path }) => [severity, check, path])).toEqual([
      ['error', 'ExecutionRole', '/task/executionRole'],
      ['error', 'Parameter', '/task/containers/0/secrets/0/valueFrom'],
      ['unchecked', 'Image', '/task/containers/0/image'],
      ['error', 'TaskRole', '/overrides/taskRole'],
    ]);
  } finally {
    await there.close();
  }
});
