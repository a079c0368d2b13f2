import type { AddressInfo } from 'node:net';
import { TerminalError } from '../core/errors.ts';
import { isLoopback } from './auth/loopback.ts';
import type { ServerDependencies } from './dependencies.ts';
import type { HttpEndpoint, ListenAddress } from './http.ts';
import { createServer } from './server.ts';

/** What is under way has this long to end when the server stops. */
const CLOSE_MS = 5_000;

/**
 * Serves the HTTP API. Plain HTTP: TLS is the load balancer's.
 * @throws TerminalError `PortBusy`, which names the port; `InsecureListen` for `insecureNoAuth` on an address that others reach;
 * `InsecureIssuer`; `InvalidUrl` for a `url` that is no address.
 */
export async function serveApi(address: ListenAddress, deps: ServerDependencies): Promise<HttpEndpoint> {
  const { host, port } = address;
  const { settings, clock, sink } = deps;
  if (settings.insecureNoAuth === true) {
    if (!isLoopback(host)) {
      throw new TerminalError(
        'InsecureListen',
        `without authentication the controller listens on a loopback address only, but --listen is ${host}: ` +
          'use 127.0.0.1, or leave --insecure-no-auth out',
      );
    }
    const message = 'there is no authentication: whoever can connect from this machine is an admin';
    sink({ at: clock.now(), code: 'http.insecure', level: 'warn', message, data: {} });
  }
  const origin = settings.url === undefined ? undefined : originOf(settings.url);
  let bound = '';
  const app = await createServer(deps, () => origin ?? bound);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw busy(error as NodeJS.ErrnoException, address);
  }
  const { port: taken } = app.server.address() as AddressInfo;
  bound = `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
  return {
    url: bound,
    close: async () => {
      const late = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS);
      await app.close();
      clearTimeout(late);
    },
  };
}

function originOf(url: string): string {
  const { protocol, origin } = URL.parse(url) ?? {};
  if (origin !== undefined && (protocol === 'https:' || protocol === 'http:')) return origin;
  throw new TerminalError(
    'InvalidUrl',
    `spec.url is "${url}", expected an address such as https://longshore.example.com`,
  );
}

function busy(error: NodeJS.ErrnoException, { host, port }: ListenAddress): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new TerminalError(
    'PortBusy',
    `port ${port} of ${host} is in use by another program: give another with --listen`,
  );
}
