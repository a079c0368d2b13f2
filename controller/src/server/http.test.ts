import { afterEach, expect, it } from 'vitest';
import { type HttpEndpoint, serveHttp } from './http.ts';
import { createMetrics } from './metrics.ts';

const endpoints: HttpEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of endpoints.splice(0)) await endpoint.close();
});

async function serve(healthy = true, port = 0): Promise<HttpEndpoint> {
  const endpoint = await serveHttp({ host: '127.0.0.1', port }, createMetrics(), () => healthy);
  endpoints.push(endpoint);
  return endpoint;
}

it('is healthy while it runs, and not while it stops', async () => {
  expect((await fetch(`${(await serve(true)).url}/healthz`)).status).toBe(200);
  expect((await fetch(`${(await serve(false)).url}/healthz`)).status).toBe(503);
});

it('gives metrics in the Prometheus format', async () => {
  const answer = await fetch(`${(await serve()).url}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=/u);
  expect(await answer.text()).toContain('# TYPE longshore_app_sync_total counter');
});

it('changes nothing: other methods and paths are refused', async () => {
  const { url } = await serve();
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/api`)).status).toBe(404);
});

it('names the port that is in use, and the option that changes it', async () => {
  const { port } = new URL((await serve()).url);
  await expect(serve(true, Number(port))).rejects.toThrow(new RegExp(`port ${port} .*--listen`, 'u'));
});
