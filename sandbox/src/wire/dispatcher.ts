import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Calls } from '../control/calls.ts';
import { defaultLagMs, type Faults } from '../control/faults.ts';
import type { FaultRule } from '../index.ts';
import type { Past } from '../kernel/past.ts';
import { AwsError } from '../kernel/service.ts';
import type { Call, Handler, Service } from '../kernel/service.ts';
import type { SandboxWorld } from '../kernel/sandbox-world.ts';
import type { Scope } from '../kernel/world.ts';
import { Api, type Operation } from './api.ts';
import { type Authenticate, type Caller, type CredentialScope, credentialScope } from './caller.ts';
import {
  expiredTokenError,
  internalFailure,
  missingTokenError,
  throttlingError,
  unknownOperation,
  validationError,
} from './common-errors.ts';
import { failureOf } from './failure.ts';
import type { Answer, Protocol, Received, Target } from './protocols/protocol.ts';
import { cbor } from './protocols/cbor.ts';
import { ec2Query } from './protocols/ec2-query.ts';
import { json } from './protocols/json.ts';
import { query } from './protocols/query.ts';
import { Throttle } from './throttle.ts';
import { Validator } from './validate.ts';

/** What the wire layer works with. */
export interface DispatcherParts {
  readonly world: SandboxWorld;
  /** What reads are answered from when they lag behind writes. */
  readonly past: Past;
  readonly services: readonly Service[];
  readonly authenticate: Authenticate;
  readonly faults: Faults;
  readonly calls: Calls;
  /** Hears of every call whose caller is known, when it is over. */
  readonly record: (call: PerformedCall) => void;
  /** Hears of everything that is the sandbox's own defect. */
  readonly report: (problem: Error) => void;
}

/** A call that is over. */
export interface PerformedCall {
  readonly service: Service;
  readonly operation: Operation;
  readonly caller: Caller;
  readonly scope: Scope;
  readonly requestId: string;
  /** Sandbox time at which it arrived, in milliseconds since the epoch. */
  readonly at: number;
  /** Undefined when it could not be read. */
  readonly input: object | undefined;
  readonly outcome: { readonly output: object } | { readonly error: AwsError };
  readonly request: Received;
}

/** In the order in which a request is tried against them. */
const protocols: readonly Protocol[] = [cbor, json, ec2Query, query];

/** Who makes a request that is not signed, and where. */
const unsignedScope = { accessKeyId: '', region: 'us-east-1', service: '' };

/** Takes a request through AWS's order of things: who, how often, what, is it valid, do it. */
export class Dispatcher {
  private readonly parts: DispatcherParts;
  private readonly apis: readonly Api[];
  private readonly validators: ReadonlyMap<Api, Validator>;
  private readonly throttle: Throttle;

  constructor(parts: DispatcherParts) {
    this.parts = parts;
    this.apis = parts.services.map((service) => new Api(service));
    this.validators = new Map(this.apis.map((api) => [api, new Validator(api.constraints, api.service.ownChecks)]));
    this.throttle = new Throttle(parts.world.clock, parts.world.buckets);
  }

  /** The answer to a request; undefined when the connection is to be cut without one. */
  async dispatch(request: Received): Promise<Answer | undefined> {
    const { scope, problem } = scopeOf(request);
    const [protocol, target] = this.route(request, scope);
    // Not from the seed: how often somebody asks must not change the ids of resources.
    const requestId = randomUUID();
    const faults = this.faultsOf(target);
    let answer: Answer;
    try {
      if (problem !== undefined) throw problem;
      answer = await this.perform({ protocol, target, request, scope, requestId, faults });
    } catch (error) {
      if (!(error instanceof AwsError)) this.report(target, error);
      answer = protocol.failure(target.api, failureOf(target.api, error), request, requestId);
    }
    return faults.some(({ effect }) => effect === 'dropAnswer') ? undefined : answer;
  }

  private async perform(work: Work): Promise<Answer> {
    const { protocol, request, requestId } = work;
    const { api, operation, handler } = this.known(work.target, protocol);
    for (const fault of work.faults) await meet(fault, api, operation, protocol);
    const { caller, call } = this.callOf(work, operation);
    let input: object | undefined;
    const record = (outcome: PerformedCall['outcome']): void => {
      const { scope, now: at } = call;
      this.parts.record({ service: api.service, operation, caller, scope, requestId, at, input, outcome, request });
    };
    try {
      this.admit(call, api, operation);
      input = await protocol.parse(operation, request);
      const message = this.validators.get(api)?.check(operation.input, input);
      if (message !== undefined) throw validationError(api, operation, message);
      const output = await this.handle(isRead(api, operation) ? this.lagOf(work) : 0, handler, input, call);
      record({ output });
      return protocol.success(api, operation, output, request, requestId);
    } catch (error) {
      if (error instanceof AwsError) record({ error });
      throw error;
    }
  }

