import { TerminalError } from '../../core/errors.ts';
import { refOf } from '../../core/manifest.ts';
import type { Plan } from '../../core/plan.ts';
import { isEmpty } from '../../core/plan.ts';
import { selectionOf } from '../../core/resource-selector.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { ApplicationSets } from '../applicationset/sets.ts';
import type { Control, SyncRequest } from '../control.ts';
import type { ApplicationInput, Operation } from '../engine.ts';
import { readManifests } from '../manifests-record.ts';
import { listOperations, readOperation } from '../operations.ts';
import { planId } from '../plan-id.ts';
import { kindViolations, type Project, violations } from '../projects.ts';
import { startDeletion } from './declare.ts';
import type { Workplace } from './declared.ts';
import { type Entry, projectOf } from './entry.ts';
import type { Keeping } from './keeping.ts';
import { manifestsAsYaml } from './manifests-yaml.ts';
import { approvalObstacle, windowObstacle } from './obstacles.ts';
import { begin } from './operate.ts';
import { lastRecordedInput, recordedInput } from './recorded.ts';
import { dropRecord, putRecord, recordOf } from './records.ts';
import { leave } from './removal.ts';
import { resourcesOf, stateOf } from './state.ts';
import { steering } from './steering.ts';

/** What people ask of a controller: the same rules as automation, and a name in the history. */
export function controls(keeping: Keeping, sets: ApplicationSets): Control {
  const { registry, decisions } = keeping;
  const { store } = keeping.deps;
  const found = (name: string): Entry => {
    const entry = registry.get(name);
    if (entry !== undefined) return entry;
    const hint = didYouMean(name, registry.names());
    throw new TerminalError('NotFound', `there is no Application "${name}"${hint}`);
  };
  const steer = steering(keeping, async (entry, signal) => {
    // While an operation runs, and until the next look, what it syncs may be newer than what was rendered.
    const isBehind = entry.running !== undefined || entry.lookDue;
    const recorded = isBehind ? await lastRecordedInput(store, entry) : undefined;
    const input = recorded ?? entry.input;
    return input === undefined
      ? await asked(keeping, entry, undefined, signal)
      : { workplace: (await allowed(keeping, entry)).workplace, input };
  });
  return {
    states: () => registry.names().map((name) => stateOf(registry.get(name) as Entry)),
    names: () => registry.names(),
    state: (name) => {
      const entry = registry.get(name);
      return entry === undefined ? undefined : stateOf(entry);
    },
    projects: () => keeping.projects.states(),
    applicationSets: () => sets.states(),
    async refresh(name, signal) {
      const entry = found(name);
      await refresh(keeping, entry, signal);
      return stateOf(entry);
    },
    async plan(name, { revision, prune, resources }, signal) {
      const { input, workplace } = await asked(keeping, found(name), revision, signal);
      return workplace.engine.plan(
        input,
        { ...(prune !== undefined && { prune }), ...(resources !== undefined && { resources }) },
        signal,
      );
    },
    sync: (name, request) => sync(keeping, found(name), request),
    async terminate(name, by) {
      const entry = found(name);
      if (entry.running === undefined) throw new TerminalError('NoOperation', `nothing is being done to ${name}`);
      const told = entry.engine?.terminate(name) ?? false;
      if (!told) throw new TerminalError('NoOperation', `the operation of ${name} has not begun yet`);
      keeping.emit(name)('operation.terminated', 'warn', `${by} ends the operation`, { by });
    },
    rollback: (name, id, by) => rollback(keeping, found(name), id, by),
    async release(name, by) {
      const entry = found(name);
      if ((await decisions.hold(name)) === undefined) return;
      await decisions.setHold(name, undefined);
      keeping.emit(name)('application.released', 'info', `${by} lets automation go on`, { by });
      delete entry.obstacle;
      entry.lookDue = true;
      keeping.queue.add(name);
    },
    async history(name) {
      found(name);
      return await listOperations(store, name);
    },
    operation: (name, id) => readOperation(store, name, id),
    async manifests(name, id, signal) {
      const entry = found(name);
      if (id === undefined) {
        const input = entry.input ?? (await asked(keeping, entry, undefined, signal)).input;
        return manifestsAsYaml(input.manifests);
      }
      const operation = await readOperation(store, name, id);
      if (operation === undefined) throw new TerminalError('NotFound', `${name} has no operation ${id}`);
      const kept = await readManifests(store, name, operation.digest);
      if (kept === undefined)
        throw new TerminalError('NotFound', `the manifests of operation ${id} of ${name} are not kept any more`);
      return manifestsAsYaml(kept);
    },
    resources: (name) => resourcesOf(found(name)),
    parts: async (name, ref, signal) => await steer.parts(found(name), ref, signal),
    rollouts: async (name, signal) => await steer.rollouts(found(name), signal),
    rollout: async (name, ref, signal) => await steer.rollout(found(name), ref, signal),
    act: async (name, ref, action, by, signal) => await steer.act(found(name), ref, action, by, signal),
    tasks: async (name, ref, signal) => await steer.tasks(found(name), ref, signal),
    exec: async (name, ref, request, by, signal) => await steer.exec(found(name), ref, request, by, signal),
    scale: async (name, ref, request, signal) => await steer.scale(found(name), ref, request, signal),
    async runJob(name, ref, by) {
      const entry = found(name);
      refuseBusy(entry);
      return await steer.run(entry, ref, by);
    },
    delete: (name, options) => remove(keeping, sets, found(name), options),
  };
}

