import type { FastifyInstance } from 'fastify';
import type { ServerDependencies } from '../dependencies.ts';

/** A check that takes longer than this has failed. */
const CHECK_MS = 2_000;

/** Probes and metrics: open, never limited, and they say nothing of what is deployed but names and states. */
export function probeRoutes(app: FastifyInstance, { healthy, readiness, metrics }: ServerDependencies): void {
  const config = { isOpen: true, rateLimit: false };
  const options = { config, schema: { hide: true }, exposeHeadRoute: true };

  app.get('/healthz', options, async (_request, reply) => {
    const ok = healthy();
    return await text(reply.code(ok ? 200 : 503), ok ? 'ok\n' : 'stopping\n');
  });

  app.get('/readyz', options, async (_request, reply) => {
    const checks = await Promise.all(
      Object.entries(readiness).map(async ([name, check]) => ({ name, problem: await problemOf(check) })),
    );
    const ok = healthy() && checks.every(({ problem }) => problem === undefined);
    const lines = checks.map(
      ({ name, problem }) => `${problem === undefined ? 'ok' : 'not ready'} ${name}${problem ? `: ${problem}` : ''}\n`,
    );
    return await text(reply.code(ok ? 200 : 503), lines.join('') || 'ok\n');
  });

  app.get('/metrics', options, async (_request, reply) => {
    return await reply.type(metrics.contentType).send(await metrics.text());
  });
}

function text<T extends { type(type: string): { send(text: string): T } }>(reply: T, body: string): T {
  return reply.type('text/plain; charset=utf-8').send(body);
}

async function problemOf(check: () => Promise<string | undefined>): Promise<string | undefined> {
  const late = new Promise<string>((resolve) => {
    setTimeout(resolve, CHECK_MS, `no answer in ${CHECK_MS} ms`).unref();
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
