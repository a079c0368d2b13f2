import { contentHash } from '../../core/canonical.ts';
import type { Health } from '../../core/driver.ts';
import { WaitError } from '../../core/errors.ts';
import { worstHealth } from '../../core/health.ts';
import type { Json } from '../../core/json.ts';
import { declare, originInWords, sameOrigin, versionOf, withdraw } from '../applications/declare.ts';
import type { Declarations, DeclaredApplication, DeclaredApplicationSet } from '../applications/declared.ts';
import { type Entry, isReady, isStale, type Obstacle, projectOf } from '../applications/entry.ts';
import type { Keeping } from '../applications/keeping.ts';
import { declaredSetOf, listRecords, putRecord, recordOf } from '../applications/records.ts';
import type { ApplicationSetState } from '../control.ts';
import { allowsRepository, isLocal } from '../projects.ts';
import { startQueue, type WorkQueue } from '../queue.ts';
import { type GeneratorSources, guarded, listsAlone, parameterSets } from './generators.ts';
import { repositoriesOf } from './repositories.ts';
import { type Member, type Turn, turnOf } from './strategy.ts';
import { fillTemplate } from './template.ts';

const WORKERS = 4;
const GIT_POLL_MS = 120_000;
const DEFAULT_PULL_MS = 1_800_000;

interface Known {
  declared: DeclaredApplicationSet;
  version: string;
  /** Names of the Applications that its generators gave last; undefined before they did. */
  listed?: ReadonlySet<string>;
  readonly members: Set<string>;
  problem?: string;
  /** What may go on now; undefined: to be worked out. */
  turn?: Turn;
}

