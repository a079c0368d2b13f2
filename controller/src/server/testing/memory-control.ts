import type { ExecRequest, ExecSession, RolloutAction, ScaleRequest, TaskState } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import type { Ref } from '../../core/manifest.ts';
import type { ApplicationState, Control, ProjectState, RolloutState, SyncRequest } from '../../engine/control.ts';
import type { Operation } from '../../engine/engine.ts';
import { operationOf, planOf, rolloutOf, SESSION, TASK } from './states.ts';

/** A Control that keeps what it is told: for tests of the wire, not of what a controller does. */
export class MemoryControl implements Control {
  readonly known = new Map<string, ApplicationState>();
  projectStates: readonly ProjectState[] = [];
  operations: Operation[] = [];
  /** What was asked for, in order. */
  readonly asked: (readonly [what: string, name: string, ...rest: readonly unknown[]])[] = [];
  /** How often a state was read. */
  reads = 0;
  /** Thrown by whatever is asked next. */
  failure: Error | undefined;

  constructor(...states: readonly ApplicationState[]) {
    for (const state of states) this.put(state);
  }

  put(state: ApplicationState): void {
    this.known.set(state.name, state);
  }

  names = (): readonly string[] => [...this.known.keys()];
  states = (): readonly ApplicationState[] => [...this.known.values()];
  state = (name: string): ApplicationState | undefined => {
    this.reads += 1;
    return this.known.get(name);
  };
  projects = (): readonly ProjectState[] => this.projectStates;
  applicationSets = (): ReturnType<Control['applicationSets']> => [
    { name: 'regions', origin: { kind: 'folder' }, applications: this.names() },
  ];

  async refresh(name: string): Promise<ApplicationState> {
    this.ask('refresh', name);
    return this.found(name);
  }

  async plan(name: string, options: object): Promise<ReturnType<typeof planOf>> {
    this.ask('plan', name, options);
    return planOf(name);
  }

  async sync(name: string, request: SyncRequest): Promise<Operation> {
    this.ask('sync', name, request);
    return this.begin(operationOf(name, { initiator: request.initiator, id: String(this.operations.length + 1) }));
  }

  async terminate(name: string, by: string): Promise<void> {
    this.ask('terminate', name, by);
  }

  async rollback(name: string, id: string | undefined, by: string): Promise<Operation> {
    this.ask('rollback', name, id, by);
    return this.begin(operationOf(name, { initiator: { kind: 'rollback', name: by } }));
  }

  async release(name: string, by: string): Promise<void> {
    this.ask('release', name, by);
  }

  history = async (name: string): Promise<readonly Operation[]> =>
    this.operations.filter(({ application }) => application === name);

  operation = async (name: string, id: string): Promise<Operation | undefined> =>
    this.operations.find((operation) => operation.application === name && operation.id === id);

  async manifests(name: string, id: string | undefined): Promise<string> {
    this.ask('manifests', name, id);
    return 'kind: Service\n';
  }

  resources = (name: string): ReturnType<Control['resources']> =>
    (this.found(name).status?.resources ?? []).map((resource) => ({
      ...resource,
      parts: [{ type: 'ecs:service', id: 'arn:aws:ecs:eu-west-1:111111111111:service/main/web' }],
    }));

  parts = async (name: string, ref: Ref): ReturnType<Control['parts']> => {
    const found = this.resources(name).find((resource) => resource.ref === ref);
    if (found === undefined) throw new TerminalError('NotFound', `${name} has no resource ${ref}`);
    return found.parts;
  };

  rollouts = async (name: string): Promise<readonly RolloutState[]> => {
    this.ask('rollouts', name);
    return [rolloutOf()];
  };

  async rollout(name: string, ref: Ref): Promise<RolloutState> {
    this.ask('rollout', name, ref);
    return rolloutOf({ ref });
  }

  async act(name: string, ref: Ref, action: RolloutAction, by: string): Promise<RolloutState> {
    this.ask('act', name, ref, action, by);
    return rolloutOf({ ref });
  }

  async tasks(name: string, ref: Ref): Promise<readonly TaskState[]> {
    this.ask('tasks', name, ref);
    return [TASK];
  }

  async exec(name: string, ref: Ref, request: ExecRequest, by: string): Promise<ExecSession> {
    this.ask('exec', name, ref, request, by);
    return SESSION;
  }

  async scale(name: string, ref: Ref, request: ScaleRequest): Promise<string> {
    this.ask('scale', name, ref, request);
    return `${request.count} tasks for a while`;
  }

  async runJob(name: string, ref: Ref, by: string): Promise<Operation> {
    this.ask('runJob', name, ref, by);
    return this.begin(operationOf(name, { initiator: { kind: 'person', name: by }, job: ref }));
  }

  async delete(name: string, options: object): Promise<void> {
    this.ask('delete', name, options);
  }

  private begin(operation: Operation): Operation {
    this.operations.push(operation);
    return operation;
  }

  private ask(what: string, name: string, ...rest: readonly unknown[]): void {
    this.asked.push([what, name, ...rest]);
    if (this.failure !== undefined) throw this.failure;
    this.found(name);
  }

  private found(name: string): ApplicationState {
    const state = this.known.get(name);
    if (state === undefined) throw new TerminalError('NotFound', `there is no Application "${name}"`);
    return state;
  }
}
