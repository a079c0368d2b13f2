import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsContext } from '../../src/aws/context.ts';
import {
  adopting,
  cluster,
  GOOD,
  listenerRule,
  loadBalancer,
  plainService,
  scalingPolicy,
  targetGroup,
} from './manifests.ts';
import type { Scenario } from './scenario.ts';

const legacyCluster = adopting(cluster({ nameOverride: 'legacy' }));
const legacyTargetGroup = adopting(targetGroup({ nameOverride: 'legacy' }));
const legacyLoadBalancer = adopting(loadBalancer({ nameOverride: 'legacy', tags: { team: 'api' } }));
const legacyService = adopting(plainService(GOOD, { nameOverride: 'legacy', tags: { team: 'api' } }));

/** Objects that somebody made by hand, taken over with a person's approval. */
export const adoptions: readonly Scenario[] = [
  { name: 'adopt-cluster', before: [], prepare: makeCluster, after: [legacyCluster] },
  {
    name: 'adopt-targetgroup',
    before: [],
    prepare: async (aws) => void (await makeTargetGroup(aws)),
    after: [legacyTargetGroup],
  },
  {
    name: 'adopt-loadbalancer',
    before: [],
    prepare: async (aws) => void (await makeListener(aws)),
    after: [legacyTargetGroup, legacyLoadBalancer],
  },
  {
    name: 'adopt-listenerrule',
    before: [],
    prepare: makeRule,
    after: [legacyTargetGroup, legacyLoadBalancer, adopting(listenerRule())],
  },
  { name: 'adopt-service', before: [], prepare: makeService, after: [legacyCluster, legacyService] },
  {
    name: 'adopt-scalingpolicy',
    before: [],
    prepare: makeScalableTarget,
    after: [legacyCluster, legacyService, adopting(scalingPolicy())],
  },
];

async function makeCluster({ ecs }: AwsContext): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: 'legacy', tags: [{ key: 'made', value: 'by-hand' }] }));
}

async function makeTargetGroup({ elbv2 }: AwsContext): Promise<string> {
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'legacy',
      VpcId: 'vpc-1',
      Protocol: 'HTTP',
      Port: 8000,
      TargetType: 'ip',
      HealthCheckPath: '/',
    }),
  );
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

async function makeListener(aws: AwsContext): Promise<{ readonly listener: string; readonly targetGroup: string }> {
  const group = await makeTargetGroup(aws);
  const { LoadBalancers } = await aws.elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'legacy', Subnets: ['subnet-1', 'subnet-2'], SecurityGroups: ['sg-9'] }),
  );
  const { Listeners } = await aws.elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
    }),
  );
  return { listener: Listeners?.[0]?.ListenerArn ?? '', targetGroup: group };
}

async function makeRule(aws: AwsContext): Promise<void> {
  const made = await makeListener(aws);
  await aws.elbv2.send(
    new CreateRuleCommand({
      ListenerArn: made.listener,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/old/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: made.targetGroup }],
    }),
  );
}

async function makeService(aws: AwsContext): Promise<void> {
  await makeCluster(aws);
  const { taskDefinition } = await aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'legacy',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'web', image: 'example/web:0' }],
    }),
  );
  await aws.ecs.send(
    new CreateServiceCommand({
      cluster: 'legacy',
      serviceName: 'legacy',
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
  );
}

async function makeScalableTarget(aws: AwsContext): Promise<void> {
  await makeService(aws);
  await aws.autoscaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      ResourceId: 'service/legacy/legacy',
      MinCapacity: 2,
      MaxCapacity: 3,
    }),
  );
}
