import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip as gunzipWithCallback } from 'node:zlib';
import type { Answer, Received } from './wire/protocols/protocol.ts';

/** Answers a request; undefined cuts the connection. */
export type Answering = (request: Received) => Promise<Answer | undefined>;

/** A listening HTTP endpoint. */
export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

const gunzip = promisify(gunzipWithCallback);

/** Larger than any AWS request that is served (PutLogEvents and PutMetricData: 1 MiB). */
const maximumBodyBytes = 16 * 1024 * 1024;

/** Listens for requests. A busy port is an error that names it. */
export async function listen(host: string, port: number, answering: Answering): Promise<Endpoint> {
  const server = createServer((request, response) => void serve(answering, request, response));
  // Clients keep connections open between calls; real AWS does for longer than five seconds.
  server.keepAliveTimeout = 60_000;
  await bound(server, host, port);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function serve(answering: Answering, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const received = await receive(request, gone.signal);
    const answer = received === undefined ? tooLarge : await answering(received);
    if (!answer) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  } catch {
    // The client went away while it sent its request: there is nobody to answer.
    request.socket.destroy();
  }
}

const tooLarge: Answer = {
  status: 413,
  headers: { 'content-type': 'text/plain' },
  body: `the request is larger than ${maximumBodyBytes} bytes\n`,
};

async function receive(request: IncomingMessage, gone: AbortSignal): Promise<Received | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBodyBytes) return undefined;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', 'http://sandbox');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
    ),
    // CloudWatch clients compress large metrics.
    body:
      request.headers['content-encoding'] === 'gzip' ? await gunzip(body, { maxOutputLength: maximumBodyBytes }) : body,
    from: request.socket.remoteAddress ?? '',
    gone,
  };
}

function bound(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        new Error(
          `port ${port} of ${host} is in use: stop what listens there, or start the sandbox on another port (0 takes any free one)`,
          { cause: error },
        ),
      );
    });
    server.listen(port, host, () => resolve());
  });
}
