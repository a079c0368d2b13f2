import type { Cluster } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { diffClusters } from './live-clusters.ts';
import { expectBoth, type Row } from './drift-row.ts';

describe('clusters', () => {
  const echo: Cluster = {
    settings: [{ name: 'containerInsights', value: 'disabled' }],
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
  };
  const providers = { capacityProviders: ['FARGATE_SPOT', 'FARGATE'] };

  test.each<Row<Cluster>>([
    ['capacity providers come back sorted', echo, { ...echo, capacityProviders: ['FARGATE'] }, ['/capacityProviders']],
    [
      'sessions are logged by default',
      { ...echo, configuration: { executeCommandConfiguration: { logging: 'DEFAULT' } } },
      { ...echo, configuration: { executeCommandConfiguration: { logging: 'NONE' } } },
      ['/executeCommand'],
    ],
  ])('%s', (...row) => expectBoth(row, (live) => diffClusters(providers, live)));

  test("containerInsights is the account setting's while it is not declared, and Git's when it is", () => {
    const other: Cluster = { ...echo, settings: [{ name: 'containerInsights', value: 'enhanced' }] };
    expect(diffClusters(providers, other)).toEqual([]);
    expect(diffClusters({ ...providers, containerInsights: 'disabled' }, other).map(({ path }) => path)).toEqual([
      '/containerInsights',
    ]);
  });
});
