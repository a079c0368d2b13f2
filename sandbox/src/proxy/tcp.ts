import { connect, type Socket } from 'node:net';
import { elbState, targetKey } from '../services/elbv2/state.ts';
import { balanceOf, chooseTarget } from './router.ts';
import type { ServedListener } from './served-listener.ts';
import { join } from './upgrade.ts';

/**
 * Takes a connection of a network load balancer to a target. Without one, or when it cannot be reached, the client's
 * connection is reset.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
 */
export function forwardConnection(listener: ServedListener, client: Socket): void {
  client.on('error', () => client.destroy());
  const { world, scope } = listener;
  const state = elbState(world, scope);
  const found = state.listeners[listener.arn];
  const rule = state.rules[found?.defaultRuleArn ?? ''];
  const choices = (rule?.actions.at(-1)?.ForwardConfig?.TargetGroups ?? []).map((group) => ({
    key: group.TargetGroupArn ?? '',
    weight: group.Weight ?? 1,
  }));
  const group = state.targetGroups[balanceOf(world).next(rule?.arn ?? '', choices) ?? ''];
  const target = group && chooseTarget(world, group);
  const backend = target && listener.backend(target);
  if (!group || !target || backend?.kind !== 'http') {
    client.resetAndDestroy();
    return;
  }
  const end = balanceOf(world).begin(group.arn, targetKey(target.id, target.port));
  const idleMs = Number(found?.attributes['tcp.idle_timeout.seconds'] ?? 350) * 1000;
  const socket = connect({ host: backend.host, port: backend.port });
  socket.once('connect', () => join(client, socket, idleMs, end));
  socket.once('error', () => {
    end();
    client.resetAndDestroy();
  });
}
