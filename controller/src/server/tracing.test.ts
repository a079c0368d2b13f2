import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { otlpTracer } from './tracing.ts';

interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number; readonly message?: string };
}

/** A collector that keeps what it is sent, as the protocol's JSON has it. */
async function collector() {
  const spans: OtlpSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
      const sent = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] };
      spans.push(...sent.resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  return { spans, endpoint, close: () => new Promise((resolve) => server.close(resolve)) };
}

const ABOUT = { version: '1', instance: 'test' };

it('sends what happened inside of what, side by side as well, and what failed', async () => {
  const { spans, endpoint, close } = await collector();
  const tracer = otlpTracer({ endpoint }, ABOUT);
  const step = (name: string) =>
    tracer.span(name, { ref: name }, async () => new Promise((resolve) => setImmediate(resolve)));
  await tracer.span('sync', { application: 'shop' }, async () => {
    await Promise.all([step('one'), step('two')]);
    await expect(
      tracer.span('three', {}, async () => {
        throw new Error('refused');
      }),
    ).rejects.toThrow('refused');
  });
  await tracer.span('other', {}, async () => undefined);
  await tracer.close();
  await close();
  const by = new Map(spans.map((span) => [span.name, span]));
  const root = by.get('sync');
  for (const name of ['one', 'two', 'three']) expect(by.get(name)?.parentSpanId, name).toBe(root?.spanId);
  expect(new Set(['one', 'two', 'three'].map((name) => by.get(name)?.traceId))).toEqual(new Set([root?.traceId]));
  expect(by.get('other')?.traceId).not.toBe(root?.traceId);
  expect(by.get('three')?.status).toMatchObject({ code: 2, message: 'refused' });
  expect(by.get('sync')?.status.code ?? 0).toBe(0);
});

it('sends nothing of what was not sampled, children included', async () => {
  const { spans, endpoint, close } = await collector();
  const tracer = otlpTracer({ endpoint, sampleRatio: 0 }, ABOUT);
  await tracer.span('sync', {}, () => tracer.span('step', {}, async () => undefined));
  await tracer.close();
  await close();
  expect(spans).toEqual([]);
});

it('ends although no collector answers', async () => {
  const tracer = otlpTracer({ endpoint: 'http://127.0.0.1:9/v1/traces' }, ABOUT);
  await tracer.span('sync', {}, async () => undefined);
  await expect(tracer.close()).resolves.toBeUndefined();
});
