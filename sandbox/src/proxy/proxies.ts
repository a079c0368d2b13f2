import { Agent, createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Scope, World } from '../kernel/world.ts';
import { elbState, type ListenerState } from '../services/elbv2/state.ts';
import { type KeyAndCertificate, selfSignedCertificate } from './certificate.ts';
import { Exchange } from './exchange.ts';
import { mappedPort, openPort } from './open-port.ts';
import { ServedListener } from './served-listener.ts';
import { forwardConnection } from './tcp.ts';
import { upgrade } from './upgrade.ts';

interface Proxy {
  /** What the server was made for: another port or protocol needs another server. */
  readonly made: string;
  readonly server: Server | HttpServer;
  readonly port: number;
  readonly sockets: Set<Socket>;
}

const host = '127.0.0.1';
/** ALB's limit for all headers of a request. */
const maxHeaderSize = 64 * 1024;

/** The local proxies of all load balancers: one loopback server for each listener. */
export class Proxies {
  private readonly world: World;
  private readonly byListener = new Map<string, Proxy>();
  private readonly pool = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  private certificate: KeyAndCertificate | undefined;
  /** Changes wait for each other. */
  private tail: Promise<void> = Promise.resolve();

  constructor(world: World) {
    this.world = world;
  }

  /** Opens and closes proxies until they match the listeners of active load balancers. */
  sync(): Promise<void> {
    const done = this.tail.then(() => this.match());
    this.tail = done.catch(() => undefined);
    return done;
  }

  /** Loopback address of each proxy, by listener ARN. */
  listeners(): Record<string, { readonly host: string; readonly port: number }> {
    return Object.fromEntries([...this.byListener].map(([arn, { port }]) => [arn, { host, port }]));
  }

  /** Closes all proxies and every connection. */
  async close(): Promise<void> {
    await this.tail;
    const open = [...this.byListener.values()];
    this.byListener.clear();
    await Promise.all(
      open.map(
        (proxy) =>
          new Promise<void>((resolve) => {
            proxy.server.close(() => resolve());
            for (const socket of proxy.sockets) socket.destroy();
          }),
      ),
    );
    this.pool.destroy();
  }

  private async match(): Promise<void> {
    const wanted = new Map<string, { scope: Scope; listener: ListenerState }>();
    for (const scope of this.world.scopes('elbv2')) {
      const state = elbState(this.world, scope);
      for (const listener of Object.values(state.listeners)) {
        const active = state.loadBalancers[listener.loadBalancerArn]?.state === 'active';
        if (active && !listener.protocol.endsWith('UDP')) wanted.set(listener.arn, { scope, listener });
      }
    }
    for (const [arn, proxy] of this.byListener) {
      const still = wanted.get(arn);
      if (still && madeFor(still.listener) === proxy.made) continue;
      this.byListener.delete(arn);
      retire(proxy);
    }
    for (const [arn, { scope, listener }] of wanted) {
      if (!this.byListener.has(arn)) this.byListener.set(arn, await this.open(scope, listener));
    }
  }

  private async open(scope: Scope, listener: ListenerState): Promise<Proxy> {
    const secure = listener.protocol === 'HTTPS' || listener.protocol === 'TLS';
    const served = new ServedListener(this.world, scope, listener.arn, listener.loadBalancerArn, secure, this.pool);
    const server = this.serverFor(listener.protocol, served);
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    const port = await openPort(server, mappedPort(listener.port));
    return { made: madeFor(listener), server, port, sockets };
  }

  private serverFor(protocol: string, served: ServedListener): Server | HttpServer {
    if (protocol === 'TCP') return createTcpServer((socket) => forwardConnection(served, socket));
    if (protocol === 'TLS') return createTlsServer(this.tls(), (socket) => forwardConnection(served, socket));
    const serve: RequestListener = (request, response) => new Exchange(served, request, response).run();
    // Uploads may take as long as they keep coming.
    const options = { maxHeaderSize, requestTimeout: 0, keepAliveTimeout: served.idleTimeoutMs() };
    const server: HttpServer =
      protocol === 'HTTPS' ? createHttpsServer({ ...options, ...this.tls() }, serve) : createHttpServer(options, serve);
    server.on('upgrade', (request, socket, head) => upgrade(served, request, socket as Socket, head));
    return server;
  }

  private tls(): KeyAndCertificate {
    this.certificate ??= selfSignedCertificate(['localhost', '*.elb.localhost'], new Date());
    return this.certificate;
  }
}

function madeFor(listener: ListenerState): string {
  return `${listener.protocol} ${listener.port}`;
}

/** Takes no new connection any more; requests under way end by themselves. */
function retire(proxy: Proxy): void {
  proxy.server.close();
  if ('closeIdleConnections' in proxy.server) proxy.server.closeIdleConnections();
  else for (const socket of proxy.sockets) socket.destroy();
}
