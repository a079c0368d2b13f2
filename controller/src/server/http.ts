import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TerminalError } from '../core/errors.ts';
import type { Metrics } from './metrics.ts';

/** The controller's HTTP endpoint: `/healthz` and `/metrics`, nothing that changes anything. */
export interface HttpEndpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/**
 * Starts listening.
 * @throws TerminalError `PortBusy`, which names the port.
 */
export async function serveHttp(
  address: ListenAddress,
  metrics: Metrics,
  healthy: () => boolean,
): Promise<HttpEndpoint> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (request.url === '/healthz') {
      const ok = healthy();
      response.writeHead(ok ? 200 : 503, { 'content-type': 'text/plain' }).end(ok ? 'ok\n' : 'stopping\n');
    } else if (request.url === '/metrics') {
      metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        (error: Error) => response.writeHead(500, { 'content-type': 'text/plain' }).end(`${error.message}\n`),
      );
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('there are /healthz and /metrics\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(busy(error, address)));
    server.listen(address.port, address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function busy(error: NodeJS.ErrnoException, { host, port }: ListenAddress): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new TerminalError(
    'PortBusy',
    `port ${port} of ${host} is in use by another program: give another with --listen`,
  );
}
