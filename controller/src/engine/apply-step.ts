import type { Change, Desired, Health, Rollout } from '../core/driver.ts';
import { TerminalError } from '../core/errors.ts';
import { HELD, MISSING } from '../core/health.ts';
import type { JsonObject } from '../core/json.ts';
import { ownerInWords } from '../core/ownership.ts';
import type { Step } from '../core/plan.ts';
import type { Applying } from './applying.ts';
import { desiredState } from './desired.ts';
import { isHidden, withIgnored } from './ignoring.ts';
import { lookAfresh } from './look-afresh.ts';
import { lookBefore } from './preflight.ts';
import { recordIntent, recordParts } from './recording.ts';
import type { Resource } from './resource.ts';
import type { Bear } from './retry.ts';
import { rolloutRecord, type RolloutRecord } from './rollout-record.ts';
import { isOver, type Watch } from './watch.ts';
import { gatherClaims, type Seen } from './world.ts';

/** How a turn ended: come back, or it is done. */
export type Turn =
  | { readonly done: false; readonly waitsFor: string; readonly afterMs: number }
  | { readonly done: true; readonly message: string };

/** What a step remembers between its turns. Nothing that correctness after a crash depends on. */
export interface StepMemory {
  /** Rollouts that were seen in flight, or that began, while the step ran. */
  readonly rollouts: Set<string>;
  /** What is kept of them. */
  readonly record: RolloutRecord;
  /** The rollout that was over when the step began. */
  before?: string;
  started: boolean;
  /** What it rests on was looked at, and nothing stands in the way. */
  preflighted: boolean;
  /** `ensure` has begun something and not said that it is done. */
  unfinished: boolean;
  /** How often AWS was asked for changes that a fresh look does not show. */
  unsettled: number;
  healthPolls: number;
}

/** A memory for a step that begins now. */
export function newMemory(): StepMemory {
  return {
    rollouts: new Set(),
    record: rolloutRecord(),
    started: false,
    preflighted: false,
    unfinished: false,
    unsettled: 0,
    healthPolls: 0,
  };
}

const HEALTH_POLL_MS = 5_000;
const SETTLE_POLL_MS = 10_000;
/** Fresh looks that may still show the old state after `ensure` said done: about two minutes. */
const SETTLE_LOOKS = 15;

/**
 * One turn of a step: looks afresh, makes what is missing, looks at the health. Level-based: a turn acts on what it sees,
 * whatever the turns before it did.
 */
export async function takeTurn(
  applying: Applying,
  resource: Resource,
  step: Step,
  memory: StepMemory,
  watching: Watch,
  bear: Bear,
): Promise<Turn> {
  const { clock, connection, emit, world } = applying;
  const { ref } = resource;
  const pass = connection.aws.pass(clock.now(), clock.signal, {
    note: ({ code, level, message, data }) => emit(code, level, message, { ref, ...data }),
  });
  const seen = await lookAfresh(applying, resource, { pass, bear });
  world.set(resource.ref, seen);
  refuseForeign(seen, step.action);

  const desired = withIgnored(wanted(applying, resource), seen.ignored);
  const changes =
    seen.live === undefined
      ? []
      : resource.driver.diff(desired, seen.live).filter((change) => !isHidden(seen.ignored, change));
  const replaces = changes.filter((change) => change.effect === 'replaces').map((change) => change.path);
  if (replaces.length > 0 && step.action !== 'replace') {
    throw new TerminalError(
      'NeedsReplacement',
      `${replaces.join(', ')} would replace it, which the plan did not say; plan and sync again`,
    );
  }
  const rollout = seen.live === undefined ? undefined : resource.driver.rollout(seen.live);
  const health = seen.live === undefined ? MISSING : resource.driver.health(desired, seen.live, clock.now());
  noteRollout(memory, rollout, clock.now());
  if (seen.live !== undefined) {
    watching.look(seen.live);
    if (health.reason === HELD) return held(health, memory);
  }

  const target = replaces.length > 0 ? undefined : seen.live;
  const failed = failedRollout(memory, rollout, health);
  // A rollout that failed before this sync, and is not held yet: whoever began it did not live to see it.
  const abandoned = rollout?.phase === 'Failed' && health.status === 'Degraded';
  const moving = rollout !== undefined && !isOver(rollout);
  const differs = target === undefined || changes.length > 0;
  if (differs || memory.unfinished || failed !== undefined || abandoned || moving) {
    if (differs && !memory.preflighted) {
      await lookBefore(applying, resource, { desired, live: target, changes, pass });
      memory.preflighted = true;
    }
    await recordIntent(applying, resource.ref, desired, target === undefined);
    const progress = await resource.driver.ensure(desired, target, pass);
    if (failed !== undefined) throw new TerminalError('RolloutFailed', failed.cause ?? `rollout ${failed.id} failed`);
    memory.unfinished = !progress.done;
    if (!progress.done) return { done: false, waitsFor: progress.waitsFor, afterMs: progress.pollAfterMs };
    if (differs) return lookAgain(memory, changes);
  }
  if (target === undefined) throw new TerminalError('NotThere', 'it is gone after it was made');
  memory.unsettled = 0;
  await recordParts(applying, resource.ref, desired, seen.parts);
  return judge(health, rollout, step, memory);
}

