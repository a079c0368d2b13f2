import type { Part } from '../../core/driver.ts';
import type { Json } from '../../core/json.ts';
import type { Ref } from '../../core/manifest.ts';
import type { DriftedField } from '../control.ts';
import { typeOfObject } from '../events/object-type.ts';
import { principalInWords } from '../events/principal.ts';
import type { Touch } from '../touch.ts';
import type { Entry } from './entry.ts';
import type { Keeping } from './keeping.ts';

/** Drift that was told of while nobody knew who had done it. It stays after it was corrected, until somebody is named. */
export interface Anonymous {
  readonly fields: readonly DriftedField[];
  /** The objects of AWS of each resource, as they were when it was told. */
  readonly objects: ReadonlyMap<Ref, readonly string[]>;
  /** Whoever did it, did it after this. */
  readonly since: Date;
}

/** CloudTrail's times have no milliseconds, and its clock and ours may differ, in milliseconds. */
const SLACK_MS = 5_000;
/** When CloudTrail's event history is asked, in milliseconds after one another: it shows a call about five minutes later. */
const ASK_AFTER_MS = [0, 60_000, 240_000, 600_000] as const;

/**
 * Remembers who touched a resource. An event without a name takes nobody's away: a task that stops because somebody changed
 * its service is told of before the change itself is.
 */
export function remember(hands: Map<Ref, Touch>, ref: Ref, touch: Touch): void {
  const known = hands.get(ref);
  if (touch.principal !== undefined && known?.principal !== undefined && known.at > touch.at) return;
  const { principal, at } = known ?? {};
  const named = touch.principal !== undefined || principal === undefined || at === undefined;
  hands.set(ref, named ? touch : { ...touch, principal, at });
}

/** The same for what is still to be looked at: all that was touched until then counts. */
export function pend(touched: Map<Ref, Touch>, ref: Ref, touch: Touch): void {
  const before = touched.get(ref)?.objects ?? [];
  remember(touched, ref, touch);
  const now = touched.get(ref) ?? touch;
  touched.set(ref, { ...now, objects: [...new Set([...before, ...touch.objects])] });
}

/** True when a task definition was touched: nothing else tells that one was deregistered or has other tags. */
export function touchesDefinitions(touches: Iterable<Touch>): boolean {
  for (const { objects } of touches) if (objects.some((id) => typeOfObject(id) === 'ecs:task-definition')) return true;
  return false;
}

/** Who touched what since the last operation began: what was done before, it has overwritten. */
export function recentHands(entry: Entry): ReadonlyMap<Ref, Touch> {
  const since = sinceOf(entry);
  return new Map([...entry.hands].filter(([, { at }]) => at >= since));
}

/** Drift was told of: those fields whose author is not known are kept until somebody is named. */
export function keepAnonymous(keeping: Keeping, entry: Entry, changes: readonly DriftedField[]): void {
  const fields = changes.filter(({ principal }) => principal === undefined);
  delete entry.anonymous;
  if (fields.length === 0) return;
  const refs = new Set(fields.map(({ ref }) => ref));
  const parts = entry.looked?.parts ?? new Map<Ref, readonly Part[]>();
  const objects = new Map(
    [...parts].filter(([ref]) => refs.has(ref)).map(([ref, of]) => [ref, of.map(({ id }) => id)]),
  );
  const anonymous = { fields, objects, since: sinceOf(entry) };
  entry.anonymous = anonymous;
  void ask(keeping, entry, anonymous);
}

/** Names those whose events have come since the drift was told of: CloudTrail's are up to a minute and a half late. */
export function nameLater(keeping: Keeping, entry: Entry): void {
  const { anonymous } = entry;
  if (anonymous === undefined) return;
  name(keeping, entry, (ref) => {
    const hand = entry.hands.get(ref);
    return hand?.principal === undefined || hand.at < anonymous.since
      ? undefined
      : { principal: hand.principal, at: hand.at };
  });
}

/**
 * Asks CloudTrail's event history, where no event told. Nobody waits for it: it answers two questions a second, and an answer
 * that never comes changes nothing.
 */
async function ask(keeping: Keeping, entry: Entry, { objects, since }: Anonymous): Promise<void> {
  const { deps, stopping, registry } = keeping;
  const { whoChanged } = deps;
  const { input } = entry;
  if (whoChanged === undefined || input === undefined) return;
  const isOpen = (): boolean =>
    entry.anonymous?.objects === objects && registry.get(entry.declared.name) === entry && !stopping.aborted;
  try {
    for (const pause of ASK_AFTER_MS) {
      if (pause > 0) await deps.clock.sleep(pause, stopping);
      if (!isOpen()) return;
      const found = await whoChanged(input.destination, [...objects.values()].flat(), since, stopping);
      if (!isOpen()) return;
      name(keeping, entry, (ref) => {
        const hands = (objects.get(ref) ?? []).flatMap((id) => found.get(id) ?? []);
        return hands.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0];
      });
    }
  } catch (error) {
    if (stopping.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    keeping.emit(entry.declared.name)('application.attribution', 'debug', `who changed it is not known: ${message}`);
  }
}

/** Says who did it, of each field once. */
function name(
  keeping: Keeping,
  entry: Entry,
  whoOf: (ref: Ref) => { readonly principal: string; readonly at: Date } | undefined,
): void {
  const { anonymous } = entry;
  if (anonymous === undefined) return;
  const named = anonymous.fields.flatMap((field): readonly DriftedField[] => {
    const who = whoOf(field.ref);
    return who === undefined ? [] : [{ ...field, principal: who.principal, at: who.at.toISOString() }];
  });
  if (named.length === 0) return;
  const of = new Map(named.map((field) => [`${field.ref}${field.path}`, field]));
  const fields = anonymous.fields.filter(({ ref, path }) => !of.has(`${ref}${path}`));
  if (fields.length === 0) delete entry.anonymous;
  else entry.anonymous = { ...anonymous, fields };
  entry.drift = entry.drift.map((field) => of.get(`${field.ref}${field.path}`) ?? field);
  keeping.emit(entry.declared.name)('application.attributed', 'info', `${fieldsInWords(named)} was ${byWhom(named)}`, {
    changes: named as unknown as Json,
  });
  keeping.changed(entry);
}

/** `changed by hand by alice (role Admin): Service/api/desiredCount`. */
export function driftInWords(changes: readonly DriftedField[]): string {
  return `${byWhom(changes)}: ${fieldsInWords(changes)}`;
}

function fieldsInWords(changes: readonly DriftedField[]): string {
  return changes.map(({ ref, path }) => `${ref}${path}`).join(', ');
}

function byWhom(changes: readonly DriftedField[]): string {
  const who = [...new Set(changes.flatMap(({ principal }) => principal ?? []))];
  return who.length === 0 ? 'changed by hand' : `changed by hand by ${who.map(principalInWords).join(', ')}`;
}

function sinceOf({ past }: Entry): Date {
  const last = past?.last;
  return new Date((last === undefined ? 0 : Date.parse(last.startedAt)) - SLACK_MS);
}
