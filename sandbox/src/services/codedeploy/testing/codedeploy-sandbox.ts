import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  type CreateDeploymentCommandInput,
  CreateDeploymentGroupCommand,
  type CreateDeploymentGroupCommandInput,
  type DeploymentInfo,
  type DeploymentStatus,
  type ECSTarget,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
} from '@aws-sdk/client-codedeploy';
import type { Service } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { clientSettings } from '../../../../test/clients.ts';
import type { SandboxOptions } from '../../../index.ts';
import { type EcsSandbox, ecsSandbox } from '../../ecs/testing/ecs-sandbox.ts';

/** The service role of the tests' deployment groups. */
export const role = 'arn:aws:iam::111122223333:role/codedeploy';

/** A sandbox with a service `web` under CODE_DEPLOY behind a production and a test listener, and a client of CodeDeploy. */
export interface CodeDeploySandbox extends EcsSandbox {
  readonly codedeploy: CodeDeployClient;
  readonly elb: ElasticLoadBalancingV2Client;
  /** ARNs of the target groups `blue` and `green`. */
  readonly groups: { readonly blue: string; readonly green: string };
  readonly listeners: { readonly production: string; readonly test: string };
  /** Input of the deployment group `web` of the application `shop`. */
  groupInput(more?: Partial<CreateDeploymentGroupCommandInput>): CreateDeploymentGroupCommandInput;
  /** Makes the application and the group. */
  createGroup(more?: Partial<CreateDeploymentGroupCommandInput>): Promise<void>;
  /** Starts a deployment of this task definition, and gives its id. */
  deploy(taskDefinition: string, more?: Partial<CreateDeploymentCommandInput>, hooks?: object[]): Promise<string>;
  deployment(id: string): Promise<DeploymentInfo>;
  target(id: string): Promise<ECSTarget>;
  /** Steps time until the deployment has this status. Throws when it does not within two hours, or is over with another. */
  untilStatus(id: string, status: DeploymentStatus): Promise<DeploymentInfo>;
  /** Steps time by the second until the lifecycle event has begun. */
  untilEvent(id: string, event: string): Promise<void>;
  /** Share of traffic by the name of the target group, of the default rule of a listener. */
  weights(listener: string): Promise<Record<string, number>>;
  /** Statuses of the lifecycle events by name. */
  eventStatuses(id: string): Promise<Record<string, string>>;
  /** `PRIMARY web:1` of each task set of the service. */
  taskSets(): Promise<string[]>;
}

/** An AppSpec for the container `web`. */
export function appSpec(taskDefinition: string, hooks: readonly object[] = [], more: object = {}): string {
  return JSON.stringify({
    version: 0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: taskDefinition,
            LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 80 },
            ...more,
          },
        },
      },
    ],
    ...(hooks.length > 0 ? { Hooks: hooks } : {}),
  });
}

