import {
  DescribeServicesCommand,
  ListClustersCommand,
  ListServicesCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { IgnoreDifferences } from '../../src/api/application.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { isEmpty } from '../../src/core/plan.ts';
import type { ApplicationInput } from '../../src/engine/engine.ts';
import type { Harness } from '../harness.ts';
import { cluster, GOOD, NEXT, plainService } from '../matrix/manifests.ts';
import { asUser, syncs, users } from './shop.ts';

const never = new AbortController().signal;

function ignoring(
  world: Harness,
  manifests: readonly Manifest[],
  ignoreDifferences: IgnoreDifferences[],
  revision = 'r1',
): ApplicationInput {
  const input = world.application(manifests, revision);
  return { ...input, spec: { ...input.spec, ignoreDifferences } };
}

/** Somebody changes the service by hand; what it is after that. */
async function byHand(world: Harness, change: object = {}) {
  return asUser(world, async ({ ecs }) => {
    const { clusterArns: [inCluster = ''] = [] } = await ecs.send(new ListClustersCommand({}));
    const { serviceArns: [service = ''] = [] } = await ecs.send(new ListServicesCommand({ cluster: inCluster }));
    if (Object.keys(change).length > 0)
      await ecs.send(new UpdateServiceCommand({ cluster: inCluster, service, ...change }));
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: inCluster, services: [service] }));
    return services[0];
  });
}

test('an ignored field is no drift, and stays as it is when another field is sent', async () => {
  await using world = await users();
  const rules = [{ kind: 'Service', name: 'api', jsonPointers: ['/spec/desiredCount'] }];
  await syncs(world, ignoring(world, [cluster(), plainService(GOOD)], rules));
  await byHand(world, { desiredCount: 4, enableExecuteCommand: true });
  const input = ignoring(world, [cluster(), plainService(GOOD)], rules);
  const { status } = await world.engine.status(input, never);
  expect(status.plan.waves.flat().flatMap(({ changes }) => changes.map(({ path }) => path))).toEqual([
    '/enableExecuteCommand',
  ]);
  const next = ignoring(world, [cluster(), plainService(NEXT)], rules, 'r2');
  expect(await syncs(world, next)).toMatchObject({ phase: 'Succeeded' });
  expect(await byHand(world)).toMatchObject({ desiredCount: 4, enableExecuteCommand: false });
  expect(isEmpty(await world.engine.plan(next, {}, never))).toBe(true);
});

test('a jq path expression names fields inside lists', async () => {
  await using world = await users();
  const expression = '.spec.task.containers[] | select(.name == "web") | .image';
  const rules = [{ kind: 'Service', jqPathExpressions: [expression] }];
  await syncs(world, world.application([cluster(), plainService(GOOD)]));
  // CI pushed another image; Git says the old one.
  const ci = world.application([cluster(), plainService(NEXT)], 'ci');
  await syncs(world, ci);
  const input = ignoring(world, [cluster(), plainService(GOOD)], rules, 'r2');
  expect(isEmpty(await world.engine.plan(input, {}, never))).toBe(true);
  const scaled = ignoring(world, [cluster(), plainService(GOOD, { desiredCount: 3 })], rules, 'r3');
  const before = (await byHand(world))?.taskDefinition;
  expect(await syncs(world, scaled)).toMatchObject({ phase: 'Succeeded' });
  expect(await byHand(world)).toMatchObject({ desiredCount: 3, taskDefinition: before });
});

test('rules that cannot be followed are errors with their place', async () => {
  await using world = await users();
  await syncs(world, world.application([cluster(), plainService(GOOD)]));
  const plan = (...rules: IgnoreDifferences[]) => {
    const input = ignoring(world, [cluster(), plainService(NEXT)], rules, 'r2');
    const positionOf = (pointer: string) => ({ file: `app.yaml${pointer}`, line: 7, column: 3 });
    return world.engine.plan({ ...input, positionOf }, {}, never);
  };
  await expect(plan({ kind: 'Servce', jsonPointers: ['/spec/a'] })).rejects.toThrow('(did you mean "Service"?)');
  await expect(plan({ kind: 'Service', jsonPointers: ['spec/desiredCount'] })).rejects.toThrow(
    '"spec/desiredCount" is no JSON pointer, expected one such as /spec/desiredCount',
  );
  await expect(plan({ kind: 'Service', jsonPointers: ['/spec/desiredCount', '/desiredCount'] })).rejects.toThrow(
    'app.yaml/spec/ignoreDifferences/0/jsonPointers/1:7:3: /spec/ignoreDifferences/0/jsonPointers/1: "/desiredCount" names nothing that is compared',
  );
  await expect(plan({ kind: 'Service', jqPathExpressions: ['.spec[|'] })).rejects.toThrow(
    ':7:3: /spec/ignoreDifferences/0/jqPathExpressions/0: ".spec[|" is no jq path expression: syntax error',
  );
  await expect(plan({ kind: 'Service', jqPathExpressions: ['def f: f; f'] })).rejects.toThrow(
    'it takes longer than 2 s',
  );
});
