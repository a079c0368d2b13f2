/** An object of a manifest that mirrors one of the ECS API, and what people paste into it. */
interface Mirrored {
  /** A field that this object has and no other. */
  readonly sign: string;
  /** What DescribeServices, DescribeTaskDefinition and DescribeClusters give and no request takes. */
  readonly outputs: readonly string[];
  /** What requests take, and what stands for it in a manifest. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

const NAMED = 'the name follows from metadata.name; nameOverride forces one';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Types.html */
const mirrored: readonly Mirrored[] = [
  {
    sign: 'task',
    outputs: words(
      'serviceArn status runningCount pendingCount platformFamily taskSets deployments events createdAt createdBy',
      'currentServiceDeployment currentServiceRevisions resourceManagementType',
    ),
    elsewhere: {
      serviceName: NAMED,
      taskDefinition: 'the task definition itself stands under task',
      containerDefinitions: 'containers stand under task.containers',
      networkConfiguration: 'write network: {subnets, securityGroups, assignPublicIp}',
      deploymentConfiguration: 'write deployment',
      deploymentController: 'write deployment.strategy',
      serviceConnectConfiguration: 'write serviceConnect',
      role: 'ECS uses its service-linked role, leave it out',
      roleArn: 'ECS uses its service-linked role, leave it out',
      clientToken: 'Longshore sends one of its own, leave it out',
    },
  },
  {
    sign: 'containers',
    outputs: words(
      'taskDefinitionArn revision status requiresAttributes compatibilities registeredAt registeredBy',
      'deregisteredAt deleteRequestedAt',
    ),
    elsewhere: {
      family: 'it follows from the service, leave it out',
      containerDefinitions: 'write containers',
      taskRoleArn: 'write taskRole',
      executionRoleArn: 'write executionRole',
      tags: 'tags stand in the spec of the Service',
      inferenceAccelerators: 'AWS has retired Elastic Inference, leave it out',
    },
  },
  {
    sign: 'containerInsights',
    outputs: words(
      'clusterArn status registeredContainerInstancesCount runningTasksCount pendingTasksCount activeServicesCount',
      'statistics attachments attachmentsStatus',
    ),
    elsewhere: { clusterName: NAMED, settings: 'write containerInsights' },
  },
];

/**
 * What to do about a field that the ECS API has and this object of a manifest has not: people paste what
 * `aws ecs describe-services` prints. `known` are the fields of the object.
 */
export function adviceOnEcsField(name: string, known: readonly string[]): string | undefined {
  const object = mirrored.find(({ sign }) => known.includes(sign));
  if (object === undefined) return undefined;
  if (object.outputs.includes(name)) return 'it is an output of ECS, leave it out';
  return Object.hasOwn(object.elsewhere, name) ? object.elsewhere[name] : undefined;
}

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}
