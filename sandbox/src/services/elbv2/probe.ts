import { request } from 'node:http';
import { connect } from 'node:net';
import type { Backend } from '../../kernel/ports.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { isHttp } from './attribute-rules.ts';
import type { CheckOutcome } from './health.ts';
import type { TargetGroupState, TargetState } from './state.ts';

/** The longest that a real health check is waited for, in real milliseconds: stepped time stands still meanwhile. */
const longestWaitMs = 2000;

/**
 * What a health check finds at once, when no real target is asked: nobody there, a scripted answer, or a fault.
 * Undefined when the target has to be asked.
 */
export function knownOutcome(
  world: World,
  scope: Scope,
  group: TargetGroupState,
  target: TargetState,
): CheckOutcome | undefined {
  const http = isHttp(group.healthCheck.protocol);
  if (world.faults.strikes('unhealthyTargets', [group.name, group.arn])) {
    return http ? { kind: 'answer', status: 503 } : { kind: 'failed' };
  }
  const backend = backendOf(world, scope, group, target);
  // No network interface has this address: packets go nowhere.
  if (!backend) return { kind: 'timeout' };
  if (backend.kind === 'http') return undefined;
  if (http) return { kind: 'answer', status: backend.status };
  return backend.status >= 500 ? { kind: 'failed' } : { kind: 'connected' };
}

/** Asks a real target once, as a health check does. Never rejects. */
export async function probe(
  world: World,
  scope: Scope,
  group: TargetGroupState,
  target: TargetState,
): Promise<CheckOutcome> {
  const { healthCheck } = group;
  const backend = backendOf(world, scope, group, target);
  if (backend?.kind !== 'http') return { kind: 'timeout' };
  const waitMs = Math.min(healthCheck.timeoutSeconds * 1000, longestWaitMs);
  return isHttp(healthCheck.protocol) && group.protocolVersion !== 'GRPC'
    ? askHttp(backend.host, backend.port, healthCheck.path ?? '/', `${target.id}:${portOf(group, target)}`, waitMs)
    : askTcp(backend.host, backend.port, waitMs);
}

function backendOf(world: World, scope: Scope, group: TargetGroupState, target: TargetState): Backend | undefined {
  return world.ports.tasks.backend(scope, { id: target.id, port: portOf(group, target) });
}

function portOf({ healthCheck }: TargetGroupState, target: TargetState): number {
  return healthCheck.port === 'traffic-port' ? target.port : Number(healthCheck.port);
}

function askHttp(host: string, port: number, path: string, hostHeader: string, waitMs: number): Promise<CheckOutcome> {
  return new Promise((resolve) => {
    const headers = { host: hostHeader, 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const check = request({ host, port, path, headers, agent: false, timeout: waitMs }, (answer) => {
      resolve({ kind: 'answer', status: answer.statusCode ?? 0 });
      answer.resume();
      answer.on('end', () => check.destroy());
    });
    check.on('timeout', () => {
      resolve({ kind: 'timeout' });
      check.destroy();
    });
    check.on('error', () => resolve({ kind: 'failed' }));
    check.end();
  });
}

function askTcp(host: string, port: number, waitMs: number): Promise<CheckOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: waitMs });
    const settle = (outcome: CheckOutcome): void => {
      resolve(outcome);
      socket.destroy();
    };
    socket.on('connect', () => settle({ kind: 'connected' }));
    socket.on('timeout', () => settle({ kind: 'timeout' }));
    socket.on('error', () => settle({ kind: 'failed' }));
  });
}
