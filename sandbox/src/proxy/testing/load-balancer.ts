import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupInput,
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  type ProtocolEnum,
  RegisterTargetsCommand,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { StandIns } from './stand-ins.ts';

/** A load balancer with what tests do to it, through the real client. */
export class LoadBalancerRig {
  readonly rig: StandIns;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly arn: string;

  private constructor(rig: StandIns, elb: ElasticLoadBalancingV2Client, arn: string) {
    this.rig = rig;
    this.elb = elb;
    this.arn = arn;
  }

  /** Makes a load balancer and waits, in sandbox time, until it is active. */
  static async create(
    rig: StandIns,
    name: string,
    type: 'application' | 'network' = 'application',
  ): Promise<LoadBalancerRig> {
    const elb = new ElasticLoadBalancingV2Client(rig.client);
    const made = await elb.send(
      new CreateLoadBalancerCommand({ Name: name, Type: type, Subnets: ['subnet-a', 'subnet-b'] }),
    );
    await rig.sandbox.advance(10_000);
    return new LoadBalancerRig(rig, elb, made.LoadBalancers?.[0]?.LoadBalancerArn ?? '');
  }

  /** Makes a target group of IP targets with fast health checks. Gives its ARN. */
  async targetGroup(name: string, settings: Partial<CreateTargetGroupInput> = {}): Promise<string> {
    const made = await this.elb.send(
      new CreateTargetGroupCommand({
        Name: name,
        Protocol: 'HTTP',
        Port: 80,
        VpcId: 'vpc-1',
        TargetType: 'ip',
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        ...settings,
      }),
    );
    return made.TargetGroups?.[0]?.TargetGroupArn ?? '';
  }

  /** Makes a listener. Gives its ARN. */
  async listener(port: number, actions: Action[], protocol: ProtocolEnum = 'HTTP'): Promise<string> {
    const secure = protocol === 'HTTPS' || protocol === 'TLS';
    const made = await this.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: this.arn,
        Port: port,
        Protocol: protocol,
        DefaultActions: actions,
        ...(secure
          ? { Certificates: [{ CertificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/a' }] }
          : {}),
      }),
    );
    return made.Listeners?.[0]?.ListenerArn ?? '';
  }

  /** Makes a rule. Gives its ARN. */
  async rule(listener: string, priority: number, conditions: RuleCondition[], actions: Action[]): Promise<string> {
    const made = await this.elb.send(
      new CreateRuleCommand({ ListenerArn: listener, Priority: priority, Conditions: conditions, Actions: actions }),
    );
    return made.Rules?.[0]?.RuleArn ?? '';
  }

  /** Where a listener is served. */
  address(listener: string): { host: string; port: number } {
    const found = this.rig.sandbox.listeners()[listener];
    if (!found) throw new Error(`no proxy serves ${listener}`);
    return found;
  }

  /** Registers a target that answers at a loopback port. */
  async register(group: string, ip: string, port: number): Promise<void> {
    this.rig.backends.set(`${ip}:80`, { kind: 'http', host: '127.0.0.1', port });
    await this.elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: ip, Port: 80 }] }));
  }

  async deregister(group: string, ip: string): Promise<void> {
    await this.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: ip, Port: 80 }] }));
  }

  async targetGroupAttributes(group: string, attributes: Record<string, string>): Promise<void> {
    const Attributes = Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
    await this.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: group, Attributes }));
  }
}

/** A forward action to target groups with weights. */
export function forwardTo(weights: Readonly<Record<string, number>>): Action {
  const TargetGroups = Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  return { Type: 'forward', ForwardConfig: { TargetGroups } };
}
