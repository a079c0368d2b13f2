import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What becomes of a request: true when it was answered, false when Git is to answer it. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A Git server over https, of the repositories below a folder. */
export interface HttpsGit extends AsyncDisposable {
  /** `https://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  /** The certificate, which is its own authority. */
  readonly caFile: string;
  /** `Authorization` headers of all requests, `''` where there was none. */
  readonly authorizations: string[];
  /** `METHOD path?query` of all requests. */
  readonly requests: string[];
  /** Sees every request first. */
  intercept: Intercept;
}

/** Starts Git's own server (`git http-backend`) behind node's https, on a free port of the loopback interface. */
export async function startHttpsGit(root: string, certificates: string): Promise<HttpsGit> {
  const certificate = await makeCertificate(certificates);
  const server = createServer({ key: certificate.key, cert: certificate.cert });
  const it = { authorizations: [] as string[], requests: [] as string[], intercept: (() => false) as Intercept };
  server.on('request', (request, response) => {
    it.authorizations.push(request.headers.authorization ?? '');
    it.requests.push(`${request.method} ${request.url}`);
    if (!it.intercept(request, response)) serveGit(root, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(it, {
    url: `https://127.0.0.1:${port}`,
    port,
    caFile: certificate.file,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

/** Answers 401 to whoever does not come with this header. */
export function wantsAuthorization(expected: string): Intercept {
  return (request, response) => {
    if (request.headers.authorization === expected) return false;
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('no');
    return true;
  };
}

async function makeCertificate(folder: string) {
  const file = join(folder, 'server.pem');
  const keyFile = join(folder, 'server.key');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:git.example.com'];
  await run('openssl', ['req', '-x509', '-days', '2', ...key, ...names, '-out', file]);
  return { file, cert: await readFile(file), key: await readFile(keyFile) };
}

/** The Common Gateway Interface, as far as Git uses it: https://git-scm.com/docs/git-http-backend */
function serveGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'https://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: '*',
      GIT_PROTOCOL: headerOf(request, 'git-protocol'),
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: headerOf(request, 'content-type'),
      HTTP_CONTENT_ENCODING: headerOf(request, 'content-encoding'),
      REMOTE_ADDR: '127.0.0.1',
      REMOTE_USER: 'somebody',
    },
  });
  backend.on('error', (error) => response.destroy(error));
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  let head = Buffer.alloc(0);
  backend.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const lines = head.toString('latin1', 0, end).split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
    response.writeHead(Number.parseInt(headers['Status'] ?? '200', 10), headers);
    response.write(head.subarray(end + 4));
  });
  backend.stdout.on('end', () => response.end());
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
