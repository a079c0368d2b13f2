import { describe, expect, test } from 'vitest';
import { endedTag, lastGivenUp, lastTag, MARK, marksOf, phaseTags } from './marks.ts';

const MADE = new Date('2026-01-31T10:00:00.000Z');
const LATER = new Date('2026-01-31T10:02:30.000Z');

describe('the state of a rollout is read back from the tags that hold it', () => {
  test('a set that no rollout made has none', () => {
    expect(marksOf({ 'longshore.dev/application': 'shop' }, MADE)).toBeUndefined();
  });

  test('a new set scales up', () => {
    expect(marksOf({ [MARK.from]: 'ecs-svc/1' }, MADE)).toEqual({
      from: 'ecs-svc/1',
      phase: { is: 'ScaleUp' },
      times: [MADE],
    });
  });

  test('a step, when each began, and since when it has traffic', () => {
    const made = { [MARK.from]: 'ecs-svc/1' };
    const marks = marksOf(made, MADE);
    if (marks === undefined) throw new Error('no marks');
    const tags = { ...made, ...phaseTags(marks, MADE, { is: 'Step', index: 3 }, LATER, true) };
    expect(marksOf(tags, MADE)).toEqual({
      from: 'ecs-svc/1',
      phase: { is: 'Step', index: 3 },
      since: LATER,
      times: [MADE, LATER],
      traffic: LATER,
    });
  });

  test('traffic counts from its beginning', () => {
    const marks = { from: 'ecs-svc/1', phase: { is: 'Step', index: 1 }, times: [MADE], traffic: MADE } as const;
    expect(phaseTags(marks, MADE, { is: 'Bake' }, LATER, true)).not.toHaveProperty([MARK.traffic]);
  });

  test('why it was given up, in letters that a tag may have', () => {
    const tags = {
      [MARK.from]: 'ecs-svc/1',
      ...endedTag('Failed', LATER, '3 tasks failed: exit 137 (OOM); "web" & more'),
    };
    expect(marksOf(tags, MADE)?.ended).toEqual({
      how: 'Failed',
      at: LATER,
      cause: '3 tasks failed: exit 137 - OOM - web more',
    });
  });

  test('what the service remembers of it', () => {
    const last = { id: 'ecs-svc/2', how: 'Superseded', cause: 'Git moved' } as const;
    expect(lastGivenUp(lastTag(last))).toEqual(last);
    expect(lastGivenUp({})).toBeUndefined();
  });

  test('what somebody wrote by hand is taken as nothing', () => {
    const tags = { [MARK.from]: 'ecs-svc/1', [MARK.step]: 'soon', [MARK.ended]: 'yes', [MARK.paused]: 'a while ago' };
    expect(marksOf(tags, MADE)).toEqual({ from: 'ecs-svc/1', phase: { is: 'ScaleUp' }, times: [MADE] });
  });
});

test('fifty steps over three weeks fit into the tags', () => {
  let tags: Readonly<Record<string, string>> = { [MARK.from]: 'ecs-svc/1' };
  const day = 86_400_000;
  for (let index = 1; index <= 50; index++) {
    const marks = marksOf(tags, MADE);
    if (marks === undefined) throw new Error('no marks');
    const now = new Date(MADE.getTime() + index * (day / 2));
    tags = { ...tags, ...phaseTags(marks, MADE, { is: 'Step', index }, now, true) };
  }
  for (const value of Object.values(tags)) expect(value.length).toBeLessThanOrEqual(256);
  expect(marksOf(tags, MADE)?.phase).toEqual({ is: 'Step', index: 50 });
});
