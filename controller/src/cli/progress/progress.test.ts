import { expect, it } from 'vitest';
import type { Event } from '../../core/events.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { progressFor } from './progress.ts';

function event(code: string, message: string, more: Partial<Event> = {}): Event {
  return { at: new Date(2026, 0, 1, 21, 4, 5), code, level: 'info', message, data: {}, ...more };
}

it('writes a plain line for each event where there is no terminal', () => {
  const io = recordingIo();
  const { sink } = progressFor('text', false, io);
  sink(event('step.started', 'update', { data: { ref: 'Service/api' } }));
  expect(io.errText()).toBe('21:04:05  Service/api  update\n');
  expect(io.outText()).toBe('');
});

it('keeps a message of several lines on one line', () => {
  const io = recordingIo();
  progressFor('text', false, io).sink(event('x', 'first\n  second'));
  expect(io.errText()).toBe('21:04:05  first second\n');
});

it('says what is waited for once, and again when it changes', () => {
  const io = recordingIo();
  const { sink } = progressFor('text', false, io);
  const waiting = (message: string): void => sink(event('step.waiting', message, { data: { ref: 'Service/api' } }));
  waiting('1 of 2 tasks');
  waiting('1 of 2 tasks');
  waiting('2 of 2 tasks');
  expect(io.errText().split('\n').filter(Boolean)).toHaveLength(2);
});

it('writes one JSON object a line to standard output', () => {
  const io = recordingIo();
  const { sink } = progressFor('json', false, io);
  sink(event('step.started', 'update'));
  sink(event('step.done', 'updated'));
  const lines = io
    .outText()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  expect(lines.map((line) => line.code)).toEqual(['step.started', 'step.done']);
});

it('leaves debug events out unless --debug asks for them', () => {
  const quiet = recordingIo();
  progressFor('text', false, quiet).sink(event('aws.call', 'x', { level: 'debug' }));
  expect(quiet.errText()).toBe('');
  const loud = recordingIo();
  progressFor('text', true, loud).sink(event('aws.call', 'x', { level: 'debug' }));
  expect(loud.errText()).toContain('x');
});

it('replaces what is waited for on a terminal, keeps what happened, and leaves no half line behind', () => {
  const io = recordingIo({ stderrIsTTY: true, columns: 40 });
  const progress = progressFor('text', false, io);
  progress.sink(
    event('step.waiting', 'a very long text that would wrap on this terminal', { data: { ref: 'Service/a' } }),
  );
  progress.sink(event('step.done', 'done', { data: { ref: 'Service/a' } }));
  progress.end();
  const screen = io.errText().replaceAll(/[^\n]*\r\u001B\[K/gu, '');
  expect(screen).toBe('21:04:05  Service/a  done\n');
  for (const drawn of io.errText().split(/\r\u001B\[K|\n/u)) expect(drawn.length).toBeLessThan(40);
});
