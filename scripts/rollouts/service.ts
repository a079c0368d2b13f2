/**
 * The service of a rehearsal. `node service.ts VERSION`; PORT says where it listens. What is wrong with a version is in its
 * name: `v2-5xx` answers users with 500, `v2-crash` ends seconds after its start, `v2-unhealthy` fails its health check,
 * `v2-slow` takes two seconds for users.
 */
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const SLOW_MS = 2_000;
const CRASH_AFTER_MS = 500;

const version = process.argv[2] ?? 'v1';
const fault = version.split('-')[1];
let stopping = false;

async function answer(url: string | undefined, response: ServerResponse): Promise<void> {
  if (stopping) response.setHeader('connection', 'close');
  response.setHeader('x-version', version);
  if (url === '/health') {
    response.statusCode = fault === 'unhealthy' ? 500 : 200;
  } else {
    if (fault === 'slow') await delay(SLOW_MS);
    response.statusCode = fault === '5xx' ? 500 : 200;
  }
  response.end(`${version}\n`);
}

const server = createServer((request, response) => {
  request.resume().on('end', () => void answer(request.url, response));
});
// Longer than the load balancer's idle timeout, so that it never reuses a connection that is just being closed.
server.keepAliveTimeout = 65_000;
server.listen(Number(process.env.PORT ?? 8000));
if (fault === 'crash') setTimeout(() => process.exit(1), CRASH_AFTER_MS);

process.once('SIGTERM', () => {
  stopping = true;
  server.close();
});
