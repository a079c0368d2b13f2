import { type IncomingMessage, request as httpRequest, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { targetKey } from '../services/elbv2/state.ts';
import { routedRequest } from './exchange.ts';
import { answerHeaders, forwardedHeaders } from './headers.ts';
import { balanceOf, route } from './router.ts';
import type { ServedListener } from './served-listener.ts';

/**
 * Takes a connection that asks for an upgrade (WebSocket) to a target, and lets bytes pass both ways when the target
 * agrees.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
 */
export function upgrade(listener: ServedListener, request: IncomingMessage, client: Socket, head: Buffer): void {
  client.on('error', () => client.destroy());
  const decision = route(listener.world, listener.scope, listener.arn, routedRequest(request));
  const backend = decision.kind === 'forward' ? listener.backend(decision.target) : undefined;
  if (decision.kind !== 'forward' || backend?.kind !== 'http') {
    refuse(client, decision.kind === 'forward' ? 502 : 503);
    return;
  }
  const { group, target } = decision;
  const end = balanceOf(listener.world).begin(group.arn, targetKey(target.id, target.port));
  const out = httpRequest({
    host: backend.host,
    port: backend.port,
    method: request.method,
    path: request.url,
    headers: {
      ...forwardedHeaders(request, listener.hop(client)),
      connection: 'Upgrade',
      upgrade: request.headers.upgrade,
    },
    agent: false,
  });
  out.on('upgrade', (answer, socket, first) => {
    client.write(head101(answer));
    if (first.length > 0) client.write(first);
    if (head.length > 0) socket.write(head);
    join(client, socket, listener.idleTimeoutMs(), end);
  });
  out.on('response', (answer) => {
    listener.metrics.answered(group, answer.statusCode ?? 502, 0);
    client.write(
      `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${lines(answerHeaders(answer))}connection: close\r\n\r\n`,
    );
    answer.pipe(client);
    answer.on('end', end);
  });
  out.on('error', () => {
    end();
    refuse(client, 502);
  });
  client.on('close', () => out.destroy());
  out.end();
}

/** Lets bytes pass both ways until either side ends or both are silent for too long. */
export function join(client: Socket, target: Socket, idleMs: number, onEnd: () => void): void {
  const cut = (): void => {
    onEnd();
    client.destroy();
    target.destroy();
  };
  for (const socket of [client, target]) {
    socket.setTimeout(idleMs, cut);
    socket.on('error', cut);
    socket.on('close', cut);
  }
  client.pipe(target);
  target.pipe(client);
}

function head101(answer: IncomingMessage): string {
  const protocol = answer.headers.upgrade ?? 'websocket';
  return `HTTP/1.1 101 Switching Protocols\r\n${lines(answerHeaders(answer))}upgrade: ${protocol}\r\nconnection: upgrade\r\n\r\n`;
}

function lines(headers: readonly string[]): string {
  let text = '';
  for (let i = 0; i + 1 < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return text;
}

function refuse(client: Socket, status: number): void {
  if (client.destroyed) return;
  client.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nserver: awselb/2.0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
  );
}
