import { type ClientRequest, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { targetKey, type TargetGroupState, type TargetState } from '../services/elbv2/state.ts';
import { answerHeaders, forwardedHeaders } from './headers.ts';
import type { RoutedRequest } from './request.ts';
import { balanceOf, route } from './router.ts';
import type { ServedListener } from './served-listener.ts';

/** Bodies of the load balancer's own errors. */
const errorTexts: Readonly<Record<number, string>> = {
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

/** A request that nobody minds to be sent twice, and that has no body which was read already. */
const replayable = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** What rules look at, of a request that came in. */
export function routedRequest(request: IncomingMessage): RoutedRequest {
  return {
    method: request.method ?? 'GET',
    host: request.headers.host ?? '',
    url: request.url ?? '/',
    headers: request.headersDistinct,
    sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  };
}

/** One request on its way through the load balancer. */
export class Exchange {
  private readonly listener: ServedListener;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly routed: RoutedRequest;
  private readonly tried = new Set<string>();
  private readonly startedAt = performance.now();
  private out: ClientRequest | undefined;

  constructor(listener: ServedListener, request: IncomingMessage, response: ServerResponse) {
    this.listener = listener;
    this.request = request;
    this.response = response;
    this.routed = routedRequest(request);
    // The client is gone: nobody waits for the target's answer.
    response.on('close', () => {
      if (!response.writableFinished) this.out?.destroy();
    });
  }

  /** Routes the request and answers it. */
  run(): void {
    const { world, scope, arn, metrics } = this.listener;
    const decision = route(world, scope, arn, this.routed, this.tried);
    switch (decision.kind) {
      case 'forward':
        this.forward(decision.group, decision.target);
        return;
      case 'fixed':
        metrics.actedAlone('fixed');
        this.answer(decision.status, { 'content-type': decision.contentType }, decision.body);
        return;
      case 'redirect':
        metrics.actedAlone('redirect');
        this.answer(decision.status, { location: decision.location, 'content-type': 'text/html' }, '');
        return;
      case 'unavailable':
        this.fail(503, decision.group);
    }
  }

  private forward(group: TargetGroupState, target: TargetState): void {
    const backend = this.listener.backend(target);
    if (backend === undefined) return this.lost(group, target, true);
    if (backend.kind === 'scripted') {
      this.listener.metrics.answered(group, backend.status, 0);
      this.answer(backend.status, { 'content-type': 'text/plain' }, '');
      return;
    }
    this.send(group, target, backend, !this.hasBody() && replayable.has(this.routed.method));
  }

  /**
   * Sends the request to a target. Only a request that may be sent twice takes a kept connection: a target that stops may
   * close one at the very moment at which it is taken. Others get a connection of their own.
   */
  private send(
    group: TargetGroupState,
    target: TargetState,
    at: { host: string; port: number },
    pooled: boolean,
  ): void {
    const { listener, request } = this;
    const end = balanceOf(listener.world).begin(group.arn, targetKey(target.id, target.port));
    const out = httpRequest({
      host: at.host,
      port: at.port,
      method: this.routed.method,
      path: this.routed.url,
      headers: forwardedHeaders(request, listener.hop(request.socket)),
      agent: pooled ? listener.pool : false,
      timeout: listener.idleTimeoutMs(),
    });
    this.out = out;
    // Whether the target may have seen anything of the request.
    let connected = false;
    let answered = false;
    let timedOut = false;
    out.on('socket', (socket) => {
      const begin = (): void => {
        connected = true;
        // The body is read only now, so that a target that cannot be reached costs nothing of it.
        if (this.hasBody()) request.pipe(out);
        else out.end();
      };
      if (socket.connecting) socket.once('connect', begin);
      else begin();
    });
    out.on('response', (answer) => {
      answered = true;
      const status = answer.statusCode ?? 502;
      listener.metrics.answered(group, status, (performance.now() - this.startedAt) / 1000);
      this.response.writeHead(status, answer.statusMessage, answerHeaders(answer));
      pipeline(answer, this.response, (error) => {
        end();
        // A target that breaks off in the middle of its answer: the client must see that it is not whole.
        if (error) this.response.destroy();
      });
    });
    out.on('timeout', () => {
      timedOut = true;
      out.destroy();
    });
    out.on('error', () => {
      end();
      if (answered) this.response.destroy();
      else if (this.response.closed) return;
      else if (timedOut) this.fail(504, group);
      else if (pooled && out.reusedSocket) this.send(group, target, at, false);
      else this.lost(group, target, !connected || pooled);
    });
  }

  /**
   * A target did not take the request. One that is no longer in service was chosen a moment too early: the request goes
   * to another. One that still is has failed: 502.
   */
  private lost(group: TargetGroupState, target: TargetState, unsent: boolean): void {
    const key = targetKey(target.id, target.port);
    if (unsent && !this.listener.isRoutable(group, target) && !this.tried.has(key)) {
      this.tried.add(key);
      this.run();
    } else {
      this.fail(502, group);
    }
  }

  private fail(status: number, group: TargetGroupState | undefined): void {
    this.listener.metrics.failed(status, group);
    const text = errorTexts[status] ?? String(status);
    const body = `<html>\r\n<head><title>${text}</title></head>\r\n<body>\r\n<center><h1>${text}</h1></center>\r\n</body>\r\n</html>\r\n`;
    this.answer(status, { 'content-type': 'text/html' }, body);
  }

  /** Answers in the load balancer's own name. */
  private answer(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    if (this.response.headersSent || this.response.closed) return;
    // What is left of a body that nobody read would be taken for the next request.
    const close: Readonly<Record<string, string>> =
      this.hasBody() && !this.request.complete ? { connection: 'close' } : {};
    const length = String(Buffer.byteLength(body));
    this.response.writeHead(status, { server: 'awselb/2.0', ...headers, 'content-length': length, ...close });
    this.response.end(body);
  }

  private hasBody(): boolean {
    const { 'content-length': length, 'transfer-encoding': encoding } = this.request.headers;
    return encoding !== undefined || (length !== undefined && length !== '0');
  }
}
