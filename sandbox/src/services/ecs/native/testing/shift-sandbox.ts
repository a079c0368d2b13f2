import {
  type CreateServiceCommandInput,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type LoadBalancer,
  type Service,
  type ServiceDeployment,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  type LoadBalancerTypeEnum,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SandboxOptions } from '../../../../index.ts';
import { type EcsSandbox, ecsSandbox } from '../../testing/ecs-sandbox.ts';

/** A role that the tests' services name for their load balancers. */
export const roleArn = 'arn:aws:iam::111122223333:role/infrastructure';

/** An ECS sandbox with a load balancer, two target groups, and a production and a test rule (listeners, with `network`). */
export interface ShiftSandbox extends EcsSandbox {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly groups: { readonly one: string; readonly two: string };
  readonly productionRule: string;
  readonly testRule: string;
  /** What a service of it has as its load balancer. */
  loadBalancer(more?: Partial<LoadBalancer['advancedConfiguration']>): LoadBalancer;
  /** Creates the service `web` with this configuration, and waits for its first deployment. */
  deployed(configuration: DeploymentConfiguration, more?: Partial<CreateServiceCommandInput>): Promise<Service>;
  /** Updates the service `web`; with nothing else it is deployed anew. */
  update(more?: Partial<UpdateServiceCommandInput>): Promise<Service>;
  /** The service deployment that is or was the last one. */
  deployment(): Promise<ServiceDeployment>;
  /** Steps time, by a second unless told otherwise, until the deployment is so. Throws when it does not within 2,000 steps. */
  untilDeployment(reached: (deployment: ServiceDeployment) => boolean, stepMs?: number): Promise<ServiceDeployment>;
  /** The same for its success, in steps of half a minute. */
  untilSuccessful(): Promise<ServiceDeployment>;
  /** Weights of a rule or listener by `one` and `two`. */
  weights(arn: string): Promise<Record<string, number>>;
  /** The target group of the current revision: `one` or `two`. */
  servingGroup(): Promise<string>;
}

/** Starts one, whose target groups ask this path for their health checks. */
export async function shiftSandbox(
  options: SandboxOptions & { readonly network?: boolean } = {},
  healthPath?: string,
): Promise<ShiftSandbox> {
  const { network = false, ...sandboxOptions } = options;
  const on = await ecsSandbox(sandboxOptions);
  const elb = new ElasticLoadBalancingV2Client({ ...on.client, maxAttempts: 1 });
  const protocol = network ? 'TCP' : 'HTTP';
  const groups = {
    one: await targetGroup(elb, 'one', protocol, healthPath),
    two: await targetGroup(elb, 'two', protocol, healthPath),
  };
  const balancer = await loadBalancer(elb, network ? 'network' : 'application');
  const listen = async (port: number, group: string) =>
    await listener(elb, balancer, protocol, port, network ? group : undefined);
  const forward = async (listenerArn: string, group: string) =>
    network ? listenerArn : await rule(elb, listenerArn, group);
  const productionRule = await forward(await listen(80, groups.one), groups.one);
  const testRule = await forward(await listen(8080, groups.two), groups.two);

  const deployment = async () => {
    const { currentServiceDeployment = '' } = await on.service();
    const { serviceDeployments } = await on.ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [currentServiceDeployment] }),
    );
    const [found] = serviceDeployments ?? [];
    if (!found) throw new Error(`there is no service deployment ${currentServiceDeployment}`);
    return found;
  };
  const untilDeployment: ShiftSandbox['untilDeployment'] = async (reached, stepMs = 1000) => {
    for (let steps = 0; steps < 2000; steps++) {
      const now = await deployment();
      if (reached(now)) return now;
      await on.sandbox.advance(stepMs);
    }
    throw new Error(`not reached: ${JSON.stringify(await deployment())}`);
  };
  const untilSuccessful = () => untilDeployment(({ status }) => status === 'SUCCESSFUL', 30_000);
  const loadBalancerOf: ShiftSandbox['loadBalancer'] = (more = {}) => ({
    targetGroupArn: groups.one,
    containerName: 'web',
    containerPort: 80,
    advancedConfiguration: {
      alternateTargetGroupArn: groups.two,
      productionListenerRule: productionRule,
      testListenerRule: testRule,
      roleArn,
      ...more,
    },
  });
  const nameOf = (arn: string) => (arn === groups.one ? 'one' : arn === groups.two ? 'two' : arn);

  return {
    ...on,
    elb,
    groups,
    productionRule,
    testRule,
    loadBalancer: loadBalancerOf,
    deployment,
    untilDeployment,
    untilSuccessful,
    async deployed(configuration, more = {}) {
      await on.create({ loadBalancers: [loadBalancerOf()], deploymentConfiguration: configuration, ...more });
      await untilSuccessful();
      return await on.service();
    },
    async update(more = {}) {
      const forceNewDeployment = Object.keys(more).length === 0;
      const { service } = await on.ecs.send(
        new UpdateServiceCommand({
          cluster: 'main',
          service: 'web',
          ...(forceNewDeployment ? { forceNewDeployment } : {}),
          ...more,
        }),
      );
      return service ?? {};
    },
    async weights(arn) {
      const actions = network
        ? (await elb.send(new DescribeListenersCommand({ ListenerArns: [arn] }))).Listeners?.[0]?.DefaultActions
        : (await elb.send(new DescribeRulesCommand({ RuleArns: [arn] }))).Rules?.[0]?.Actions;
      const tuples = actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      return Object.fromEntries(tuples.map(({ TargetGroupArn = '', Weight = 0 }) => [nameOf(TargetGroupArn), Weight]));
    },
    async servingGroup() {
      const { currentServiceRevisions } = await on.service();
      const { serviceRevisions } = await on.ecs.send(
        new DescribeServiceRevisionsCommand({ serviceRevisionArns: [currentServiceRevisions?.[0]?.arn ?? ''] }),
      );
      const [resolved] = serviceRevisions?.[0]?.resolvedConfiguration?.loadBalancers ?? [];
      return nameOf(resolved?.targetGroupArn ?? '');
    },
  };
}

async function targetGroup(
  elb: ElasticLoadBalancingV2Client,
  name: string,
  protocol: 'HTTP' | 'TCP',
  healthPath: string | undefined,
): Promise<string> {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: protocol,
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      ...(healthPath === undefined ? {} : { HealthCheckPath: healthPath }),
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    }),
  );
  const arn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: arn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }],
    }),
  );
  return arn;
}

async function loadBalancer(elb: ElasticLoadBalancingV2Client, type: LoadBalancerTypeEnum): Promise<string> {
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'front', Type: type, Subnets: ['subnet-1', 'subnet-2'] }),
  );
  return LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}

async function listener(
  elb: ElasticLoadBalancingV2Client,
  balancer: string,
  protocol: 'HTTP' | 'TCP',
  port: number,
  group: string | undefined,
): Promise<string> {
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer,
      Protocol: protocol,
      Port: port,
      DefaultActions: [
        group === undefined
          ? { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }
          : { Type: 'forward', TargetGroupArn: group },
      ],
    }),
  );
  return Listeners?.[0]?.ListenerArn ?? '';
}

async function rule(elb: ElasticLoadBalancingV2Client, listenerArn: string, group: string): Promise<string> {
  const { Rules } = await elb.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
      Actions: [{ Type: 'forward', TargetGroupArn: group }],
    }),
  );
  return Rules?.[0]?.RuleArn ?? '';
}
