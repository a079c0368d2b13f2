/**
 * A small HTTP service, as a team would run it on ECS behind a load balancer.
 * `node server.ts VERSION`; PORT says where it listens. The version `broken` starts, and its health check fails.
 */
import { createServer, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';

const { positionals } = parseArgs({ allowPositionals: true });
const version = positionals[0] ?? 'v1';
const port = Number(process.env.PORT ?? 8000);
const healthy = version !== 'broken';

let stopping = false;

function answer(url: string | undefined, response: ServerResponse): void {
  // A connection that is not kept cannot be picked for a request that would arrive after the end.
  if (stopping) response.setHeader('connection', 'close');
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  if (url === '/health') {
    response.statusCode = healthy ? 200 : 500;
    response.end(healthy ? 'ok\n' : 'broken: cannot reach the database\n');
  } else if (url === '/') {
    response.setHeader('x-version', version);
    response.end(`hello from ${version} on ${hostname()}:${port}\n`);
  } else {
    response.statusCode = 404;
    response.end('not found\n');
  }
}

const server = createServer((request, response) => {
  request.resume().on('end', () => answer(request.url, response));
});
// Longer than the load balancer's idle timeout (60 s): else it may reuse a connection that is just being closed, and answer 502.
server.keepAliveTimeout = 65_000;
server.listen(port, () => log(`${version} listens on port ${port}`));

// ECS sends SIGTERM, and SIGKILL after stopTimeout: finish what is being answered, then go.
process.once('SIGTERM', () => {
  stopping = true;
  log(`${version} finishes its requests`);
  server.close(() => log(`${version} stopped`));
});

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}