/** Asks the source anew, and AWS, whatever was known. */
async function refresh(keeping: Keeping, entry: Entry, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const looked = Promise.withResolvers<void>();
  delete entry.treeHash;
  delete entry.fetched;
  entry.changes += 1;
  entry.lookDue = true;
  if (entry.admitted) {
    // The listing that others took a moment ago is not good enough: what was pushed since counts.
    await entry.access.source.look?.(signal).catch(() => undefined);
  }
  const leaveQueue = (): void => looked.reject(signal.reason);
  signal.addEventListener('abort', leaveQueue, { once: true });
  entry.waiting.push(looked.resolve);
  keeping.queue.add(entry.declared.name);
  await looked.promise.finally(() => signal.removeEventListener('abort', leaveQueue));
}

interface Asked {
  readonly project: Project;
  readonly workplace: Workplace;
  readonly input: ApplicationInput;
}

/** What is to be synced or planned, read now. @throws TerminalError `ProjectRefused` before the source is asked */
async function asked(
  keeping: Keeping,
  entry: Entry,
  revision: string | undefined,
  signal: AbortSignal,
): Promise<Asked> {
  const { project, workplace } = await allowed(keeping, entry);
  const destination = await workplace.resolve(entry.declared.spec.destination ?? {});
  const { access } = entry;
  const fetched = await (revision === undefined ? access.source : access.at(revision)).fetch(signal);
  const input = await access.input(fetched, destination);
  refuse(kindViolations(project, input.manifests));
  return { project, workplace, input };
}

async function allowed(keeping: Keeping, entry: Entry): Promise<Omit<Asked, 'input'>> {
  const name = projectOf(entry.declared);
  const project = await keeping.projects.find(name);
  if (project === undefined) throw new TerminalError('ProjectRefused', keeping.projects.missing(name));
  const workplace = await keeping.projects.workplace(name);
  const destination = await workplace.resolve(entry.declared.spec.destination ?? {});
  refuse(violations(project, entry.declared.spec, destination));
  return { project, workplace };
}

function refuse(why: readonly string[]): void {
  if (why.length > 0) throw new TerminalError('ProjectRefused', why.join('; '));
}

function refuseBusy(entry: Entry): void {
  const { name } = entry.declared;
  if (entry.deletion !== undefined) throw new TerminalError('OperationInProgress', `${name} is being deleted`);
  if (entry.running !== undefined)
    throw new TerminalError('OperationInProgress', `another operation of ${name} is in progress`);
}

async function sync(keeping: Keeping, entry: Entry, request: SyncRequest): Promise<Operation> {
  refuseBusy(entry);
  const { project, workplace, input } = await asked(keeping, entry, request.revision, keeping.stopping);
  const { resources, prune } = request;
  if (resources !== undefined) refuseUnknown(entry, input, resources);
  const asks = { ...(prune !== undefined && { prune }), ...(resources !== undefined && { resources }) };
  const needsPlan = request.approvePlan !== undefined || entry.declared.spec.syncPolicy?.gate === 'manual';
  const plan = needsPlan ? await workplace.engine.plan(input, asks, keeping.stopping) : undefined;
  if (plan !== undefined) await approve(keeping, entry, plan, request);
  const closed = windowObstacle(entry, project, keeping.deps.clock.now(), true);
  if (closed !== undefined) throw new TerminalError('WindowClosed', closed.message);
  refuseBusy(entry);
  return await begin(keeping, entry, false, (engine, began) =>
    engine.sync(
      input,
      {
        ...asks,
        initiator: request.initiator,
        ...(plan !== undefined && { expect: plan, approved: request.approvePlan !== undefined }),
        ...(request.approveDeletions === true && { approveDeletions: true }),
        began,
      },
      keeping.stopping,
    ),
  );
}

/** A selector that names nothing is a mistake of whoever asks, and no operation. @throws TerminalError `BadSelector` */
function refuseUnknown({ looked }: Entry, { manifests }: ApplicationInput, resources: readonly string[]): void {
  // What is on record and not declared any more can be selected as well.
  const onRecord = looked === undefined ? [] : [...looked.parts.keys()];
  selectionOf(resources, [...new Set([...manifests.map(refOf), ...onRecord])]);
}

