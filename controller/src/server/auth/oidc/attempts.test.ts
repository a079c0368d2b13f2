import { expect, it } from 'vitest';
import { manualClock } from '../../testing/manual-clock.ts';
import { type Attempt, loginAttempts } from './attempts.ts';

const attempt = (returnTo: string): Attempt => ({ nonce: 'n', verifier: 'v', browser: 'b', returnTo });

it('is found by its state, once', () => {
  const attempts = loginAttempts(manualClock());
  const [one, other] = [attempts.begin(attempt('/one')), attempts.begin(attempt('/other'))];
  expect(one).not.toBe(other);
  expect(attempts.end(one)?.returnTo).toBe('/one');
  expect(attempts.end(one)).toBeUndefined();
  expect(attempts.end(other)?.returnTo).toBe('/other');
  expect(attempts.end('')).toBeUndefined();
});

it('is found for ten minutes', async () => {
  const clock = manualClock();
  const attempts = loginAttempts(clock);
  const [early, late] = [attempts.begin(attempt('/')), attempts.begin(attempt('/'))];
  await clock.advance(599_999);
  expect(attempts.end(early)).toBeDefined();
  await clock.advance(1);
  expect(attempts.end(late)).toBeUndefined();
});

it('pushes out the oldest when ten thousand are open', () => {
  const attempts = loginAttempts(manualClock());
  const states = Array.from({ length: 10_001 }, (_, index) => attempts.begin(attempt(`/${index}`)));
  expect(attempts.end(states[0] ?? '')).toBeUndefined();
  expect(attempts.end(states[1] ?? '')?.returnTo).toBe('/1');
  expect(attempts.end(states.at(-1) ?? '')?.returnTo).toBe('/10000');
});
