import { canonicalJson } from '../core/canonical.ts';
import type { Rollout } from '../core/driver.ts';
import type { Json } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import type { Emit } from './emit.ts';
import type { EngineDriver } from './resource.ts';

/** Reports what happens to one resource while a step runs, each thing once. */
export interface Watch {
  look(live: object): void;
  waiting(waitsFor: string, afterMs: number): void;
}

/**
 * `before` is the resource as it was when it was planned: what AWS reported until then is old news. No clock decides
 * that: AWS's may differ from ours, and a sandbox's runs as fast as one likes.
 */
export function watch(ref: Ref, driver: EngineDriver, before: object | undefined, emit: Emit): Watch {
  const told = new Set(before === undefined ? [] : driver.events(before).map((event) => event.id));
  let lastRollout = '';
  return {
    look(live) {
      const news = driver.events(live).filter((event) => !told.has(event.id));
      // AWS lists the newest first; a reader wants them as they happened.
      for (const event of [...news].toReversed()) {
        told.add(event.id);
        emit('resource.event', 'info', event.message, { ref, id: event.id, at: event.at.toISOString() });
      }
      const rollout = driver.rollout(live);
      if (rollout === undefined) return;
      const data = rollout as unknown as Json;
      const now = canonicalJson(data);
      if (now === lastRollout) return;
      // A rollout that was over before the step began is no news either.
      const old = lastRollout === '' && isOver(rollout);
      lastRollout = now;
      if (!old)
        emit('rollout.progress', rollout.phase === 'Failed' ? 'error' : 'info', inWords(rollout), {
          ref,
          rollout: data,
        });
    },
    waiting(waitsFor, afterMs) {
      emit('step.waiting', 'info', waitsFor, { ref, waitsFor, afterMs });
    },
  };
}

/** True when a rollout moves no more. */
export function isOver(rollout: Rollout): boolean {
  return rollout.phase === 'Succeeded' || rollout.phase === 'Failed';
}

function inWords(rollout: Rollout): string {
  const weights = Object.entries(rollout.weights).map(([target, weight]) => `${target} ${weight}%`);
  const traffic = weights.length === 0 ? '' : `, traffic ${weights.join(', ')}`;
  const cause = rollout.cause === undefined ? '' : `: ${rollout.cause}`;
  return `rollout ${rollout.phase}, step ${rollout.step[0]} of ${rollout.step[1]}${traffic}${cause}`;
}
