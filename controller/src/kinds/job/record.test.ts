import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureText, intentText, RECORD_TAG, recordOf, successText } from './record.ts';

const entry = {
  run: fc.stringMatching(/^[0-9a-f]{16}$/),
  retry: fc.nat(99),
  attempt: fc.integer({ min: 1, max: 21 }),
  at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
};
const task = fc.stringMatching(/^[0-9a-f]{32}$/);

describe('a record', () => {
  test('reads back as it was written', () => {
    const intents = fc.record({ ...entry, launch: fc.nat(99) });
    const successes = fc.record({ ...entry, task });
    fc.assert(
      fc.property(intents, successes, fc.nat(9), (intent, succeeded, retry) => {
        const tags = {
          [RECORD_TAG.intent]: intentText(intent),
          [RECORD_TAG.succeeded]: successText(succeeded),
          [RECORD_TAG.retry]: String(retry),
        };
        expect(recordOf(tags)).toEqual({ retry, intent, succeeded });
      }),
    );
  });

  test('of a failure fits in a tag whatever the reason is, and keeps all but its end', () => {
    const failures = fc.record({
      ...entry,
      task,
      policy: fc.stringMatching(/^[0-9a-f]{8}$/),
      exit: fc.nat(255),
      reason: fc.string({ unit: 'binary', maxLength: 400 }),
    });
    fc.assert(
      fc.property(failures, (failure) => {
        const text = failureText(failure);
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html#tag-restrictions
        expect(text).toMatch(/^[A-Za-z0-9 _.:/=+@-]{1,256}$/);
        const { reason: _, ...known } = failure;
        expect(recordOf({ [RECORD_TAG.failed]: text }).failed).toMatchObject(known);
      }),
    );
  });

  test('keeps the words of ECS', () => {
    const reason = 'ResourceInitializationError: failed to create (2), "run=1 attempt=9": reason=none';
    const failure = { run: 'a', retry: 0, attempt: 1, at: new Date(0), task: 't', policy: 'p', reason };
    expect(recordOf({ [RECORD_TAG.failed]: failureText(failure) }).failed).toMatchObject({
      run: 'a',
      attempt: 1,
      reason: 'ResourceInitializationError: failed to create 2 run=1 attempt=9: reason=none',
    });
  });

  test.each(['', 'soon', 'run=a', 'run=a retry=0 attempt=1 at=today launch=1', 'run=a retry=x attempt=1 launch=1'])(
    'that nobody can read ("%s") is none',
    (value) => {
      const tags = Object.fromEntries(Object.values(RECORD_TAG).map((key) => [key, value]));
      expect(recordOf(tags)).toEqual({ retry: 0 });
    },
  );
});
