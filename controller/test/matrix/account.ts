import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenerAttributesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import type { AwsContext } from '../../src/aws/context.ts';
import { codeDeployObjects, madeTaskSets } from './made.ts';

/** One object of the account, as AWS's own reads show it. */
export interface AccountObject {
  /** `ecs:service`. */
  readonly type: string;
  /** ARN; for a scalable target its resource id, for a parameter its name. */
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly state: object;
}

/** Everything that the kinds can make in one account and region, read with the SDK. Small accounts: one page of each. */
export async function readAccount(aws: AwsContext): Promise<readonly AccountObject[]> {
  const objects = await Promise.all([
    clusters(aws),
    taskDefinitions(aws),
    loadBalancers(aws),
    targetGroups(aws),
    scalableTargets(aws),
    parameters(aws),
    codeDeployObjects(aws),
    madeTaskSets(aws),
  ]);
  return objects.flat();
}

async function clusters({ ecs }: AwsContext): Promise<readonly AccountObject[]> {
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  if (clusterArns.length === 0) return [];
  const described = await ecs.send(
    new DescribeClustersCommand({ clusters: clusterArns, include: ['TAGS', 'SETTINGS', 'CONFIGURATIONS'] }),
  );
  const found = await Promise.all(
    (described.clusters ?? []).map(async ({ clusterArn = '', tags, ...state }) => [
      { type: 'ecs:cluster', id: clusterArn, tags: ecsTags(tags), state },
      ...(await servicesIn(ecs, clusterArn)),
      ...(await tasksOfJobsIn(ecs, clusterArn)),
    ]),
  );
  return found.flat();
}

async function servicesIn(ecs: AwsContext['ecs'], cluster: string): Promise<readonly AccountObject[]> {
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }));
  if (serviceArns.length === 0) return [];
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: serviceArns, include: ['TAGS'] }),
  );
  return Promise.all(
    services.map(async ({ serviceArn = '', serviceName = '', tags, events: _events, ...state }) => {
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
      const { tasks = [] } =
        taskArns.length === 0 ? {} : await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      const { serviceDeployments = [] } = await ecs.send(
        new ListServiceDeploymentsCommand({ cluster, service: serviceName }),
      );
      return {
        type: 'ecs:service',
        id: serviceArn,
        tags: ecsTags(tags),
        state: {
          ...state,
          tasks: tasks.map((task) => ({ runs: task.taskDefinitionArn, status: task.lastStatus })),
          // Every one counts: a change that is rolled out twice shows here.
          rollouts: serviceDeployments.map((deployment) => deployment.status),
        },
      };
    }),
  );
}

/** Tasks without a service, also stopped ones: a Job that ran twice shows here. */
async function tasksOfJobsIn(ecs: AwsContext['ecs'], cluster: string): Promise<readonly AccountObject[]> {
  const lists = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
      ecs.send(new ListTasksCommand({ cluster, desiredStatus })),
    ),
  );
  const arns = lists.flatMap(({ taskArns = [] }) => taskArns);
  if (arns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns, include: ['TAGS'] }));
  return tasks
    .filter(({ group }) => group?.startsWith('service:') !== true)
    .map(({ taskArn = '', tags, taskDefinitionArn, lastStatus, containers }) => ({
      type: 'ecs:task',
      id: taskArn,
      tags: ecsTags(tags),
      state: { runs: taskDefinitionArn, lastStatus, exits: containers?.map(({ exitCode }) => exitCode) },
    }));
}

async function taskDefinitions({ ecs }: AwsContext): Promise<readonly AccountObject[]> {
  const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  return Promise.all(
    taskDefinitionArns.map(async (arn) => {
      const { taskDefinition = {}, tags } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }),
      );
      return { type: 'ecs:task-definition', id: arn, tags: ecsTags(tags), state: taskDefinition };
    }),
  );
}

