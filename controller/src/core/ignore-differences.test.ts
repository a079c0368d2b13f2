import { describe, expect, it } from 'vitest';
import type { Change } from './driver.ts';
import { ignoring, isWithin, withKept } from './ignore-differences.ts';
import type { Json } from './json.ts';

const spec = {
  desiredCount: 2,
  tags: { team: 'web' },
  task: {
    containers: [
      { name: 'web', image: 'a:1', cpu: 0 },
      { name: 'log', image: 'b:1' },
    ],
  },
  listeners: [{ port: 80 }, { port: 443, sslPolicy: 'old' }],
};

const change = (path: string, from?: Json, to?: Json): Change => ({
  part: 'ecs:service',
  path,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  effect: 'inPlace',
});
const never = () => false;

describe('fields that Git does not decide', () => {
  it('stay as AWS has them', () => {
    const { kept } = ignoring(spec, [change('/desiredCount', 5, 2)], [['desiredCount']], never);
    expect(kept).toEqual([{ path: '/desiredCount', value: 5 }]);
    expect(withKept(spec, kept)).toEqual({ ...spec, desiredCount: 5 });
  });

  it('are named by the number of an item as well as by its key', () => {
    const changes = [change('/task/containers/web/image', 'a:2', 'a:1')];
    for (const place of [
      ['task', 'containers', '0', 'image'],
      ['task', 'containers', 'web', 'image'],
    ]) {
      const { kept } = ignoring(spec, changes, [place], never);
      expect(withKept(spec, kept).task).toEqual({
        containers: [{ name: 'web', image: 'a:2', cpu: 0 }, spec.task.containers[1]],
      });
    }
    expect(ignoring(spec, changes, [['task', 'containers', '1', 'image']], never).kept).toEqual([]);
  });

  it('are left out of the spec where AWS has nothing', () => {
    const { kept } = ignoring(spec, [change('/tags/team', undefined, 'web')], [['tags', 'team']], never);
    expect(withKept(spec, kept).tags).toEqual({});
  });

  it('are a part of what changes as a whole', () => {
    const changes = [change('/tags', { cost: '1' }, { team: 'web' })];
    const { kept } = ignoring(spec, changes, [['tags', 'cost']], never);
    expect(withKept(spec, kept).tags).toEqual({ team: 'web', cost: '1' });
  });

  it('cover everything below them, also an item that only AWS has', () => {
    const changes = [change('/task/containers/side', { image: 'c:1' })];
    const { kept } = ignoring(spec, changes, [['task', 'containers', 'side']], never);
    expect(withKept(spec, kept).task).toEqual({
      containers: [...spec.task.containers, { name: 'side', image: 'c:1' }],
    });
    const listener = [change('/listeners/8080', { protocol: 'HTTP' })];
    expect(withKept(spec, ignoring(spec, listener, [['listeners']], never).kept).listeners).toEqual([
      ...spec.listeners,
      { port: 8080, protocol: 'HTTP' },
    ]);
  });

  it('are hidden and not kept where what AWS has is not shown', () => {
    const secret = [change('/token', '(sensitive)', '(sensitive)')];
    expect(ignoring(spec, secret, [['token']], (value) => value === '(sensitive)')).toEqual({
      kept: [],
      hidden: ['/token'],
    });
  });

  it('tells a field from its neighbours', () => {
    expect(isWithin(spec, ['desired'], ['desiredCount'])).toBe(false);
    expect(isWithin(spec, ['listeners', '1'], ['listeners', '443', 'sslPolicy'])).toBe(true);
    expect(isWithin(spec, ['listeners', '0'], ['listeners', '443', 'sslPolicy'])).toBe(false);
  });
});