/** Starts one with two healthy tasks of `web:1`. */
export async function codeDeploySandbox(options: SandboxOptions = {}): Promise<CodeDeploySandbox> {
  const on = await ecsSandbox(options);
  const elb = new ElasticLoadBalancingV2Client(clientSettings(on.sandbox.url));
  const codedeploy = new CodeDeployClient(clientSettings(on.sandbox.url));
  const groups = { blue: await targetGroup(elb, 'blue'), green: await targetGroup(elb, 'green') };
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'front', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  const balancer = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const listeners = {
    production: await listener(elb, balancer, 80, groups.blue),
    test: await listener(elb, balancer, 9000, groups.blue),
  };
  // Until ECS can assume the service-linked role that came with the cluster.
  await on.sandbox.advance(10_000);
  await on.register();
  await on.create({
    deploymentController: { type: 'CODE_DEPLOY' },
    loadBalancers: [{ targetGroupArn: groups.blue, containerName: 'web', containerPort: 80 }],
  });
  await on.until(isSteady);

  const deployment = async (id: string): Promise<DeploymentInfo> =>
    (await codedeploy.send(new GetDeploymentCommand({ deploymentId: id }))).deploymentInfo ?? {};
  const target = async (id: string): Promise<ECSTarget> => {
    const get = new GetDeploymentTargetCommand({ deploymentId: id, targetId: 'main:web' });
    return (await codedeploy.send(get)).deploymentTarget?.ecsTarget ?? {};
  };
  const eventStatuses = async (id: string) =>
    Object.fromEntries(
      ((await target(id)).lifecycleEvents ?? []).map((event) => [event.lifecycleEventName ?? '', event.status ?? '']),
    );
  const groupInput = (more: Partial<CreateDeploymentGroupCommandInput> = {}): CreateDeploymentGroupCommandInput => ({
    applicationName: 'shop',
    deploymentGroupName: 'web',
    serviceRoleArn: role,
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    ecsServices: [{ clusterName: 'main', serviceName: 'web' }],
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: [{ name: 'blue' }, { name: 'green' }],
          prodTrafficRoute: { listenerArns: [listeners.production] },
          testTrafficRoute: { listenerArns: [listeners.test] },
        },
      ],
    },
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 5 },
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
    },
    autoRollbackConfiguration: {
      enabled: true,
      events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
    },
    ...more,
  });

  return {
    ...on,
    codedeploy,
    elb,
    groups,
    listeners,
    groupInput,
    deployment,
    target,
    eventStatuses,
    async createGroup(more) {
      await codedeploy.send(new CreateApplicationCommand({ applicationName: 'shop', computePlatform: 'ECS' }));
      await codedeploy.send(new CreateDeploymentGroupCommand(groupInput(more)));
    },
    async deploy(taskDefinition, more = {}, hooks = []) {
      const { deploymentId } = await codedeploy.send(
        new CreateDeploymentCommand({
          applicationName: 'shop',
          deploymentGroupName: 'web',
          revision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec(taskDefinition, hooks) } },
          ...more,
        }),
      );
      return deploymentId ?? '';
    },
    async untilStatus(id, status) {
      for (let waited = 0; waited < 7200; waited += 5) {
        const now = await deployment(id);
        if (now.status === status) return now;
        if (now.completeTime) throw new Error(`${id} is ${now.status}: ${JSON.stringify(now.errorInformation)}`);
        await on.sandbox.advance(5000);
      }
      throw new Error(`${id} is not ${status} within two hours: ${JSON.stringify(await target(id))}`);
    },
    async untilEvent(id, event) {
      for (let waited = 0; waited < 600; waited++) {
        await on.sandbox.advance(1000);
        const statuses = await eventStatuses(id);
        if (statuses[event] !== 'Pending') return;
      }
      throw new Error(`${event} has not begun: ${JSON.stringify(await deployment(id))}`);
    },
    async weights(listenerArn) {
      const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
      const forward = Rules?.find(({ IsDefault }) => IsDefault)?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      return Object.fromEntries(
        forward.map(({ TargetGroupArn, Weight }) => [TargetGroupArn === groups.blue ? 'blue' : 'green', Weight ?? 0]),
      );
    },
    async taskSets() {
      const { taskSets } = await on.service();
      return (taskSets ?? []).map(({ status, taskDefinition }) => `${status} ${taskDefinition?.split('/')[1]}`);
    },
    async close() {
      codedeploy.destroy();
      elb.destroy();
      await on.close();
    },
  };
}

function isSteady({ taskSets }: Service): boolean {
  return taskSets?.[0]?.stabilityStatus === 'STEADY_STATE' && taskSets[0].runningCount === 2;
}

async function targetGroup(elb: ElasticLoadBalancingV2Client, Name: string): Promise<string> {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
    }),
  );
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

async function listener(
  elb: ElasticLoadBalancingV2Client,
  LoadBalancerArn: string,
  Port: number,
  TargetGroupArn: string,
): Promise<string> {
  const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
  const { Listeners } = await elb.send(
    new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port, DefaultActions }),
  );
  return Listeners?.[0]?.ListenerArn ?? '';
}
