import type { Event } from '../../src/core/events.ts';
import type { FeedObserver } from '../../src/engine/events/feed.ts';
import { type Feeds, startFeeds } from '../../src/engine/events/feeds.ts';
import type { ImagePush } from '../../src/engine/events/reading.ts';
import type { Touch } from '../../src/engine/touch.ts';
import { ACCOUNT, REGION } from '../sandboxed.ts';
import { AGENT, type EventWorld } from './world.ts';
import type { AwsContext } from '../../src/aws/context.ts';

/** A feed of a test, and all that it has told. */
export interface Listening {
  readonly feeds: Feeds;
  readonly touches: readonly Touch[];
  readonly images: readonly ImagePush[];
  readonly events: readonly Event[];
  /** How often the observer heard each word. */
  readonly heard: Readonly<Record<keyof FeedObserver, number>>;
  /** Milliseconds between what happened and its receipt, as the observer was told. */
  readonly lags: readonly number[];
  /** Resolves when something that was told makes it true. */
  until(met: () => boolean): Promise<void>;
  /** Resolves with the first touch by that event that was not asked for yet. */
  next(event: string): Promise<Touch>;
}

/** Starts to listen to a queue, as a controller with that connection. */
export function listen(
  world: EventWorld,
  aws: AwsContext,
  queueUrl: string,
  onTouch: (touch: Touch) => void = () => undefined,
): Listening {
  const touches: Touch[] = [];
  const images: ImagePush[] = [];
  const events: Event[] = [];
  const lags: number[] = [];
  const asked = new Set<Touch>();
  const heard = { received: 0, handed: 0, ignoredOwn: 0, irrelevant: 0, duplicate: 0, malformed: 0 };
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const look of waiting) look();
  };
  const hear = (word: keyof FeedObserver) => (): void => {
    heard[word] += 1;
    tell();
  };
  const feeds = startFeeds([{ queueUrl, accountId: ACCOUNT, region: REGION }], {
    connect: async () => aws,
    clock: world.clock,
    sink: (event) => {
      events.push(event);
      tell();
    },
    instance: AGENT.instance,
    touch: (touch) => {
      onTouch(touch);
      touches.push(touch);
    },
    onImage: (image) => void images.push(image),
    observer: {
      received: hear('received'),
      handed: (lagMs) => {
        lags.push(lagMs);
        hear('handed')();
      },
      ignoredOwn: hear('ignoredOwn'),
      irrelevant: hear('irrelevant'),
      duplicate: hear('duplicate'),
      malformed: hear('malformed'),
    },
  });
  const until = (met: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!met()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return {
    feeds,
    touches,
    images,
    events,
    heard,
    lags,
    until,
    next: async (event) => {
      const find = (): Touch | undefined => touches.find((touch) => touch.event === event && !asked.has(touch));
      await until(() => find() !== undefined);
      const found = find() as Touch;
      asked.add(found);
      return found;
    },
  };
}
