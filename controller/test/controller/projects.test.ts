import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

const team = { sourceRepos: ['https://git.example.com/*'], destinations: [{ accountId: '*', regions: ['eu-*'] }] };

async function followed(): Promise<ControllerWorld> {
  const world = new ControllerWorld();
  world.projects.set('team', team);
  world.declare('shop', { project: 'team', deletionPolicy: 'Delete' });
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(3));
  return world;
}

it('an Application whose Project forbids it by an edit, or goes away, keeps its resources and is Unknown until allowed', async () => {
  const world = await followed();
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  world.projects.set('team', { ...team, sourceRepos: ['https://other.example.com/*'] });
  await world.pass(minutes(3));
  expect(world.conditionsOf('shop')).toContain('ProjectRefused');
  expect(world.controller.state('shop')?.problem).toContain('is not among sourceRepos of Project team');
  world.projects.delete('team');
  await world.pass(minutes(3));
  expect(world.controller.state('shop')?.problem).toBe('there is no Project "team"');
  world.repository().commit({ shop: [manifest('Thing/api', { version: 'v2' })] });
  await world.pass(minutes(3));
  expect(await world.historyOf('shop')).toEqual(['commit Succeeded r1']);
  expect(world.world.cloud.summary()).toHaveLength(1);
  world.projects.set('team', team);
  await world.pass(minutes(3));
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  expect(await world.historyOf('shop')).toEqual(['commit Succeeded r1', 'commit Succeeded r2']);
  await world.stop();
});

it('a repository that a Project forbids is not even asked', async () => {
  const world = new ControllerWorld();
  world.projects.set('team', { ...team, sourceRepos: [] });
  world.declare('shop', { project: 'team' });
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(30));
  expect(world.repository().asked).toEqual({ listings: 0, readings: 0 });
  await expect(world.controller.sync('shop', { initiator: { kind: 'person', name: 'ada' } })).rejects.toMatchObject({
    code: 'ProjectRefused',
  });
  expect(world.repository().asked).toEqual({ listings: 0, readings: 0 });
  await world.stop();
});

it('a kind that a Project denies stops the whole sync; nothing is deleted', async () => {
  const world = await followed();
  world.projects.set('team', { ...team, deniedKinds: ['Base'] });
  world.repository().commit({ shop: [manifest('Base/main')] });
  await world.pass(minutes(3));
  expect(world.controller.state('shop')?.problem).toBe('Base/main: Project team does not allow the kind Base');
  expect(world.world.cloud.summary()).toHaveLength(1);
  await world.stop();
});
