import { expect, it } from 'vitest';
import { InvalidInputError, TerminalError } from '../core/errors.ts';
import { InterruptedError } from './interruption.ts';
import { reportError } from './report-error.ts';
import { recordingIo } from './testing/recording-io.ts';

it('prints every problem of the input on a line of its own, with its place', () => {
  const io = recordingIo();
  const code = reportError(
    new InvalidInputError([
      {
        position: { file: 'a.yaml', line: 3, column: 5 },
        path: '/spec/cluster',
        message: 'found 7, expected a string',
      },
      { position: { file: 'b.yaml', line: 1, column: 1 }, path: '', message: 'empty' },
    ]),
    false,
    io,
  );
  expect(code).toBe(2);
  expect(io.errText()).toBe('a.yaml:3:5: /spec/cluster: found 7, expected a string\nb.yaml:1:1: empty\n2 problems\n');
});

it('says the causes that add something, and no stack', () => {
  const io = recordingIo();
  const cause = new Error('getaddrinfo ENOTFOUND git.example.com');
  expect(reportError(new Error('cannot fetch', { cause }), false, io)).toBe(2);
  expect(io.errText()).toBe('error: cannot fetch: getaddrinfo ENOTFOUND git.example.com\n');
});

it('gives the stack when --debug asks for it', () => {
  const io = recordingIo();
  reportError(new TerminalError('X', 'no'), true, io);
  expect(io.errText()).toContain('report-error.test.ts');
});

it('says what to do when nothing answers at the endpoint', () => {
  const io = recordingIo();
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:4566'), { code: 'ECONNREFUSED' });
  reportError(new Error('GetCallerIdentity failed', { cause: refused }), false, io);
  expect(io.errText()).toContain('connect ECONNREFUSED 127.0.0.1:4566');
  expect(io.errText()).toContain('longshore sandbox');
});

it('exits 130 for an interruption, also when it is the cause of another error', () => {
  const io = recordingIo();
  const aborted = new Error('aborted', { cause: new InterruptedError('SIGINT') });
  expect(reportError(aborted, false, io)).toBe(130);
  expect(io.errText()).toBe('interrupted by SIGINT\n');
});
