import { expect, it } from 'vitest';
import { application, manifest } from '../../../test/applications.ts';
import { fakeKinds } from '../../../test/fake-cloud.ts';
import { engineWorld } from '../../../test/engine-world.ts';
import type { Tracer } from '../../core/trace.ts';
import { createEngine } from '../../engine/create.ts';
import { tracedCalls, tracedEngine, tracedKinds } from './traced.ts';

/** A tracer that writes down what began inside of what. */
function recordingTracer() {
  const spans: string[] = [];
  const tracer: Tracer = {
    span: async (name, attributes, work) => {
      spans.push(
        `${name} ${String(attributes['longshore.ref'] ?? attributes['longshore.application'] ?? '')}`.trimEnd(),
      );
      return await work();
    },
  };
  return { spans, tracer };
}

it('traces looks, operations and steps, and changes nothing of what they do', async () => {
  const { spans, tracer } = recordingTracer();
  const world = engineWorld();
  const process = world.cloud.process();
  const engine = tracedEngine(
    createEngine({
      kinds: tracedKinds(fakeKinds(process), tracer),
      connect: async () => process.context(),
      store: world.store,
      clock: world.clock,
      sink: () => undefined,
      instance: 'test',
    }),
    tracer,
  );
  const input = application([manifest('Thing/api'), manifest('Base/main')]);
  const { signal } = new AbortController();
  const operation = await engine.sync(input, { initiator: { kind: 'person', name: 'ann' } }, signal);
  expect(operation.phase).toBe('Succeeded');
  const { status } = await engine.status(input, signal);
  expect(status.sync).toBe('Synced');
  expect(new Set(spans)).toEqual(new Set(['sync shop', 'ensure Thing/api', 'ensure Base/main', 'compare shop']));
  engine.close();
});

it('traces attempts of AWS calls, failed ones too', async () => {
  const { spans, tracer } = recordingTracer();
  const around = tracedCalls(tracer);
  const call = { service: 'ecs', operation: 'UpdateService', input: {} };
  await expect(around(call, async () => ({ answer: 1 }))).resolves.toEqual({ answer: 1 });
  await expect(
    around(call, async () => {
      throw new Error('refused');
    }),
  ).rejects.toThrow('refused');
  expect(spans).toEqual(['ecs.UpdateService', 'ecs.UpdateService']);
});
