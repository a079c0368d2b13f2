import type { AddressInfo, Server } from 'node:net';

/** Ports below this need rights that nobody should run a sandbox with. */
const firstFreePort = 1024;
const shift = 8000;
/** How many ports above the wanted one are tried. */
const attempts = 200;

/** The loopback port of a listener: its own, or 8000 above it when it is below 1024 (80 is 8080, 443 is 8443). */
export function mappedPort(listenerPort: number): number {
  return listenerPort >= firstFreePort ? listenerPort : listenerPort + shift;
}

/** Binds a server to loopback at a port, or at the next free one above. Gives the port. */
export async function openPort(server: Server, wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + attempts && port <= 65_535; port++) {
    if (await bound(server, port)) return (server.address() as AddressInfo).port;
  }
  throw new Error(
    `no port of 127.0.0.1 is free from ${wanted} to ${wanted + attempts - 1}: a load balancer's listener needs one`,
  );
}

function bound(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off('listening', onListening);
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    const onListening = (): void => {
      server.off('error', onError);
      resolve(true);
    };
    server.once('error', onError);
    server.once('listening', onListening);
    server.listen(port, '127.0.0.1');
  });
}
