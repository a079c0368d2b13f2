import { retag } from '../aws/retag.ts';
import type { Pass } from '../core/driver.ts';
import { TerminalError } from '../core/errors.ts';
import { OWNERSHIP_TAG } from '../core/ownership.ts';
import type { Applying } from './applying.ts';
import { lookAfresh } from './look-afresh.ts';
import type { Move } from './moves.ts';
import type { Resource } from './resource.ts';
import { untilDone } from './retry.ts';
import { asParts } from './world.ts';

/** Fresh looks that may still show the old name: about two minutes. */
const LOOKS = 15;

/**
 * Renames: the record first, then the tags of every part, and the old record last, so that a process that dies in between
 * is followed by one that finds the same rename still to be done. Names in AWS stay as they are.
 */
export async function completeMoves(applying: Applying): Promise<void> {
  const moves = [...applying.found.moving.values()].filter(({ ref }) => applying.found.selected(ref));
  await Promise.all(
    moves.map((move) =>
      untilDone(
        move.ref,
        applying.clock,
        () => complete(applying, move),
        (bearing) =>
          applying.emit('step.waiting', 'info', bearing.message, { ref: move.ref, afterMs: bearing.afterMs }),
      ),
    ),
  );
}

async function complete(applying: Applying, move: Move): Promise<void> {
  const { ref, from, entry } = move;
  const { inventory, emit, found } = applying;
  const resource = found.prepared.resources.get(ref) as Resource;
  if (inventory.get(from) === undefined) return;
  await inventory.put(
    inventory.get(ref)?.movedFrom === from ? { ...entry, ...inventory.get(ref), parts: entry.parts } : entry,
  );
  const { driver } = resource;
  for (let looks = 0; ; looks++) {
    if (looks > LOOKS) throw new TerminalError('NeverSettles', `AWS took the tags of ${ref} and still shows ${from}`);
    if (looks > 1) await applying.clock.wait(1_000 * Math.min(looks, 10), 'AWS to show the new tags');
    const pass = applying.connection.aws.pass(applying.clock.now(), applying.clock.signal);
    const live = await observeMoved(applying, move, pass);
    const parts = live === undefined ? [] : driver.parts(live);
    const old = parts.filter(({ tags }) => tags !== 'untaggable' && tags[OWNERSHIP_TAG.resource] === from);
    if (old.length === 0) break;
    for (const part of old) await retag(applying.connection.aws, pass, part, OWNERSHIP_TAG.resource, ref);
  }
  await inventory.remove(from);
  emit('step.moved', 'info', `renamed from ${from}`, { ref, from });
  const pass = applying.connection.aws.pass(applying.clock.now(), applying.clock.signal);
  applying.world.set(ref, await lookAfresh(applying, resource, { pass, bear: applying.bear }));
}

/** By its record; one whose creation was interrupted by the name that it was to get. */
async function observeMoved({ found }: Applying, { ref, entry }: Move, pass: Pass): Promise<object | undefined> {
  const { driver } = found.prepared.resources.get(ref) as Resource;
  const recorded = asParts(entry.parts);
  const live = recorded.length === 0 ? undefined : await driver.observe({ recorded }, pass);
  const desired = found.world.get(ref)?.desired;
  return live ?? (desired === undefined ? undefined : driver.observe({ desired, recorded: [] }, pass));
}