async function loadBalancers({ elbv2 }: AwsContext): Promise<readonly AccountObject[]> {
  const { LoadBalancers = [] } = await elbv2.send(new DescribeLoadBalancersCommand({}));
  const found = await Promise.all(
    LoadBalancers.map(async ({ LoadBalancerArn = '', ...state }) => {
      const { Attributes } = await elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
      const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
      const below = await Promise.all(Listeners.map((listener) => listenerWithRules(elbv2, listener)));
      const self = {
        type: 'elbv2:load-balancer',
        id: LoadBalancerArn,
        tags: await elbTags(elbv2, LoadBalancerArn),
        state: { ...state, Attributes },
      };
      return [self, ...below.flat()];
    }),
  );
  return found.flat();
}

async function listenerWithRules(
  elbv2: AwsContext['elbv2'],
  { ListenerArn = '', ...state }: { readonly ListenerArn?: string | undefined; readonly Port?: number | undefined },
): Promise<readonly AccountObject[]> {
  const { Attributes } = await elbv2.send(new DescribeListenerAttributesCommand({ ListenerArn }));
  const { Rules = [] } = await elbv2.send(new DescribeRulesCommand({ ListenerArn }));
  const rules = await Promise.all(
    Rules.filter((rule) => rule.IsDefault !== true).map(async ({ RuleArn = '', ...rule }) => ({
      type: 'elbv2:listener-rule',
      id: RuleArn,
      tags: await elbTags(elbv2, RuleArn),
      state: { ...rule, port: state.Port },
    })),
  );
  const tags = await elbTags(elbv2, ListenerArn);
  return [{ type: 'elbv2:listener', id: ListenerArn, tags, state: { ...state, Attributes } }, ...rules];
}

async function targetGroups({ elbv2 }: AwsContext): Promise<readonly AccountObject[]> {
  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand({}));
  return Promise.all(
    TargetGroups.map(async ({ TargetGroupArn = '', ...state }) => {
      const { Attributes } = await elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
      const { TargetHealthDescriptions = [] } = await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      const targets = TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State);
      const tags = await elbTags(elbv2, TargetGroupArn);
      return { type: 'elbv2:target-group', id: TargetGroupArn, tags, state: { ...state, Attributes, targets } };
    }),
  );
}

async function scalableTargets({ autoscaling }: AwsContext): Promise<readonly AccountObject[]> {
  const scope = { ServiceNamespace: 'ecs' } as const;
  const { ScalableTargets = [] } = await autoscaling.send(new DescribeScalableTargetsCommand(scope));
  const { ScalingPolicies = [] } = await autoscaling.send(new DescribeScalingPoliciesCommand(scope));
  const { ScheduledActions = [] } = await autoscaling.send(new DescribeScheduledActionsCommand(scope));
  return Promise.all(
    ScalableTargets.map(async ({ ResourceId = '', ScalableTargetARN: ResourceARN = '', ...state }) => {
      const { Tags } = await autoscaling.send(new ListTagsForResourceCommand({ ResourceARN }));
      return {
        type: 'autoscaling:scalable-target',
        id: ResourceId,
        tags: { ...Tags },
        state: {
          ...state,
          policies: ScalingPolicies.filter((policy) => policy.ResourceId === ResourceId),
          actions: ScheduledActions.filter((action) => action.ResourceId === ResourceId),
        },
      };
    }),
  );
}

async function parameters({ ssm }: AwsContext): Promise<readonly AccountObject[]> {
  const found: AccountObject[] = [];
  let next: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({
        Path: '/',
        Recursive: true,
        ...(next === undefined ? {} : { NextToken: next }),
      }),
    );
    for (const { Name = '', Value = '' } of page.Parameters ?? []) {
      found.push({ type: 'ssm:parameter', id: Name, tags: {}, state: { value: JSON.parse(Value) as unknown } });
    }
    next = page.NextToken;
  } while (next !== undefined);
  return found;
}

async function elbTags(elbv2: AwsContext['elbv2'], arn: string): Promise<Readonly<Record<string, string>>> {
  const { TagDescriptions } = await elbv2.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
  return Object.fromEntries((TagDescriptions?.[0]?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

function ecsTags(
  tags: readonly { readonly key?: string | undefined; readonly value?: string | undefined }[] = [],
): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
}