/** A yes is to one plan. It is written down: should a window be closed, automation acts on it when it opens. */
async function approve(keeping: Keeping, entry: Entry, plan: Plan, request: SyncRequest): Promise<void> {
  const { name } = entry.declared;
  const id = planId(plan);
  if (request.approvePlan !== undefined) {
    if (request.approvePlan !== id) {
      const message = `plan ${request.approvePlan} is out of date: the plan is ${id} now; look at it and approve that one`;
      throw new TerminalError('ApprovalNeeded', message);
    }
    const at = keeping.deps.clock.now().toISOString();
    await keeping.decisions.setApproval(name, { plan: id, by: request.initiator.name, at });
    keeping.emit(name)('application.approved', 'info', `${request.initiator.name} approves plan ${id}`, {
      by: request.initiator.name,
      plan: id,
    });
    return;
  }
  if (isEmpty(plan)) return;
  const obstacle = approvalObstacle(entry, plan, await keeping.decisions.approval(name));
  if (obstacle !== undefined) throw new TerminalError('ApprovalNeeded', obstacle.message);
}

async function rollback(keeping: Keeping, entry: Entry, id: string | undefined, by: string): Promise<Operation> {
  refuseBusy(entry);
  const { name } = entry.declared;
  const { store, clock } = keeping.deps;
  const { project } = await allowed(keeping, entry);
  const history = await listOperations(store, name);
  const target =
    id === undefined ? before(history) : (history.find((operation) => operation.id === id) ?? ofRollout(history, id));
  if (target === undefined) {
    const ids = history.map((operation) => operation.id).join(', ');
    throw new TerminalError(
      'NoHistory',
      id === undefined
        ? `${name} has no earlier operation that succeeded with other manifests`
        : `${name} has no operation ${id}, expected one of ${ids === '' ? 'none' : ids}`,
    );
  }
  const input = await recordedInput(store, entry, target.id);
  if (input === undefined) {
    throw new TerminalError('NoHistory', `the manifests of operation ${target.id} of ${name} are not kept`);
  }
  refuse(kindViolations(project, input.manifests));
  const closed = windowObstacle(entry, project, clock.now(), true);
  if (closed !== undefined) throw new TerminalError('WindowClosed', closed.message);
  // What is taken back is what Git says now, as far as it is known; what was synced last otherwise.
  const digest = entry.looked?.status.plan.digest ?? history.at(-1)?.digest;
  if (digest !== undefined && digest !== target.digest) {
    await keeping.decisions.setHold(name, { digest, to: target.id, by, at: clock.now().toISOString() });
  }
  refuseBusy(entry);
  return await begin(keeping, entry, false, (engine, began) =>
    engine.sync(input, { initiator: { kind: 'rollback', name: by }, began }, keeping.stopping),
  );
}

/** The operation that saw a rollout through, by the id of the rollout or its last part. */
function ofRollout(history: readonly Operation[], id: string): Operation | undefined {
  return history.findLast(
    ({ job, results }) =>
      job === undefined && results.some(({ rollout }) => rollout?.id === id || rollout?.id.split('/').at(-1) === id),
  );
}

/** The last that succeeded with other manifests than the newest one has. */
function before(history: readonly Operation[]): Operation | undefined {
  const newest = history.at(-1);
  return history.findLast(
    ({ phase, removal, resources, digest }) =>
      phase === 'Succeeded' && removal !== true && (resources ?? []).length === 0 && digest !== newest?.digest,
  );
}

async function remove(
  keeping: Keeping,
  sets: ApplicationSets,
  entry: Entry,
  { cascade, by }: { readonly cascade: boolean; readonly by: string },
): Promise<void> {
  const { name, origin } = entry.declared;
  if (entry.deletion !== undefined) {
    // Asked for once more, while it waits for a person: a yes to what asks for a confirmation.
    entry.deletion = { ...entry.deletion, approved: true };
    await putRecord(keeping.deps.store, recordOf(entry.declared, { deletion: entry.deletion }));
    const newest = (await listOperations(keeping.deps.store, name)).at(-1);
    if (newest !== undefined) entry.approvedAfter = newest.id;
    keeping.queue.add(name);
    return;
  }
  const isDeclared = origin.kind === 'folder' ? entry.wanted : sets.declares(entry.declared);
  if (isDeclared) {
    const where = origin.kind === 'folder' ? 'the folder of Applications' : `${origin.kind} ${origin.name}`;
    throw new TerminalError('StillDeclared', `${name} is declared in ${where}: take it out there`);
  }
  if (cascade) return await startDeletion(keeping, entry, by, true);
  refuseBusy(entry);
  await dropRecord(keeping.deps.store, 'Application', name);
  leave(keeping, entry);
  keeping.emit(name)('application.dropped', 'info', `${by} forgets ${name}; what it owns in AWS stays`, { by });
}
