import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { RolloutView } from '../../api/http/rollout.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { line, picture } from './picture.ts';
import { screen } from './screen.ts';
import { watchRollout } from './watch.ts';

const NOW = '2026-01-01T00:02:00Z';
const counts = { desired: 2, running: 2, pending: 0, failed: 0 };

const canary = (changes: Partial<RolloutView> = {}): RolloutView => ({
  kind: 'Rollout',
  application: 'shop',
  ref: 'Service/web',
  id: 'one',
  strategy: 'Canary',
  phase: 'AwaitingPromotion',
  target: 'arn:aws:ecs:eu-west-1:111111111111:task-definition/shop-web:8',
  step: 2,
  stepsOf: 3,
  weights: {},
  allows: ['promote', 'abort'],
  steps: [
    { name: 'SCALE_UP', status: 'Succeeded', startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:40Z' },
    { name: 'PRODUCTION_TRAFFIC_SHIFT', status: 'InProgress', startedAt: '2026-01-01T00:00:40Z' },
    { name: 'CLEAN_UP', status: 'Pending' },
  ],
  sides: [
    { role: 'stable', revision: 'shop-web:7', weight: 90, ...counts },
    { role: 'new', revision: 'shop-web:8', weight: 10, ...counts, running: 1, pending: 1, failed: 3 },
  ],
  waitsFor: 'a person to promote',
  startedAt: '2026-01-01T00:00:00Z',
  needsController: false,
  health: { status: 'Progressing', reason: 'Deploying', message: '' },
  events: [
    { at: '2026-01-01T00:01:00Z', message: 'newer' },
    { at: '2026-01-01T00:00:30Z', message: 'older' },
  ],
  parts: [],
  holds: [],
  ...changes,
});

it('shows phase, traffic, both sides, steps with marks and durations, what is waited for, and the events as they happened', () => {
  const lines = picture(canary(), NOW, recordingIo({ columns: 120 }));
  expect(lines.slice(0, 8)).toEqual([
    'shop/Service/web  Canary to shop-web:8  AwaitingPromotion  step 2 of 3 (PRODUCTION_TRAFFIC_SHIFT)  2m',
    `  traffic ${'█'.repeat(3)}${'░'.repeat(27)}  stable 90%, new 10%`,
    '  stable  shop-web:7  2 of 2 tasks run',
    '  new     shop-web:8  1 of 2 tasks run, 1 starts, 3 failed',
    '  ✔ SCALE_UP                  40s',
    '  ● PRODUCTION_TRAFFIC_SHIFT  1m 20s',
    '  ○ CLEAN_UP',
    '  waits for a person to promote ("longshore rollout promote shop/web" goes on)',
  ]);
  expect(lines.slice(8).map((text) => text.trim().split(/\s+/u)[1])).toEqual(['older', 'newer']);
});

it('what was paused goes on by resuming, and what is left of a side says that it is not wanted', () => {
  const old = { role: 'stable', revision: 'shop-web:7', ...counts, desired: 0 } as const;
  const lines = picture(
    canary({ phase: 'Paused', allows: ['promote', 'resume', 'abort'], waitsFor: 'a person to resume', sides: [old] }),
    NOW,
    recordingIo({ columns: 120 }),
  );
  expect(lines).toContain('  waits for a person to resume ("longshore rollout resume shop/web" goes on)');
  expect(lines).toContain('  stable  shop-web:7  2 tasks run, 0 wanted');
});

it('the last one is no answer where the next one is meant', async () => {
  const io = recordingIo();
  const watching = { output: 'text', timeoutSeconds: 0, after: { id: 'one' } } as const;
  const desk = { rollout: async () => canary({ phase: 'Succeeded' }) };
  const watched = watchRollout(desk, watching, io, new AbortController().signal);
  await expect(watched).rejects.toThrow('after 0 s no rollout has begun');
  expect(io.outText()).toBe('');
});

it('what is over says why, and no step any more', () => {
  const [first, ...rest] = picture(
    canary({ phase: 'Failed', cause: 'alarm api-5xx', endedAt: '2026-01-01T01:02:03Z' }),
    NOW,
    recordingIo({ columns: 120 }),
  );
  expect(first).toBe('shop/Service/web  Canary to shop-web:8  Failed  1h 2m 3s');
  expect(rest).toContain('  because alarm api-5xx');
});

it('fits the terminal however narrow, and takes no control characters from AWS', () => {
  const events = [{ at: NOW, message: `\u001B[2J${'x'.repeat(500)}` }];
  const io = recordingIo({ columns: 40, style: (_, text) => `\u001B[31m${text}\u001B[39m` });
  for (const drawn of picture(canary({ events }), NOW, io)) {
    expect(stripVTControlCharacters(drawn).length).toBeLessThan(40);
    expect(drawn).not.toContain('\u001B[2J');
  }
});

it('fits on one line of a log', () => {
  expect(line(canary())).toBe(
    'shop/Service/web  AwaitingPromotion, step 2 of 3 (PRODUCTION_TRAFFIC_SHIFT); stable 90%, new 10%; ' +
      'stable: 2 of 2 tasks run; new: 1 of 2 tasks run, 1 starts, 3 failed; waits for a person to promote',
  );
});

it('is drawn over what was drawn before, and not at all when nothing changed', () => {
  const io = recordingIo();
  const drawing = screen(io);
  drawing.draw(['a', 'b']);
  drawing.draw(['a', 'b']);
  drawing.draw(['c']);
  expect(io.outText()).toBe('a\nb\n\u001B[1A\u001B[2K\u001B[1A\u001B[2Kc\n');
});

it.each([
  ['Succeeded', 0],
  ['Failed', 1],
] as const)('watched to %s, it exits %d', async (phase, code) => {
  const io = recordingIo();
  const watching = { output: 'text', timeoutSeconds: 60 } as const;
  const desk = { rollout: async () => canary({ phase }) };
  expect(await watchRollout(desk, watching, io, new AbortController().signal)).toBe(code);
  expect(io.outText()).toContain(`shop/Service/web  ${phase}`);
});
