import { expect, test } from 'vitest';
import { cluster, GOOD, NEXT, plainService, targetGroup } from '../matrix/manifests.ts';
import { manifest } from '../applications.ts';
import { annotated, done, syncs, users } from './shop.ts';

const never = new AbortController().signal;
const group = (name: string, options?: string) =>
  options === undefined ? targetGroup({}, name) : annotated(targetGroup({}, name), { 'sync-options': options });

test('Prune=confirm stays until a person says yes, and the rest goes on', async () => {
  await using world = await users();
  const asks = group('asks', 'Prune=confirm');
  await syncs(world, world.application([cluster(), asks, group('plain')]));
  const input = world.application([cluster()], 'r2');
  const plan = await world.engine.plan(input, {}, never);
  expect(plan.waves.flat().find(({ ref }) => ref === 'TargetGroup/asks')).toMatchObject({
    action: 'none',
    needsConfirmation: true,
  });
  const operation = await syncs(world, input);
  expect(operation.phase).toBe('Succeeded');
  expect(done(operation)).toEqual(['Cluster/main Synced', 'TargetGroup/asks PruneSkipped', 'TargetGroup/plain Pruned']);
  expect((await world.engine.status(input, never)).status.sync).toBe('OutOfSync');
  // A yes from before the question is none.
  const approvedAt = (ms: number) => ({
    ...input,
    annotations: { 'longshore.dev/deletion-approved': new Date(world.clock.now().getTime() + ms).toISOString() },
  });
  await world.clock.sleep(1_000);
  expect(done(await syncs(world, approvedAt(-3_600_000)))).toContain('TargetGroup/asks PruneSkipped');
  expect(done(await syncs(world, approvedAt(0)))).toContain('TargetGroup/asks Pruned');
  expect((await world.engine.status(input, never)).status.sync).toBe('Synced');
});

test('approveDeletions says yes for one sync', async () => {
  await using world = await users();
  await syncs(world, world.application([cluster(), group('asks', 'Prune=confirm')]));
  const operation = await syncs(world, world.application([cluster()], 'r2'), { approveDeletions: true });
  expect(done(operation)).toContain('TargetGroup/asks Pruned');
});

test('Prune=false stays in AWS, Delete=false does not keep what is pruned', async () => {
  await using world = await users();
  await syncs(world, world.application([cluster(), group('kept', 'Prune=false'), group('gone', 'Delete=false')]));
  const operation = await syncs(world, world.application([cluster()], 'r2'));
  expect(done(operation)).toContain('TargetGroup/kept PruneSkipped');
  expect(done(operation)).toContain('TargetGroup/gone Pruned');
});

test('IgnoreExtraneous: what pruning leaves behind does not make the Application OutOfSync', async () => {
  await using world = await users();
  const off = { automated: { prune: false } };
  const extra = annotated(group('extra'), { 'compare-options': 'IgnoreExtraneous' });
  await syncs(world, world.application([cluster(), extra], 'r1', off));
  await syncs(world, world.application([cluster()], 'r2', off));
  expect((await world.engine.status(world.application([cluster()], 'r2', off), never)).status.sync).toBe('Synced');
});

test('Replace=true deletes first where two cannot have one name, and only then', async () => {
  await using world = await users();
  const named = (port: number, options?: string) => {
    const one = manifest('TargetGroup/api', { ...targetGroup().spec, port, nameOverride: 'api' });
    return options === undefined ? one : annotated(one, { 'sync-options': options });
  };
  await syncs(world, world.application([named(8000)]));
  const refused = await syncs(world, world.application([named(9000)], 'r2'));
  expect(refused.phase).toBe('Failed');
  expect(refused.message).toContain('Replace=true');
  const input = world.application([named(9000, 'Replace=true')], 'r2');
  const plan = await world.engine.plan(input, {}, never);
  expect(plan.waves.flat()).toMatchObject([{ action: 'replace', deletesFirst: true }]);
  expect(await syncs(world, input)).toMatchObject({ phase: 'Succeeded' });
  expect((await world.engine.status(input, never)).status.sync).toBe('Synced');
  const forced = await syncs(world, world.application([named(9100)], 'r3'), { replace: true });
  expect(forced).toMatchObject({ phase: 'Succeeded' });
  expect(world.sandbox.calls()).toMatchObject({
    'elasticloadbalancing:CreateTargetGroup': 3,
    'elasticloadbalancing:DeleteTargetGroup': 2,
  });
});

test('options that mean nothing are errors with the nearest that do', async () => {
  await using world = await users();
  const plan = (options: string) => world.engine.plan(world.application([group('api', options)]), {}, never);
  await expect(plan('Prune=flase')).rejects.toThrow(
    'api.yaml:1:1: /metadata/annotations/longshore.dev~1sync-options: "Prune=flase" is no sync option, expected one of Prune=false, Prune=confirm, Delete=false, Delete=confirm, Replace=true, PruneLast=true, Preflight=false (did you mean "Prune=false"?)',
  );
});

test('a partial sync does what is selected, and says what is missing', async () => {
  await using world = await users();
  const input = world.application([cluster(), plainService(GOOD), targetGroup(), group('other')]);
  const alone = await syncs(world, input, { resources: ['Service:api'] });
  expect(alone).toMatchObject({
    phase: 'Failed',
    message:
      'Service/api: it needs Cluster/main, which AWS does not have and which is not selected; select Cluster:main too',
  });
  const both = await syncs(world, input, { resources: ['Service:*', 'Cluster:main'] });
  expect(done(both)).toEqual(['Cluster/main Synced', 'Service/api Synced']);
  expect(done(await syncs(world, input, { resources: ['!TargetGroup:other'] }))).toContain('TargetGroup/api Synced');
  const pruned = await syncs(world, world.application([cluster()], 'r2'), { resources: ['TargetGroup:api'] });
  expect(done(pruned)).toEqual(['TargetGroup/api Pruned']);
  await expect(syncs(world, input, { resources: ['Service:apo'] })).resolves.toMatchObject({
    phase: 'Error',
    message: 'no resource is selected by "Service:apo" (did you mean "Service:api"?)',
  });
});

test('ApplyOutOfSyncOnly leaves out what is in sync', async () => {
  await using world = await users();
  const policy = { automated: { prune: true }, syncOptions: ['ApplyOutOfSyncOnly=true' as const] };
  await syncs(world, world.application([cluster(), targetGroup(), plainService(GOOD)], 'r1', policy));
  const next = world.application([cluster(), targetGroup(), plainService(NEXT)], 'r2', policy);
  expect(done(await syncs(world, next))).toEqual(['Service/api Synced']);
});
