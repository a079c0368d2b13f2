import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Headers that belong to one connection, not to the request (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What the load balancer knows about a request besides its headers. */
export interface Hop {
  readonly sourceIp: string;
  readonly sourcePort: number;
  readonly protocol: 'http' | 'https';
  /** The listener's port, not the one that it is mapped to. */
  readonly port: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * The headers that a target gets: the client's, and X-Forwarded-For, -Proto, -Port and X-Amzn-Trace-Id.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
 */
export function forwardedHeaders(request: IncomingMessage, hop: Hop): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  const listed = new Set((request.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    if (hopByHop.has(name) || listed.has(name)) continue;
    headers[name] = values.length === 1 ? values[0] : values;
  }
  const mode = hop.attributes['routing.http.xff_header_processing.mode'] ?? 'append';
  const before = request.headersDistinct['x-forwarded-for']?.join(', ');
  if (mode === 'append') {
    const withPort = hop.attributes['routing.http.xff_client_port.enabled'] === 'true';
    const client = withPort ? `${hop.sourceIp}:${hop.sourcePort}` : hop.sourceIp;
    headers['x-forwarded-for'] = before ? `${before}, ${client}` : client;
  } else if (mode === 'remove') {
    delete headers['x-forwarded-for'];
  }
  headers['x-forwarded-proto'] = hop.protocol;
  headers['x-forwarded-port'] = String(hop.port);
  headers['x-amzn-trace-id'] = traceId(request.headers['x-amzn-trace-id']);
  return headers;
}

function traceId(before: string | string[] | undefined): string {
  const stamp = Math.floor(Date.now() / 1000).toString(16);
  const own = `1-${stamp}-${randomBytes(12).toString('hex')}`;
  const given = Array.isArray(before) ? before.join(';') : before;
  if (!given) return `Root=${own}`;
  if (!/(^|;)\s*Root=/.test(given)) return `Root=${own};${given}`;
  return `Self=${own};${given}`;
}

/** The headers of a target's answer without those of its connection, in pairs as they came. */
export function answerHeaders(answer: IncomingMessage): string[] {
  const result: string[] = [];
  const listed = new Set((answer.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2) {
    const name = answer.rawHeaders[i] ?? '';
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !listed.has(lower)) result.push(name, answer.rawHeaders[i + 1] ?? '');
  }
  return result;
}
