import { expect, it } from 'vitest';
import { TerminalError } from '../../core/errors.ts';
import type { LogRequest } from '../../server/logs.ts';
import { stateOf } from '../../server/testing/states.ts';
import { systemClock } from '../system-clock.ts';
import { containerLogs } from './container-logs.ts';

const HEALTHY = { status: 'Healthy', reason: 'Healthy', message: '' } as const;
const reader = containerLogs({
  control: {
    resources: () => [
      { ref: 'Service/web', sync: 'Synced', health: HEALTHY, parts: [{ type: 'ecs:service', id: 'arn' }] },
      { ref: 'Cluster/main', sync: 'Synced', health: HEALTHY, parts: [] },
    ],
    parts: async (_, ref) => {
      if (ref === 'Job/migrate') return [{ type: 'ecs:task-definition', id: 'arn' }];
      throw new TerminalError('NotFound', `shop has no resource ${ref} (did you mean "Service/web"?)`);
    },
  },
  connect: () => Promise.reject(new Error('AWS is not asked')),
  clock: systemClock,
});
const request: LogRequest = { ref: 'Service/web', since: new Date(0), tail: 10, follow: false };
const read = (ref: LogRequest['ref']) =>
  reader.read(stateOf('shop'), { ...request, ref }, new AbortController().signal);

it('says which resource was meant when there is no such one', async () => {
  await expect(read('Service/wbe')).rejects.toMatchObject({
    code: 'NotFound',
    message: 'shop has no resource Service/wbe (did you mean "Service/web"?)',
  });
});

it('reads those of a Job that only people run, which is not among the resources', async () => {
  await expect(read('Job/migrate')).rejects.toThrow('AWS is not asked');
});

it.each(['Cluster/main', 'Service/web'] as const)(
  'says that %s has no containers, before AWS is asked',
  async (ref) => {
    await expect(read(ref)).rejects.toMatchObject({ code: 'NoLogs' });
  },
);
