import { type Agent, createServer, type IncomingMessage, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small HTTP server on loopback, as a task would run one. */
export interface SmallServer {
  readonly port: number;
  readonly server: Server;
  /** Stops as a program does on SIGTERM: takes no connection, cuts idle ones, lets requests end. */
  stop(): Promise<void>;
}

/** Starts a server on a free port; by default it answers with its name. `idleMs`: how soon it cuts idle connections. */
export async function smallServer(name: string, listener?: RequestListener, idleMs = 5000): Promise<SmallServer> {
  const server = createServer(
    { keepAliveTimeout: idleMs },
    listener ?? ((_request, response) => void response.end(name)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** How to ask. */
export interface Asking {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly agent?: Agent | false;
}

/** Sends one request; rejects when the connection breaks. */
export function ask(at: { host: string; port: number }, asking: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', path = '/', headers = {}, body, agent = false } = asking;
    const out = request({ ...at, method, path, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('aborted', () => reject(new Error('the answer was cut off')));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    out.on('error', reject);
    out.end(body);
  });
}
