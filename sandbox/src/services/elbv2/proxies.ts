import type { World } from '../../kernel/world.ts';
import { Proxies } from '../../proxy/proxies.ts';

/** Opens and closes local proxies until they match the listeners; nothing in the `simulated` runtime. */
export async function syncProxies(world: World): Promise<void> {
  if (world.settings.runtime === 'process') await proxiesOf(world).sync();
}

/** Closes all proxies. */
export async function closeProxies(world: World): Promise<void> {
  await proxiesOf(world).close();
}

/** Loopback address of each proxy, by listener ARN. */
export function proxiedListeners(
  world: World,
): Readonly<Record<string, { readonly host: string; readonly port: number }>> {
  return proxiesOf(world).listeners();
}

function proxiesOf(world: World): Proxies {
  return world.local('elbv2', () => new Proxies(world));
}
