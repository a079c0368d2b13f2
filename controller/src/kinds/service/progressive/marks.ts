import { DOMAIN } from '../../../core/manifest.ts';
import { MAX_TAG_VALUE, tagValueOf } from '../../../ecs/tags.ts';

/**
 * Tags that carry the state of a rollout. They are on the task set that the rollout goes to, so that whoever looks, after
 * a restart or in another replica, goes on from where it is; the last three are on the service, where they outlive the set.
 */
export const MARK = {
  /** Id of the task set that served when this one was made; `none` for the first. */
  from: `${DOMAIN}/rollout-from`,
  /** Where the rollout is, and since when: `3 2026-01-31T10:00:00.000Z`, `Bake ...`, `Cleanup ...`. */
  step: `${DOMAIN}/rollout-step`,
  /** When each step began, in seconds after the set was made, in base 36. For people alone. */
  times: `${DOMAIN}/rollout-times`,
  /** Since when it has production traffic. */
  traffic: `${DOMAIN}/rollout-traffic`,
  /** Since when a person holds it. */
  paused: `${DOMAIN}/rollout-paused`,
  /** When and why it was given up: `Failed <time> <cause>`, `Superseded <time> <cause>`. */
  ended: `${DOMAIN}/rollout-ended`,
  /** On the service: the last rollout that was given up, `<id of its set> <how> <cause>`. */
  last: `${DOMAIN}/rollout-last`,
  /** On the service: id of the task set that a person wants replaced by one of the same content, or RETRY. */
  restart: `${DOMAIN}/rollout-restart`,
} as const;

/** Value of the tag `restart`: what failed is to be tried again. */
export const RETRY = 'retry';
/** Value of the tag `restart`: what a person asked for is under way, or over. */
export const ANSWERED = 'done';

/** Where a rollout is. `at` of a step counts from 1. */
export type Phase =
  | { readonly is: 'ScaleUp' }
  | { readonly is: 'Step'; readonly index: number }
  /** All traffic has moved, and the old tasks stand. */
  | { readonly is: 'Bake' }
  /** The old tasks go; there is no way back any more. */
  | { readonly is: 'Cleanup' };

/** How a rollout was given up. */
export type Ending = 'Failed' | 'Superseded';

/** What the tags of a task set say. */
export interface Marks {
  readonly from: string;
  readonly phase: Phase;
  /** Undefined while it scales up: then the age of the set counts. */
  readonly since?: Date;
  /** When the phases that are over or under way began, ScaleUp first; fewer where the tag had no room. */
  readonly times: readonly Date[];
  readonly traffic?: Date;
  readonly paused?: Date;
  readonly ended?: { readonly how: Ending; readonly at: Date; readonly cause: string };
}

type Tags = Readonly<Record<string, string>>;

/** The marks of a task set; undefined for one that no rollout of ours made. */
export function marksOf(tags: Tags, createdAt: Date): Marks | undefined {
  const from = tags[MARK.from];
  if (from === undefined) return undefined;
  const { phase, since } = phaseIn(tags[MARK.step]);
  return {
    from,
    phase,
    times: timesIn(tags[MARK.times], createdAt),
    ...(since === undefined ? {} : { since }),
    ...dateIn('traffic', tags[MARK.traffic]),
    ...dateIn('paused', tags[MARK.paused]),
    ...endedIn(tags[MARK.ended]),
  };
}

/** The tags of a set that goes to another phase now. */
export function phaseTags(marks: Marks, createdAt: Date, phase: Phase, now: Date, traffic: boolean): Tags {
  const name = phase.is === 'Step' ? String(phase.index) : phase.is;
  return {
    [MARK.step]: `${name} ${now.toISOString()}`,
    [MARK.times]: timesTag([...marks.times, now], createdAt),
    ...(traffic && marks.traffic === undefined ? { [MARK.traffic]: now.toISOString() } : {}),
  };
}

/** The tag of a set whose rollout is given up now. */
export function endedTag(how: Ending, now: Date, cause: string): Tags {
  return { [MARK.ended]: tagValueOf(`${how} ${now.toISOString()} ${cause}`) };
}

/** What the service remembers of the last rollout that was given up. */
export interface LastGivenUp {
  /** Id of its task set. */
  readonly id: string;
  readonly how: Ending;
  readonly cause: string;
}

/** The tag of the service for a rollout that was given up. */
export function lastTag({ id, how, cause }: LastGivenUp): Tags {
  return { [MARK.last]: tagValueOf(`${id} ${how} ${cause}`) };
}

/** What the service remembers; undefined when nothing was given up yet. */
export function lastGivenUp(tags: Tags): LastGivenUp | undefined {
  const [, id, how, cause] = /^(\S+) (Failed|Superseded) ?(.*)$/.exec(tags[MARK.last] ?? '') ?? [];
  return id === undefined ? undefined : { id, how: endingOf(how), cause: cause ?? '' };
}

function phaseIn(value: string | undefined): { readonly phase: Phase; readonly since?: Date } {
  const [name = '', at = ''] = (value ?? '').split(' ');
  const since = new Date(at);
  if (Number.isNaN(since.getTime())) return { phase: { is: 'ScaleUp' } };
  if (name === 'Bake' || name === 'Cleanup') return { phase: { is: name }, since };
  const index = Number(name);
  return Number.isInteger(index) && index > 0 ? { phase: { is: 'Step', index }, since } : { phase: { is: 'ScaleUp' } };
}

function endedIn(value: string | undefined): Pick<Marks, 'ended'> {
  const [, how, time, cause] = /^(Failed|Superseded) (\S+) ?(.*)$/.exec(value ?? '') ?? [];
  const at = new Date(time ?? '');
  return Number.isNaN(at.getTime()) ? {} : { ended: { how: endingOf(how), at, cause: cause ?? '' } };
}

function endingOf(how: string | undefined): Ending {
  return how === 'Superseded' ? 'Superseded' : 'Failed';
}

function dateIn<Key extends string>(key: Key, value: string | undefined): { readonly [K in Key]?: Date } {
  const date = new Date(value ?? '');
  return Number.isNaN(date.getTime()) ? {} : ({ [key]: date } as { readonly [K in Key]?: Date });
}

const BASE = 36;

function timesTag(times: readonly Date[], createdAt: Date): string {
  const later = times.slice(1);
  const seconds = later.map((time) => Math.max(0, Math.round((time.getTime() - createdAt.getTime()) / 1_000)));
  let text = seconds.map((count) => count.toString(BASE)).join(' ');
  // The newest ones are dropped last: without room the history is short, and what decides is in another tag.
  while (text.length > MAX_TAG_VALUE) text = text.slice(0, text.lastIndexOf(' '));
  return text;
}

function timesIn(value: string | undefined, createdAt: Date): readonly Date[] {
  const later = (value ?? '').split(' ').flatMap((text) => {
    const seconds = Number.parseInt(text, BASE);
    return Number.isNaN(seconds) ? [] : new Date(createdAt.getTime() + seconds * 1_000);
  });
  return [createdAt, ...later];
}
