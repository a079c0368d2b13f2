import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

/** How long one request may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

/** The most that is read of an answer, in bytes: a query that gives one number gives little text. */
const MAX_BODY = 4_000_000;

/** What came of a request: the answer, or why there was none, in words. */
export type Response = { readonly status: number; readonly body: string } | { readonly problem: string };

/** One GET. Redirects are not followed: a redirect is the answer. The body is read where `body` says so. */
export function get(url: string, signal: AbortSignal, { body = false } = {}): Promise<Response> {
  return new Promise((resolve) => {
    let target: URL;
    try {
      target = new URL(url);
    } catch {
      resolve({ problem: `"${url}" is no address` });
      return;
    }
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const failed = (error: Error): void =>
      resolve({
        problem: error.name === 'TimeoutError' ? `no answer within ${REQUEST_TIMEOUT_MS / 1000} s` : error.message,
      });
    const request = send(
      target,
      {
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
        headers: { 'user-agent': 'longshore-verify' },
        // Own connection: what is verified is the address, not what an earlier attempt was connected to.
        agent: false,
        ...(isLocalName(target.hostname) ? { lookup: loopback } : {}),
      },
      (response) => {
        const status = response.statusCode ?? 0;
        if (!body) {
          response.resume();
          resolve({ status, body: '' });
          return;
        }
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BODY) request.destroy(new Error(`the answer is longer than ${MAX_BODY} bytes`));
          else chunks.push(chunk);
        });
        response.on('error', failed);
        response.on('end', () => resolve({ status, body: Buffer.concat(chunks).toString('utf8') }));
      },
    );
    request.on('error', failed);
    request.end();
  });
}

/** Names under `.localhost` are loopback (RFC 6761, section 6.3), which not every resolver knows. */
function isLocalName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}

const loopback: LookupFunction = (_hostname, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
