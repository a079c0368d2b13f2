import type { Scope, World } from '../kernel/world.ts';
import { targetGroupDimension } from '../services/elbv2/host-counts.ts';
import { arnPath } from '../services/elbv2/names.ts';
import type { TargetGroupState } from '../services/elbv2/state.ts';
import { routable } from './router.ts';

/**
 * Tells CloudWatch what an application load balancer did.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export class AlbMetrics {
  private readonly world: World;
  private readonly scope: Scope;
  private readonly balancer: Readonly<Record<string, string>>;

  constructor(world: World, scope: Scope, loadBalancerArn: string) {
    this.world = world;
    this.scope = scope;
    this.balancer = { LoadBalancer: arnPath(loadBalancerArn) };
  }

  /** A request that went to a target, which answered with this status. */
  answered(group: TargetGroupState, status: number, seconds: number): void {
    this.requested(group);
    const name = `HTTPCode_Target_${Math.floor(status / 100)}XX_Count`;
    for (const dimensions of [this.balancer, this.ofGroup(group)]) {
      this.put(name, dimensions, 1, 'Count');
      this.put('TargetResponseTime', dimensions, seconds, 'Seconds');
    }
  }

  /** An error that the load balancer itself gave. With a target group: the request was meant for that. */
  failed(status: number, group?: TargetGroupState): void {
    if (group) this.requested(group);
    this.put(`HTTPCode_ELB_${Math.floor(status / 100)}XX_Count`, this.balancer, 1, 'Count');
    if (status >= 500) this.put(`HTTPCode_ELB_${status}_Count`, this.balancer, 1, 'Count');
    if (status === 502 && group) this.put('TargetConnectionErrorCount', this.ofGroup(group), 1, 'Count');
  }

  /** A redirect or fixed response. */
  actedAlone(kind: 'fixed' | 'redirect'): void {
    this.put('RequestCount', this.balancer, 1, 'Count');
    this.put(kind === 'fixed' ? 'HTTP_Fixed_Response_Count' : 'HTTP_Redirect_Count', this.balancer, 1, 'Count');
  }

  private requested(group: TargetGroupState): void {
    this.put('RequestCount', this.balancer, 1, 'Count');
    this.put('RequestCount', this.ofGroup(group), 1, 'Count');
    // The sum over a minute is the average for each target.
    const share = 1 / Math.max(1, routable(group).length);
    const { TargetGroup } = this.ofGroup(group);
    this.put('RequestCountPerTarget', { TargetGroup }, share, 'Count');
    this.put('RequestCountPerTarget', this.ofGroup(group), share, 'Count');
  }

  private ofGroup(group: TargetGroupState): { readonly TargetGroup: string } & Readonly<Record<string, string>> {
    return { ...this.balancer, TargetGroup: targetGroupDimension(group.arn) };
  }

  private put(name: string, dimensions: Readonly<Record<string, string>>, value: number, unit: string): void {
    this.world.ports.metrics.put(this.scope, 'AWS/ApplicationELB', name, dimensions, value, unit);
  }
}
