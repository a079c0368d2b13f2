import type { CallMiddleware } from '../../aws/calls.ts';
import type { Tracer } from '../../core/trace.ts';
import type { Engine } from '../../engine/engine.ts';
import { type EngineKind, engineKinds } from '../../engine/resource.ts';
import type { AnyKind } from '../../kinds/registry.ts';

/** An engine whose looks and operations are spans. */
export function tracedEngine(engine: Engine, tracer: Tracer): Engine {
  const about = (application: string) => ({ 'longshore.application': application });
  return {
    ...engine,
    plan: (input, options, signal) => tracer.span('plan', about(input.name), () => engine.plan(input, options, signal)),
    status: (input, signal, options) =>
      tracer.span('compare', { ...about(input.name), 'longshore.revision': input.revision }, () =>
        engine.status(input, signal, options),
      ),
    sync: (input, options, signal) =>
      tracer.span(
        'sync',
        { ...about(input.name), 'longshore.revision': input.revision, 'longshore.initiator': options.initiator.kind },
        () => engine.sync(input, options, signal),
      ),
    remove: (target, options, signal) =>
      tracer.span('remove', { ...about(target.name), 'longshore.initiator': options.initiator.kind }, () =>
        engine.remove(target, options, signal),
      ),
  };
}

/** Kinds whose changes of AWS are spans: what a sync does, step by step. */
export function tracedKinds(kinds: ReadonlyMap<string, AnyKind>, tracer: Tracer): ReadonlyMap<string, AnyKind> {
  return new Map([...engineKinds(kinds)].map(([name, kind]) => [name, traced(kind, tracer) as AnyKind]));
}

function traced(kind: EngineKind, tracer: Tracer): EngineKind {
  return {
    ...kind,
    driver: (aws) => {
      const driver = kind.driver(aws);
      const about = { 'longshore.kind': kind.name, 'cloud.account.id': aws.accountId, 'cloud.region': aws.region };
      return {
        ...driver,
        ensure: (desired, live, pass) =>
          tracer.span('ensure', { ...about, 'longshore.ref': desired.id }, () => driver.ensure(desired, live, pass)),
        act: (action, live, pass) =>
          tracer.span('act', { ...about, 'longshore.action': action }, () => driver.act(action, live, pass)),
        remove: (live, pass) =>
          tracer.span('delete', { ...about, 'longshore.object': driver.parts(live)[0]?.id ?? '' }, () =>
            driver.remove(live, pass),
          ),
      };
    },
  };
}

/** Attempts of AWS calls as spans: https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/ */
export function tracedCalls(tracer: Tracer): CallMiddleware {
  return ({ service, operation }, send) =>
    tracer.span(
      `${service}.${operation}`,
      { 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': operation },
      send,
    );
}
