import { expect, it } from 'vitest';
import type { Manifest } from '../../src/core/manifest.ts';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

const team = {
  sourceRepos: ['*'],
  destinations: [{ accountId: '*', regions: ['*'] }],
  allowedKinds: ['Application', 'ApplicationSet', 'Thing', 'Base'],
};

function child(name: string, spec: object = {}, annotations?: Record<string, string>): Manifest {
  return manifest(
    `Application/${name}`,
    {
      project: 'team',
      source: { repoURL: 'https://git.example.com/shop.git', path: name },
      syncPolicy: { automated: { prune: true } },
      pollIntervalSeconds: 60,
      ...spec,
    },
    annotations,
  );
}

function parented(): ControllerWorld {
  const world = new ControllerWorld();
  world.projects.set('team', team);
  world.declare('root', { project: 'team', syncPolicy: { automated: { prune: true }, maxDeletions: 10 } });
  return world;
}

it('an Application holds Applications, in its order: a wave waits until the one before is Healthy', async () => {
  const world = parented();
  world.repository().commit({
    root: [child('first', {}, { 'longshore.dev/sync-wave': '-1' }), child('second')],
    first: [manifest('Base/main')],
    second: [manifest('Thing/api')],
  });
  world.start();
  await world.pass(minutes(5));
  expect(world.controller.names()).toEqual(['first', 'root', 'second']);
  expect(world.controller.state('first')).toMatchObject({ origin: { kind: 'Application', name: 'root' } });
  expect(['first', 'second', 'root'].map((name) => world.stateOf(name))).toEqual(
    Array.from({ length: 3 }, () => 'Synced, Healthy'),
  );
  const [first] = await world.controller.history('first');
  const [second] = await world.controller.history('second');
  expect(Date.parse(second?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.finishedAt ?? ''));
  expect(world.controller.resources('root').map(({ ref, health }) => `${ref} ${health.status}`)).toEqual([
    'Application/first Healthy',
    'Application/second Healthy',
  ]);
  await world.stop();
});

it('a child that is taken out of Git goes by its deletionPolicy, and the others survive a restart', async () => {
  const world = parented();
  const folders = { gone: [manifest('Base/gone')], kept: [manifest('Base/kept')], stays: [manifest('Base/stays')] };
  world.repository().commit({
    root: [child('gone', { deletionPolicy: 'Delete' }), child('kept'), child('stays')],
    ...folders,
  });
  world.start();
  await world.pass(minutes(5));
  expect(world.world.cloud.summary()).toHaveLength(3);
  await world.stop();
  world.start();
  await world.pass(minutes(5));
  expect(world.controller.names()).toEqual(['gone', 'kept', 'root', 'stays']);
  world.repository().commit({ root: [child('stays')] });
  await world.pass(minutes(10));
  expect(world.controller.names()).toEqual(['root', 'stays']);
  expect(world.world.cloud.summary()).toHaveLength(2);
  expect(world.stateOf('root')).toBe('Synced, Healthy');
  await world.stop();
});

it('a name has one parent: another Application, and the folder, are refused', async () => {
  const world = parented();
  world.declare('rival', { project: 'team' });
  world.declare('taken', { project: 'team' });
  world
    .repository()
    .commit({ root: [child('shared')], shared: [manifest('Base/main')], taken: [manifest('Base/taken')] });
  world.start();
  await world.pass(minutes(5));
  world.repository().commit({ rival: [child('shared'), child('taken')] });
  await world.pass(minutes(5));
  expect(world.controller.state('shared')?.origin).toEqual({ kind: 'Application', name: 'root' });
  expect(world.controller.state('taken')?.origin).toEqual({ kind: 'folder' });
  const failed = (await world.controller.history('rival')).at(-1);
  expect(failed?.phase).toBe('Failed');
  expect(failed?.message).toContain('Application/shared');
  expect(failed?.message).toContain('Application/taken');
  await world.stop();
});

it('an Application cannot hold itself, nor one that holds it', async () => {
  const world = parented();
  world.repository().commit({ root: [child('inner')], inner: [child('inner'), child('root')] });
  world.start();
  await world.pass(minutes(10));
  expect(world.controller.names()).toEqual(['inner', 'root']);
  expect(world.stateOf('inner')).toContain('OutOfSync');
  expect((await world.controller.history('inner')).at(-1)?.phase).toBe('Failed');
  await world.stop();
});

it('a child of another Project is refused, and so is any where the Project does not allow the kind', async () => {
  const world = parented();
  world.declare('plain');
  world
    .repository()
    .commit({ root: [child('escaped', { project: 'admin' })], plain: [child('any', { project: 'default' })] });
  world.start();
  await world.pass(minutes(5));
  expect(world.controller.names()).toEqual(['plain', 'root']);
  expect(world.conditionsOf('root')).toContain('ProjectRefused');
  expect(world.conditionsOf('plain')).toContain('ProjectRefused');
  await world.stop();
});

it('an Application may hold an ApplicationSet', async () => {
  const world = parented();
  const set = manifest('ApplicationSet/many', {
    generators: [{ list: { elements: [{ name: 'one' }, { name: 'two' }] } }],
    template: {
      metadata: { name: '{{name}}' },
      spec: {
        project: 'team',
        source: { repoURL: 'https://git.example.com/shop.git', path: '{{name}}' },
        syncPolicy: { automated: {} },
      },
    },
  });
  world.repository().commit({ root: [set], one: [manifest('Base/one')], two: [manifest('Base/two')] });
  world.start();
  await world.pass(minutes(5));
  expect(world.controller.applicationSets()).toMatchObject([
    { name: 'many', origin: { kind: 'Application', name: 'root' }, applications: ['one', 'two'] },
  ]);
  expect(world.stateOf('root')).toBe('Synced, Healthy');
  world.repository().commit({ root: [], other: [] });
  world.declare('root', { project: 'team', syncPolicy: { automated: { prune: true, allowEmpty: true } } });
  await world.pass(minutes(5));
  expect(world.controller.names()).toEqual(['root']);
  await world.stop();
});

it('an ApplicationSet out of a repository looks into no repository that its Project does not allow', async () => {
  const asked: string[] = [];
  const world = parented();
  world.deps = {
    generators: {
      tree: async (repoURL) => {
        asked.push(repoURL);
        return { revision: 'r1', files: new Map() };
      },
      pullRequests: async () => [],
    },
  };
  world.projects.set('team', { ...team, sourceRepos: ['https://git.example.com/*'] });
  const looking = (name: string, repoURL: string) =>
    manifest(`ApplicationSet/${name}`, {
      generators: [{ gitDirectories: { repoURL, directories: [{ path: '*' }] } }],
      template: { metadata: { name: '{{path}}' }, spec: { project: 'team', source: { repoURL } } },
    });
  world.repository().commit({
    root: [
      looking('allowed', 'https://git.example.com/other.git'),
      looking('foreign', 'https://internal.example.org/secret.git'),
      looking('local', '/etc'),
    ],
  });
  world.start();
  await world.pass(minutes(5));
  expect(new Set(asked)).toEqual(new Set(['https://git.example.com/other.git']));
  const problems = world.controller.applicationSets().map(({ name, problem }) => [name, problem]);
  expect(problems).toEqual([
    ['allowed', undefined],
    ['foreign', 'the Project does not allow the repository https://internal.example.org/secret.git'],
    ['local', 'the Project does not allow the repository /etc'],
  ]);
  await world.stop();
});