  /** Counts the call, and finds what is to go wrong with it. */
  private faultsOf({ api, operation: name }: Target): readonly FaultRule[] {
    if (!api?.operation(name)) return [];
    this.parts.calls.count(api.service.name, name);
    return this.parts.faults.hit([api.service.name, api.service.model], name);
  }

  private route(request: Received, scope: CredentialScope | undefined): [Protocol, Target] {
    for (const protocol of protocols) {
      const target = protocol.match(request, this.apis, scope?.service);
      if (target) return [protocol, target];
    }
    return [query, { api: undefined, operation: `${request.method} ${request.path}` }];
  }

  private known(
    { api, operation: name }: Target,
    { name: protocol }: Protocol,
  ): { api: Api; operation: Operation; handler: Handler } {
    const operation = api?.operation(name);
    const handler = api?.service.handlers[name];
    if (!api || !operation || !handler) throw unknownOperation(api, name, protocol);
    return { api, operation, handler };
  }

  /** Who calls, and what the handler will see of it. */
  private callOf({ protocol, request, scope, requestId }: Work, operation: Operation): { caller: Caller; call: Call } {
    const { world } = this.parts;
    if (!scope && !operation.unsigned) throw missingTokenError(protocol.name);
    const { accessKeyId, region } = scope ?? unsignedScope;
    const caller = this.parts.authenticate(accessKeyId);
    if (caller.expired) throw expiredTokenError(protocol.name);
    const call: Call = {
      world,
      scope: { accountId: caller.accountId, region },
      operation: operation.name,
      requestId,
      now: world.clock.now(),
      principal: caller.principal,
      endpoint: `http://${request.headers['host'] ?? '127.0.0.1'}`,
      gone: request.gone,
    };
    return { caller, call };
  }

  private admit({ world, scope }: Call, api: Api, operation: Operation): void {
    if (world.settings.throttle && !this.throttle.admit(scope, api.service.name, operation.name)) {
      throw throttlingError(api, operation);
    }
  }

  /** How old the state is that a read is answered from, in milliseconds: by the settings, or by a fault. */
  private lagOf({ faults }: Work): number {
    const stale = faults.filter(({ effect }) => effect === 'staleReads').map(({ lagMs }) => lagMs ?? defaultLagMs);
    return Math.max(this.parts.world.settings.consistencyLagMs, ...stale);
  }

  private async handle(lagMs: number, handler: Handler, input: object, call: Call): Promise<object> {
    const { past } = this.parts;
    if (lagMs > 0) return handler(input as never, { ...call, world: past.view(lagMs) });
    try {
      return await handler(input as never, call);
    } finally {
      past.record();
    }
  }

  private report({ api, operation }: Target, cause: unknown): void {
    const name = `${api?.service.name ?? 'no service'}:${operation}`;
    this.parts.report(new Error(`${name} failed: ${String(cause)}`, { cause }));
  }
}

/** A request on its way through. */
interface Work {
  readonly protocol: Protocol;
  readonly target: Target;
  readonly request: Received;
  readonly scope: CredentialScope | undefined;
  readonly requestId: string;
  readonly faults: readonly FaultRule[];
}

/** Lets a fault happen that comes before the call is made. */
async function meet({ effect, delayMs }: FaultRule, api: Api, operation: Operation, protocol: Protocol): Promise<void> {
  if (effect === 'delay') await delay(delayMs ?? 1000);
  if (effect === 'throttle') throw throttlingError(api, operation);
  if (effect === 'serverError') throw internalFailure();
  if (effect === 'expiredCredentials') throw expiredTokenError(protocol.name);
}

/** Operations that may be answered from the past. Who calls is no state of a resource. */
function isRead(api: Api, operation: Operation): boolean {
  return api.service.name !== 'sts' && /^(Describe|List|Get|BatchGet|Filter)/.test(operation.name);
}

/** The credential scope, or what is wrong with it: routing goes on, for the error must be told in the right protocol. */
function scopeOf(request: Received): { scope: CredentialScope | undefined; problem?: unknown } {
  try {
    return { scope: credentialScope(request) };
  } catch (problem) {
    return { scope: undefined, problem };
  }
}
