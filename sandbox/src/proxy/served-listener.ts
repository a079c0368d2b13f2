import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import type { Backend } from '../kernel/ports.ts';
import type { Scope, World } from '../kernel/world.ts';
import { loadBalancerRules } from '../services/elbv2/attribute-rules.ts';
import { attributeValue } from '../services/elbv2/attributes.ts';
import { elbState, targetKey, type TargetGroupState, type TargetState } from '../services/elbv2/state.ts';
import type { Hop } from './headers.ts';
import { AlbMetrics } from './metrics.ts';
import { routable } from './router.ts';

/** A listener that a proxy serves: what its connections need to know. Rules and targets are read anew for each request. */
export class ServedListener {
  readonly world: World;
  readonly scope: Scope;
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly secure: boolean;
  /** Kept connections to targets. */
  readonly pool: Agent;
  readonly metrics: AlbMetrics;

  constructor(world: World, scope: Scope, arn: string, loadBalancerArn: string, secure: boolean, pool: Agent) {
    this.world = world;
    this.scope = scope;
    this.arn = arn;
    this.loadBalancerArn = loadBalancerArn;
    this.secure = secure;
    this.pool = pool;
    this.metrics = new AlbMetrics(world, scope, loadBalancerArn);
  }

  /** Where a target answers; undefined when nothing does. */
  backend(target: TargetState): Backend | undefined {
    return this.world.ports.tasks.backend(this.scope, { id: target.id, port: target.port });
  }

  /** What the load balancer adds to a request that came over this connection. */
  hop(socket: Socket): Hop {
    const state = elbState(this.world, this.scope);
    return {
      sourceIp: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
      sourcePort: socket.remotePort ?? 0,
      protocol: this.secure ? 'https' : 'http',
      port: state.listeners[this.arn]?.port ?? 0,
      attributes: state.loadBalancers[this.loadBalancerArn]?.attributes ?? {},
    };
  }

  /** How long a connection may be silent, in real milliseconds. */
  idleTimeoutMs(): number {
    const balancer = elbState(this.world, this.scope).loadBalancers[this.loadBalancerArn];
    if (!balancer) return 60_000;
    const rules = loadBalancerRules(balancer.type, balancer.scheme);
    return Number(attributeValue(rules, balancer.attributes, 'idle_timeout.timeout_seconds')) * 1000;
  }

  /** True while requests may go to a target. */
  isRoutable(group: TargetGroupState, target: TargetState): boolean {
    const current = elbState(this.world, this.scope).targetGroups[group.arn];
    if (!current) return false;
    const found = current.targets[targetKey(target.id, target.port)];
    return found !== undefined && routable(current).includes(found);
  }
}
