import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsContext } from '../../src/aws/context.ts';

/** ARNs of what a small shop has in AWS. */
export interface Shop {
  readonly cluster: string;
  readonly service: string;
  readonly taskDefinition: string;
  readonly targetGroup: string;
}

/** Makes a cluster, a task definition, a service without tasks, and a target group. */
export async function makeShop(aws: AwsContext): Promise<Shop> {
  const { cluster } = await aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  const { taskDefinition } = await aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'api',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'web', image: 'nginx:1' }],
    }),
  );
  const { service } = await aws.ecs.send(
    new CreateServiceCommand({
      cluster: 'main',
      serviceName: 'api',
      taskDefinition: 'api',
      desiredCount: 0,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
  );
  const { TargetGroups: [targetGroup] = [] } = await aws.elbv2.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' }),
  );
  return {
    cluster: cluster?.clusterArn ?? '',
    service: service?.serviceArn ?? '',
    taskDefinition: taskDefinition?.taskDefinitionArn ?? '',
    targetGroup: targetGroup?.TargetGroupArn ?? '',
  };
}
