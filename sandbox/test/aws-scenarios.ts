import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** Where scenarios run: real clients of the sandbox, or of an account. */
export interface Place {
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  /** Names everything that a scenario makes, so that it can be told apart and is made once. */
  readonly name: string;
}

/** What happened: plain values that are the same wherever it happens. */
export type Outcome = Readonly<Record<string, unknown>>;

/** A scenario with what BEHAVIOUR.md says must come of it. It costs nothing: no task runs, and it cleans up. */
export interface Scenario {
  readonly title: string;
  readonly expected: Outcome;
  run(place: Place): Promise<Outcome>;
}

/** The scenarios that hold for AWS as for the sandbox. */
export const scenarios: readonly Scenario[] = [
  {
    title: 'a cluster is made once, is MISSING before, and INACTIVE after its end',
    expected: { before: 'MISSING', same: true, after: 'INACTIVE' },
    async run({ ecs, name }) {
      const before = await ecs.send(new DescribeClustersCommand({ clusters: [name] }));
      const first = await ecs.send(new CreateClusterCommand({ clusterName: name }));
      const second = await ecs.send(new CreateClusterCommand({ clusterName: name }));
      await ecs.send(new DeleteClusterCommand({ cluster: name }));
      const after = await ecs.send(new DescribeClustersCommand({ clusters: [name] }));
      return {
        before: before.failures?.[0]?.reason,
        same: first.cluster?.clusterArn === second.cluster?.clusterArn,
        after: after.clusters?.[0]?.status,
      };
    },
  },
  {
    title: 'a task definition goes by ACTIVE and INACTIVE to DELETE_IN_PROGRESS',
    expected: {
      states: ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS'],
      defaults: { cpu: 0, essential: true, protocol: 'tcp', hostPort: 80 },
      unknown: 'ClientException: Unable to describe task definition.',
    },
    async run({ ecs, name }) {
      const registered = await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: name,
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
          containerDefinitions: [{ name: 'web', image: 'web', portMappings: [{ containerPort: 80 }] }],
        }),
      );
      const taskDefinition = registered.taskDefinition?.taskDefinitionArn ?? '';
      const container = registered.taskDefinition?.containerDefinitions?.[0];
      const inactive = await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
      const deleted = await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [taskDefinition] }));
      const unknown = new DescribeTaskDefinitionCommand({ taskDefinition: `${name}-unknown` });
      return {
        states: [registered, inactive]
          .map((answer) => answer.taskDefinition?.status)
          .concat(deleted.taskDefinitions?.[0]?.status),
        defaults: {
          cpu: container?.cpu,
          essential: container?.essential,
          protocol: container?.portMappings?.[0]?.protocol,
          hostPort: container?.portMappings?.[0]?.hostPort,
        },
        unknown: await refusal(ecs.send(unknown)),
      };
    },
  },
  {
    title: 'what is not there is told in the words of ECS',
    expected: {
      cluster: 'ClusterNotFoundException: Cluster not found.',
      service: 'ServiceNotFoundException: Service not found.',
      missing: 'MISSING',
      tooMany: 'InvalidParameterException: service names can have at most 10 items.',
      createIn: 'ClusterNotFoundException: Cluster not found.',
      task: 'MISSING',
    },
    async run({ ecs, name }) {
      const elsewhere = `${name}-absent`;
      const services = Array.from({ length: 11 }, (_none, index) => `s${index}`);
      const create = { cluster: elsewhere, serviceName: 'web', taskDefinition: 'web:1', desiredCount: 0 };
      await ecs.send(new CreateClusterCommand({ clusterName: name }));
      try {
        const missing = await ecs.send(new DescribeServicesCommand({ cluster: name, services: ['web'] }));
        const task = await ecs.send(new DescribeTasksCommand({ cluster: name, tasks: ['0'.repeat(32)] }));
        return {
          cluster: await refusal(ecs.send(new DescribeServicesCommand({ cluster: elsewhere, services: ['web'] }))),
          service: await refusal(ecs.send(new UpdateServiceCommand({ cluster: name, service: 'web' }))),
          missing: missing.failures?.[0]?.reason,
          tooMany: await refusal(ecs.send(new DescribeServicesCommand({ cluster: name, services }))),
          createIn: await refusal(ecs.send(new CreateServiceCommand(create))),
          task: task.failures?.[0]?.reason,
        };
      } finally {
        await ecs.send(new DeleteClusterCommand({ cluster: name }));
      }
    },
  },
  {
    title: 'load balancers and target groups that are not there',
    expected: { balancer: 'LoadBalancerNotFoundException', group: 'TargetGroupNotFoundException' },
    async run({ elb, name }) {
      return {
        balancer: await code(elb.send(new DescribeLoadBalancersCommand({ Names: [name] }))),
        group: await code(elb.send(new DescribeTargetGroupsCommand({ Names: [name] }))),
      };
    },
  },
];

async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

async function code(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: Error) => error.name,
  );
}
