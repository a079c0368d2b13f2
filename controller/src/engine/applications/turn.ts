import { TerminalError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { Ref } from '../../core/manifest.ts';
import { isEmpty } from '../../core/plan.ts';
import { decide, type Decision } from '../automation.ts';
import { driftOf } from '../drift.ts';
import type { ApplicationStatus, Looked, StatusOptions } from '../engine.ts';
import { listOperations } from '../operations.ts';
import { planId } from '../plan-id.ts';
import { kindViolations, type Project, violations } from '../projects.ts';
import type { Touch } from '../touch.ts';
import { driftInWords, keepAnonymous, nameLater, recentHands, remember, touchesDefinitions } from './attribution.ts';
import { carryOn, needsUs } from './carry-on.ts';
import { FIGHT_COUNT } from './conditions.ts';
import type { Workplace } from './declared.ts';
import { type Entry, isStale, projectOf } from './entry.ts';
import { type Keeping, type LookKind, pollMsOf } from './keeping.ts';
import { approvalObstacle, dependencyObstacle, holdObstacle, windowObstacle } from './obstacles.ts';
import { resumeInterrupted, startSync } from './operate.ts';
import { healsAt, interruptedIn, pastOf } from './past.ts';
import { render } from './render.ts';
import { removeApplication } from './removal.ts';
import { reportProblem, settle } from './settle.ts';
import { supersede } from './supersede.ts';

/** An error of AWS or of the way there is looked at again after this time, or with the next poll where that is sooner. */
const PROBLEM_RETRY_MS = 30_000;

/**
 * One turn of one Application: is it allowed, what does Git say, what is there, what is to be done. Level-based: nothing in
 * it depends on why it was called. Gives when to come back without anything having happened, in milliseconds.
 */
export async function turn(
  keeping: Keeping,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly requeueAfterMs?: number }> {
  const entry = keeping.registry.get(name);
  if (entry === undefined) return {};
  if (entry.running !== undefined && entry.deletion === undefined) {
    // The end of what runs brings the next turn; who waits for a look is not left waiting for that.
    for (const resolve of entry.waiting.splice(0)) resolve();
    return await newer(keeping, entry, signal);
  }
  const { epoch } = entry;
  let again: Again = {};
  try {
    again =
      entry.deletion === undefined
        ? await keep(keeping, entry, signal)
        : await removeApplication(keeping, entry, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    again = { ms: Math.min(PROBLEM_RETRY_MS, pollMsOf(entry)) };
    const unread = entry.rendered !== entry.changes && entry.admitted;
    reportProblem(keeping, entry, error, unread ? 'source' : 'look');
    // Only another commit makes it readable.
    if (unread && error instanceof TerminalError) again = {};
  }
  if (keeping.registry.get(name) !== entry) return {};
  settle(keeping, entry, again.stalled);
  if (entry.epoch !== epoch && entry.running === undefined) keeping.queue.add(name);
  return again.ms === undefined ? {} : { requeueAfterMs: again.ms };
}

/** A newer revision may end what runs. What cannot be read now is said by the turn after the operation. */
async function newer(
  keeping: Keeping,
  entry: Entry,
  signal: AbortSignal,
): Promise<{ readonly requeueAfterMs?: number }> {
  try {
    return await supersede(keeping, entry, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return {};
  }
}

/** When to look again by itself, and why a person is needed where one is. */
interface Again {
  readonly ms?: number;
  readonly stalled?: string;
}

async function keep(keeping: Keeping, entry: Entry, signal: AbortSignal): Promise<Again> {
  const { projects } = keeping;
  const project = await projects.find(projectOf(entry.declared));
  if (project === undefined) return refuse(keeping, entry, [projects.missing(projectOf(entry.declared))]);
  const workplace = await projects.workplace(project.name);
  const destination = await workplace.resolve(entry.declared.spec.destination ?? {});
  const refused = violations(project, entry.declared.spec, destination);
  if (refused.length > 0) return refuse(keeping, entry, refused);
  // Said before any file is read: what a Project does not allow is not even contacted.
  admit(keeping, entry, workplace.place(destination));
  const input = await render(keeping, entry, destination, signal);
  const badKinds = kindViolations(project, input.manifests);
  if (badKinds.length > 0) return refuse(keeping, entry, badKinds);
  if (entry.obstacle?.type === PROJECT_REFUSED) delete entry.obstacle;
  entry.past ??= pastOf(await listOperations(keeping.deps.store, entry.declared.name));
  const status = await lookIfDue(keeping, entry, workplace, signal);
  delete entry.problem;
  return await act(keeping, entry, project, status);
}

/** From now on its repository is asked, and its place in AWS is swept. */
function admit(keeping: Keeping, entry: Entry, place: string): void {
  const { registry, polls, sweeps } = keeping;
  entry.admitted = true;
  registry.setPlace(entry.declared.name, place);
  polls.addAfter(entry.access.source.repository, pollMsOf(entry));
  sweeps.addAfter(place, pollMsOf(entry));
}

const PROJECT_REFUSED = 'ProjectRefused';

/** Nothing is read, synced or deleted. The resources stay as they are. */
function refuse(keeping: Keeping, entry: Entry, why: readonly string[]): Again {
  entry.admitted = false;
  const message = why.join('; ');
  entry.obstacle = { type: PROJECT_REFUSED, reason: PROJECT_REFUSED, message };
  reportProblem(keeping, entry, new TerminalError(PROJECT_REFUSED, message));
  return {};
}

/** The status of now: what an event touched is looked at alone, and what a sweep found is taken as it is. */
async function lookIfDue(
  keeping: Keeping,
  entry: Entry,
  workplace: Workplace,
  signal: AbortSignal,
): Promise<ApplicationStatus> {
  const { input, looked } = entry;
  if (input === undefined) throw new Error(`${entry.declared.name} was not rendered`);
  const whole = looked === undefined || entry.lookDue || isStale(entry);
  if (!whole && entry.touched.size === 0) return looked.status;
  const touches = new Map(entry.touched);
  entry.touched.clear();
  const now = keeping.deps.clock.now();
  const options: StatusOptions = {
    ...(whole ? {} : { touched: new Set(touches.keys()), before: looked }),
    ...(touchesDefinitions(touches.values()) && { recheck: true }),
  };
  const kind: LookKind = isStale(entry) ? 'source' : touches.size > 0 ? 'event' : 'sweep';
  // Many that are looked at for the first time share their reads; what was just changed is read afresh.
  const shared = looked === undefined ? await keeping.passes.recent(workplace, input.destination, now) : undefined;
  try {
    const found = await workplace.engine.status(
      input,
      signal,
      shared === undefined ? options : { ...options, pass: shared },
    );
    note(keeping, entry, found, kind, now);
    for (const [ref, touch] of touches) remember(entry.hands, ref, touch);
    return found.status;
  } catch (error) {
    for (const [ref, touch] of touches) if (!entry.touched.has(ref)) entry.touched.set(ref, touch);
    throw error;
  }
}

/** Remembers a look. */
export function note(keeping: Keeping, entry: Entry, found: Looked, kind: LookKind, began: Date): void {
  const { input } = entry;
  entry.looked = found;
  entry.lookedAt = began;
  entry.lookDue = false;
  entry.compared = entry.rendered;
  delete entry.problem;
  if (input !== undefined) keeping.index.set(entry.declared.name, input.destination, found.parts);
  const durationMs = keeping.deps.clock.now().getTime() - began.getTime();
  keeping.deps.observer?.reconciled(durationMs, { application: entry.declared.name, kind });
}

/** Decides, and begins what there is to do unless something stands in its way. */
async function act(keeping: Keeping, entry: Entry, project: Project, status: ApplicationStatus): Promise<Again> {
  const past = entry.past ?? pastOf([]);
  const now = keeping.deps.clock.now();
  tellDrift(keeping, entry, status);
  const resumed = await resumeInterrupted(keeping, entry, past, status);
  if (resumed) return {};
  const policy = keeping.hasStrategy(entry)
    ? { ...entry.declared.spec.syncPolicy, automated: entry.declared.spec.syncPolicy?.automated ?? {} }
    : entry.declared.spec.syncPolicy;
  const decision = decide({ policy, status, past, worldChanged: worldChanged(entry, status), now });
  if (decision.do !== 'sync') {
    delete entry.obstacle;
    const carried = await carryOn(keeping, entry, past, status);
    if (carried !== undefined) return 'began' in carried ? {} : { ms: carried.afterMs };
    if (decision.do === 'wait') return waitFor(keeping, entry, decision);
    return decision.stalled === true ? { stalled: decision.why } : {};
  }
  const approval = await keeping.decisions.approval(entry.declared.name);
  const obstacle = decision.resumes === undefined ? await obstacleOf(keeping, entry, project, status, now) : undefined;
  if (obstacle !== undefined) {
    const carried = await carryOn(keeping, entry, past, status);
    const again = stopAt(keeping, entry, obstacle, now);
    return carried !== undefined && 'afterMs' in carried ? { ms: carried.afterMs } : again;
  }
  delete entry.obstacle;
  if (decision.initiator.kind === 'self-heal') {
    tellFight(keeping, entry, now);
    // What they did is told of and goes: what differs after this is the work of others.
    for (const { ref } of entry.drift) entry.hands.delete(ref);
  }
  const approved = approval?.plan === planId(status.plan);
  startSync(keeping, entry, status.plan, {
    initiator: decision.initiator,
    ...(decision.resumes !== undefined && { resumes: decision.resumes }),
    ...(decision.retryOf !== undefined && { retryOf: decision.retryOf }),
    ...(approved && { approved: true, expect: status.plan }),
    // Under a gate nothing but what was looked at may happen.
    ...(policy?.gate === 'manual' && decision.resumes === undefined && { expect: status.plan }),
  });
  return {};
}

async function obstacleOf(keeping: Keeping, entry: Entry, project: Project, status: ApplicationStatus, now: Date) {
  const { name } = entry.declared;
  const { plan } = status;
  const hold = await keeping.decisions.hold(name);
  if (hold !== undefined && hold.digest !== plan.digest) {
    await keeping.decisions.setHold(name, undefined);
    keeping.emit(name)('application.released', 'info', 'Git has moved on from what was rolled back', { by: 'commit' });
  }
  return (
    holdObstacle(hold, plan.digest) ??
    dependencyObstacle(entry, keeping.registry) ??
    keeping.strategyObstacle(entry) ??
    windowObstacle(entry, project, now, false) ??
    (isEmpty(plan) ? undefined : approvalObstacle(entry, plan, await keeping.decisions.approval(name)))
  );
}

function stopAt(keeping: Keeping, entry: Entry, obstacle: NonNullable<Entry['obstacle']>, now: Date): Again {
  const { type, reason, message, until } = obstacle;
  if (entry.told.get('obstacle') !== message) {
    entry.told.set('obstacle', message);
    const plan = entry.looked?.status.plan;
    const code = type === 'ApprovalNeeded' ? 'application.approval' : 'application.blocked';
    keeping.emit(entry.declared.name)(code, type === 'ApprovalNeeded' ? 'warn' : 'info', message, {
      condition: type,
      reason,
      ...(plan !== undefined && { plan: planId(plan), revision: plan.revision }),
      ...(until !== undefined && { until: until.toISOString() }),
    });
  }
  entry.obstacle = obstacle;
  return until === undefined ? {} : { ms: Math.max(until.getTime() - now.getTime(), 1) };
}

function waitFor(keeping: Keeping, entry: Entry, decision: Extract<Decision, { do: 'wait' }>): Again {
  const why = `${entry.past?.newest?.id ?? ''} ${decision.why}`;
  if (entry.told.get('waits') !== why) {
    entry.told.set('waits', why);
    const seconds = Math.round(decision.ms / 1000);
    const message = `syncs in ${seconds} s: ${decision.why}`;
    keeping.emit(entry.declared.name)('application.waits', 'info', message, { afterMs: decision.ms });
  }
  // A retry looks afresh: it takes the newest commit and the world as it is then.
  entry.lookDue = true;
  return { ms: decision.ms };
}

/** A failure was seen in one world; in another it need not come again. */
function worldChanged(entry: Entry, status: ApplicationStatus): boolean {
  const last = entry.past?.last;
  if (last === undefined || last.phase === 'Succeeded') {
    delete entry.failedOn;
    return false;
  }
  const plan = planId(status.plan);
  if (entry.failedOn?.operation !== last.id) entry.failedOn = { operation: last.id, plan };
  return entry.failedOn.plan !== plan;
}

/** Each drift is told of once, however long it stays; who did it may become known later. */
function tellDrift(keeping: Keeping, entry: Entry, status: ApplicationStatus): void {
  const changes = driftOf(status.plan, entry.past?.last, recentHands(entry));
  const key = JSON.stringify(changes.map(({ ref, path }) => `${ref}${path}`));
  if (changes.length === 0) {
    entry.told.delete('drift');
    entry.drift = [];
  }
  if (changes.length === 0 || entry.told.get('drift') === key) {
    nameLater(keeping, entry);
    return;
  }
  const known = new Set(entry.drift.map(({ ref, path }) => `${ref}${path}`));
  const news = changes.filter(({ ref, path }) => !known.has(`${ref}${path}`));
  entry.told.set('drift', key);
  entry.drift = changes;
  const touch = firstTouch(entry, new Set(news.map(({ ref }) => ref)));
  keeping.emit(entry.declared.name)('application.drift', 'warn', driftInWords(changes), {
    changes: changes as unknown as Json,
    ...(touch !== undefined && { receivedAt: touch.receivedAt.toISOString(), event: touch.event }),
  });
  keepAnonymous(keeping, entry, changes);
}

function firstTouch(entry: Entry, refs: ReadonlySet<Ref>): Touch | undefined {
  return [...entry.hands].find(([ref]) => refs.has(ref))?.[1];
}

/** That somebody fights is told once, until the fight is over. */
function tellFight(keeping: Keeping, entry: Entry, now: Date): void {
  const heals = entry.past === undefined ? 0 : healsAt(entry.past, now);
  if (heals === 0) entry.told.delete('fight');
  if (heals < FIGHT_COUNT || entry.told.has('fight')) return;
  entry.told.set('fight', 'told');
  const message = `corrected ${heals} times in a row: somebody or something keeps changing it`;
  keeping.emit(entry.declared.name)('application.fight', 'warn', message, { count: heals });
}

/** True when a turn of this Application would do nothing: it is as Git says, as it was before. */
export function isQuiet(entry: Entry, before: ApplicationStatus | undefined): boolean {
  const status = entry.looked?.status;
  const last = entry.past?.last;
  return (
    status !== undefined &&
    before?.sync === 'Synced' &&
    status.sync === 'Synced' &&
    before.health.status === status.health.status &&
    before.health.reason === status.health.reason &&
    // A fight is over when nothing happens any more: that has to be noticed, too.
    !entry.conditions.some(({ type }) => type === 'SelfHealBackoff') &&
    last?.phase === 'Succeeded' &&
    last.digest === status.plan.digest &&
    !status.resources.some(needsUs) &&
    entry.past !== undefined &&
    interruptedIn(entry.past) === undefined
  );
}