/** What Git says, with everything that the resource needs in place. `run`: for a hook, what it runs for. */
export function wanted(applying: Applying, resource: Resource, run?: string): Desired<JsonObject> {
  const desired = desiredState(resource, {
    input: applying.found.prepared.input,
    instance: applying.found.instance,
    outputs: (ref) => applying.world.get(ref)?.outputs,
    recorded: applying.inventory.get(resource.ref),
    claims: gatherClaims(applying.world).get(resource.ref) ?? [],
    ...(run === undefined ? {} : { run }),
  });
  const missing = desired.unknown.flatMap((unknown) => unknown.after);
  if (missing.length > 0) {
    throw new TerminalError(
      'DependencyGone',
      `it needs ${[...new Set(missing)].join(', ')}, which AWS does not have any more`,
    );
  }
  return desired;
}

/** @throws TerminalError when what was found is not ours, nor to be taken over. */
export function refuseForeign(seen: Seen, action: Step['action']): void {
  if (seen.owner === 'ours' || action === 'adopt') return;
  const { notOurs } = seen.owner;
  throw new TerminalError('Foreign', `${notOurs.type} ${notOurs.id} exists and belongs to ${ownerInWords(notOurs)}`);
}

/** A hold from before this sync: it stays as it is, and nobody waits for it. One from this sync is its failure. */
function held(health: Health, memory: StepMemory): Turn {
  if (memory.rollouts.size > 0) throw new TerminalError('RolloutFailed', health.message);
  return { done: true, message: `held: ${health.message}` };
}

function noteRollout(memory: StepMemory, rollout: Rollout | undefined, now: Date): void {
  if (!memory.started) {
    memory.started = true;
    if (rollout !== undefined && isOver(rollout)) memory.before = rollout.id;
  }
  if (rollout === undefined || rollout.id === memory.before) return;
  memory.rollouts.add(rollout.id);
  memory.record.note(rollout, now);
}

/**
 * The rollout to what Git says that failed while this step ran. One to something else, which made room or went wrong
 * before its turn came, does not count: health is that of the wanted revision alone.
 */
function failedRollout(memory: StepMemory, rollout: Rollout | undefined, { status }: Health): Rollout | undefined {
  const isFailed = rollout?.phase === 'Failed' && status === 'Degraded';
  return isFailed && memory.rollouts.has(rollout.id) ? rollout : undefined;
}

/** AWS is asked for a change and shows the old state for a while; not forever. */
function lookAgain(memory: StepMemory, changes: readonly Change[]): Turn {
  memory.unsettled += 1;
  if (memory.unsettled > SETTLE_LOOKS) {
    throw new TerminalError(
      'NeverSettles',
      `AWS took the change and still shows another value at ${changes.map((change) => change.path).join(', ') || '/'}`,
    );
  }
  // The first look comes at once: most changes are visible immediately.
  const afterMs = memory.unsettled === 1 ? 0 : Math.min(1_000 * memory.unsettled, SETTLE_POLL_MS);
  return { done: false, waitsFor: 'AWS to show the change', afterMs };
}

function judge(health: Health, rollout: Rollout | undefined, step: Step, memory: StepMemory): Turn {
  if (health.status === 'Healthy') return { done: true, message: health.message };
  const inFlight = rollout !== undefined && !isOver(rollout);
  // What the plan leaves as it is does not hold up the rest because it is ill; only because it is on its way.
  if (step.action === 'none' && !inFlight && health.status !== 'Progressing') {
    return { done: true, message: `${health.status}: ${health.message}` };
  }
  memory.healthPolls += 1;
  const afterMs = Math.min(1_000 * memory.healthPolls, HEALTH_POLL_MS);
  return { done: false, waitsFor: health.message, afterMs };
}
