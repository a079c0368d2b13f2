import { expect, it } from 'vitest';
import type { Event } from '../../core/events.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { eventLog } from './log.ts';

const EVENT: Event = {
  at: new Date('2026-01-02T03:04:05.678Z'),
  code: 'step.failed',
  level: 'error',
  message: 'rollout failed',
  data: { application: 'shop', ref: 'Service/web' },
};

it('writes one JSON object a line, with the time of the event', () => {
  const io = recordingIo();
  eventLog('json', false, io)(EVENT);
  expect(io.outText().endsWith('\n')).toBe(true);
  expect(JSON.parse(io.outText())).toEqual({
    level: 'error',
    time: '2026-01-02T03:04:05.678Z',
    code: 'step.failed',
    application: 'shop',
    ref: 'Service/web',
    msg: 'rollout failed',
  });
});

it('writes a line for a person, with the Application and the resource', () => {
  const io = recordingIo();
  eventLog('text', false, io)(EVENT);
  expect(io.outText()).toMatch(/^shop {2}\d\d:\d\d:\d\d {2}Service\/web {2}rollout failed\n$/u);
});

it('leaves debug events out unless they are asked for', () => {
  for (const format of ['json', 'text'] as const) {
    const quiet = recordingIo();
    eventLog(format, false, quiet)({ ...EVENT, level: 'debug' });
    expect(quiet.outText()).toBe('');
    const loud = recordingIo();
    eventLog(format, true, loud)({ ...EVENT, level: 'debug' });
    expect(loud.outText()).not.toBe('');
  }
});