/** The ApplicationSets: what they make, what they change, and in which order that reaches their Applications. */
export class ApplicationSets {
  /** Sets that are to be evaluated. */
  readonly queue: WorkQueue<string>;
  readonly #keeping: Keeping;
  readonly #sets = new Map<string, Known>();

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
    this.queue = startQueue<string>({
      clock: keeping.deps.clock,
      workers: WORKERS,
      reconcile: (name, signal) => this.#evaluate(name, signal),
      onError: (name, error) => this.#tellProblem(name, error instanceof Error ? error.message : String(error)),
    });
  }

  /** What the folder declares now. True: the same declarations would change nothing more. */
  async declareFolder({ applicationSets, complete }: Declarations): Promise<boolean> {
    const declared = new Set(applicationSets.map(({ name }) => name));
    const refused = applicationSets.filter((set) => !this.declare(set));
    if (!complete) return false;
    const gone = [...this.#sets.values()].filter(
      ({ declared: { name, origin } }) => origin.kind === 'folder' && !declared.has(name),
    );
    for (const { declared: set } of gone) await this.withdraw(set.name);
    return refused.length === 0;
  }

  /** Takes up a set that is new or has changed. False: the name is that of a set of another author. */
  declare(set: DeclaredApplicationSet): boolean {
    const known = this.#sets.get(set.name);
    if (known !== undefined && !sameOrigin(known.declared.origin, set.origin)) {
      const other = originInWords(known.declared.origin);
      this.#tellProblem(set.name, `${originInWords(set.origin)} declares it too, but it belongs to ${other}`);
      return false;
    }
    const version = contentHash(set as unknown as Json);
    if (known?.version === version) return true;
    if (known === undefined) this.#sets.set(set.name, { declared: set, version, members: this.#membersOf(set.name) });
    else {
      Object.assign(known, { declared: set, version });
      delete known.turn;
    }
    this.queue.add(set.name);
    return true;
  }

  /** A set that nobody declares any more: its Applications are withdrawn, each by its own deletionPolicy. */
  async withdraw(name: string): Promise<void> {
    const known = this.#sets.get(name);
    if (known === undefined) return;
    this.#sets.delete(name);
    this.queue.drop(name);
    for (const member of known.members) {
      const entry = this.#keeping.registry.get(member);
      if (entry !== undefined) await withdraw(this.#keeping, entry, `ApplicationSet ${name} is not declared any more`);
    }
    this.#keeping.emit()('applicationset.dropped', 'info', `ApplicationSet ${name} is not declared any more`, {
      set: name,
    });
  }

  /** Sets that other Applications hold, as they were on record when the controller started. */
  async takeUpRecords(): Promise<void> {
    for (const record of await listRecords(this.#keeping.deps.store)) {
      if (record.kind === 'ApplicationSet') this.declare(declaredSetOf(record));
    }
  }

  /** A set by its name. */
  find(name: string): DeclaredApplicationSet | undefined {
    return this.#sets.get(name)?.declared;
  }

  /** How a set is: as its worst Application, and Degraded where it cannot be evaluated. */
  healthOf(name: string): Health {
    const known = this.#sets.get(name);
    if (known?.problem !== undefined) return { status: 'Degraded', reason: 'GeneratorFailed', message: known.problem };
    if (known?.listed === undefined)
      return { status: 'Progressing', reason: 'NotEvaluated', message: 'it was not evaluated yet' };
    return worstHealth(
      [...known.members].map((member) => {
        const status = this.#keeping.registry.get(member)?.looked?.status;
        const health = status?.health ?? {
          status: 'Progressing',
          reason: 'NotCompared',
          message: 'it was not compared yet',
        };
        return { name: `Application ${member}`, health };
      }),
    );
  }

  /** In the order of names. */
  states(): readonly ApplicationSetState[] {
    return [...this.#sets.values()]
      .map(({ declared: { name, origin }, members, problem }) => ({
        name,
        origin,
        applications: [...members].toSorted(),
        ...(problem !== undefined && { problem }),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Whether a set, or a parent, still says that an Application is to be. */
  declares({ name, origin }: DeclaredApplication): boolean {
    if (origin.kind === 'ApplicationSet') {
      const known = this.#sets.get(origin.name);
      return known !== undefined && (known.listed?.has(name) ?? true);
    }
    return origin.kind === 'Application' && this.#keeping.registry.get(origin.name) !== undefined;
  }

  /** Whether a set decides when an Application is synced. */
  hasStrategy(entry: Entry): boolean {
    return this.#setOf(entry)?.declared.spec.strategy !== undefined;
  }

  /** Why it is not an Application's turn. */
  obstacleFor(entry: Entry): Obstacle | undefined {
    const known = this.#setOf(entry);
    const { strategy } = known?.declared.spec ?? {};
    if (known === undefined || strategy === undefined) return undefined;
    known.turn ??= turnOf(strategy.steps, this.#membersIn(known));
    const { name } = entry.declared;
    if (known.turn.permitted.has(name)) return undefined;
    const why = known.turn.waits.get(name) ?? 'it is not its turn';
    return { type: 'ProgressiveSync', reason: 'NotItsTurn', message: `ApplicationSet ${known.declared.name}: ${why}` };
  }

  /** An Application is in another state: it may be the turn of others. */
  applicationChanged(entry: Entry): void {
    const known = this.#setOf(entry);
    if (known?.declared.spec.strategy === undefined) return;
    if (this.#keeping.registry.get(entry.declared.name) === undefined) known.members.delete(entry.declared.name);
    delete known.turn;
    const { steps } = known.declared.spec.strategy;
    known.turn = turnOf(steps, this.#membersIn(known));
    for (const name of known.turn.permitted) {
      if (this.#keeping.registry.get(name)?.obstacle?.type === 'ProgressiveSync') this.#keeping.queue.add(name);
    }
  }

  /** Something was pushed to a repository: those that look into it do so now. */
  pushed(isPushed: (repoURL: string) => boolean): void {
    for (const { declared } of this.#sets.values())
      if (repositoriesOf(declared.spec).some(isPushed)) this.queue.add(declared.name);
  }

  async #evaluate(name: string, signal: AbortSignal): Promise<{ readonly requeueAfterMs?: number }> {
    const known = this.#sets.get(name);
    if (known === undefined) return {};
    const again = againMs(known.declared);
    try {
      const sets = await parameterSets(known.declared.spec, await this.#sourcesFor(known.declared), signal);
      const made = sets.map((parameters) => fillTemplate(known.declared, known.declared.spec.template, parameters));
      refuseCollisions(made);
      await this.#apply(known, made);
      return again;
    } catch (error) {
      // Whatever it was: a list that is not known deletes nothing, and changes nothing.
      signal.throwIfAborted();
      this.#tellProblem(name, error instanceof Error ? error.message : String(error));
      if (error instanceof WaitError) return { requeueAfterMs: error.retryAfterMs };
      return again.requeueAfterMs === undefined ? {} : { requeueAfterMs: Math.min(again.requeueAfterMs, 60_000) };
    }
  }

  /** What a set may ask: one that comes out of a repository no more than the Project of its parent allows. */
  async #sourcesFor({ origin }: DeclaredApplicationSet): Promise<GeneratorSources> {
    const sources = this.#keeping.deps.generators ?? listsAlone;
    if (origin.kind === 'folder') return sources;
    const parent = this.#keeping.registry.get(origin.name);
    const project = parent === undefined ? undefined : await this.#keeping.projects.find(projectOf(parent.declared));
    return guarded(
      sources,
      (address) => project !== undefined && !isLocal(address) && allowsRepository(project, address),
    );
  }

  async #apply(known: Known, made: readonly DeclaredApplication[]): Promise<void> {
    const { name, spec } = known.declared;
    const policy = spec.syncPolicy?.applicationsSync ?? 'sync';
    const { registry } = this.#keeping;
    const taken: string[] = [];
    for (const application of made) {
      const entry = registry.get(application.name);
      const ours = entry !== undefined && sameOrigin(entry.declared.origin, application.origin);
      if (entry !== undefined && !ours) {
        taken.push(`${application.name} belongs to ${originInWords(entry.declared.origin)}`);
        continue;
      }
      known.members.add(application.name);
      if (ours && (policy === 'create-only' || entry.deletion !== undefined)) continue;
      if (entry?.version === versionOf(application)) {
        entry.wanted = true;
        continue;
      }
      await putRecord(this.#keeping.deps.store, recordOf(application));
      declare(this.#keeping, application);
    }
    known.listed = new Set(made.map((application) => application.name));
    const gone = [...known.members].filter((member) => known.listed?.has(member) === false);
    const refused = await this.#takeAway(known, gone, policy, made.length);
    delete known.turn;
    const problem = [...(taken.length > 0 ? [`names are taken: ${taken.join('; ')}`] : []), ...refused].join('; ');
    if (problem !== '') this.#tellProblem(name, problem);
    else delete known.problem;
  }

  /** Takes away what is not listed any more; but never all that there is, where a list that fails may look empty. */
  async #takeAway(known: Known, gone: readonly string[], policy: string, listed: number): Promise<readonly string[]> {
    const { registry } = this.#keeping;
    for (const member of gone.filter((each) => registry.get(each) === undefined)) known.members.delete(member);
    const there = gone.flatMap((member) => registry.get(member) ?? []).filter((entry) => entry.deletion === undefined);
    if (there.length === 0) return [];
    if (policy !== 'sync') {
      for (const entry of there) entry.wanted = false;
      return [];
    }
    if (listed === 0 && !onlyPullRequests(known.declared)) {
      for (const entry of there) entry.wanted = false;
      return [
        `the generators list nothing: ${there.length} Applications stay as they are; take the ApplicationSet away, or delete them by name, if that is meant`,
      ];
    }
    for (const entry of there) {
      known.members.delete(entry.declared.name);
      await withdraw(this.#keeping, entry, `ApplicationSet ${known.declared.name} lists it no more`);
    }
    return [];
  }

  #tellProblem(name: string, problem: string): void {
    const known = this.#sets.get(name);
    if (known === undefined || known.problem === problem) return;
    known.problem = problem;
    const message = `ApplicationSet ${name}: ${problem}`;
    this.#keeping.emit()('applicationset.failed', 'error', message, { set: name });
  }

  #setOf({ declared: { origin } }: Entry): Known | undefined {
    return origin.kind === 'ApplicationSet' ? this.#sets.get(origin.name) : undefined;
  }

  #membersOf(set: string): Set<string> {
    const found = new Set<string>();
    for (const { declared } of this.#keeping.registry.all()) {
      if (sameOrigin(declared.origin, { kind: 'ApplicationSet', name: set })) found.add(declared.name);
    }
    return found;
  }

  #membersIn(known: Known): readonly Member[] {
    return [...known.members].flatMap((name) => {
      const entry = this.#keeping.registry.get(name);
      return entry === undefined ? [] : [memberOf(entry)];
    });
  }
}

function memberOf(entry: Entry): Member {
  const { looked, past, declared } = entry;
  const last = past?.last;
  const begun = !isStale(entry) && last !== undefined && last.digest === looked?.status.plan.digest;
  const failed =
    begun &&
    entry.running === undefined &&
    ((last.finishedAt !== undefined && last.phase !== 'Succeeded') || looked?.status.health.status === 'Degraded');
  const { name, labels } = declared;
  return { name, labels, ready: isReady(entry), started: entry.running !== undefined || begun, failed };
}

function refuseCollisions(made: readonly DeclaredApplication[]): void {
  const seen = new Set<string>();
  for (const { name } of made) {
    if (seen.has(name))
      throw new Error(`two sets of parameters give the name "${name}": put what tells them apart into it`);
    seen.add(name);
  }
}

/** When to evaluate it again by itself. What is written down changes only with the set. */
function againMs({ spec }: DeclaredApplicationSet): { readonly requeueAfterMs?: number } {
  const all = spec.generators.flatMap((each) => [
    each,
    ...(each.matrix?.generators ?? []),
    ...(each.merge?.generators ?? []),
  ]);
  const times = all.flatMap((each) => {
    if (each.pullRequest !== undefined) {
      const { requeueAfterSeconds } = each.pullRequest;
      return [requeueAfterSeconds === undefined ? DEFAULT_PULL_MS : requeueAfterSeconds * 1000];
    }
    return each.gitDirectories !== undefined || each.gitFiles !== undefined ? [GIT_POLL_MS] : [];
  });
  return times.length === 0 ? {} : { requeueAfterMs: Math.min(...times) };
}

/** No open pull request is an everyday answer; an empty repository is not. */
function onlyPullRequests({ spec }: DeclaredApplicationSet): boolean {
  return spec.generators.every((each) => each.pullRequest !== undefined);
}
