import type { Ports } from '../kernel/ports.ts';
import type { Service } from '../kernel/service.ts';
import type { World } from '../kernel/world.ts';
import { autoscaling } from './autoscaling/index.ts';
import { cloudtrail, trailPort } from './cloudtrail/index.ts';
import { cloudwatch, metricsPort } from './cloudwatch/index.ts';
import { codedeploy } from './codedeploy/index.ts';
import { ec2, networksPort } from './ec2/index.ts';
import { ecr } from './ecr/index.ts';
import { imagesPort } from './ecr/port.ts';
import { ecs, scalableServicesPort, taskNetworkPort } from './ecs/index.ts';
import { taskSetsPort } from './ecs/tasksets/port.ts';
import { elbv2, loadBalancingPort } from './elbv2/index.ts';
import { trafficPort } from './elbv2/traffic.ts';
import { eventbridge, eventsPort } from './eventbridge/index.ts';
import { iam, identityPort } from './iam/index.ts';
import { functionsPort } from './lambda/port.ts';
import { logSinkPort, logs } from './logs/index.ts';
import { secretsmanager } from './secretsmanager/index.ts';
import { secretValuesPort } from './secretsmanager/port.ts';
import { queuesPort, sqs } from './sqs/index.ts';
import { ssm } from './ssm/index.ts';
import { sts } from './sts/index.ts';
import { tagging } from './tagging/index.ts';

/** Every AWS API that the sandbox serves. A new one is a folder here and its line in this list. */
export const services: readonly Service[] = [
  ecs,
  elbv2,
  autoscaling,
  cloudtrail,
  cloudwatch,
  codedeploy,
  ec2,
  ecr,
  eventbridge,
  iam,
  logs,
  secretsmanager,
  sqs,
  ssm,
  sts,
  tagging,
];

/** What the services may ask of each other. */
export function portsOf(world: World): Ports {
  return {
    loadBalancing: loadBalancingPort(world),
    tasks: taskNetworkPort(world),
    logs: logSinkPort(world),
    secrets: secretValuesPort(world),
    metrics: metricsPort(world),
    scalableServices: scalableServicesPort(world),
    identity: identityPort(world),
    events: eventsPort(world),
    images: imagesPort(world),
    queues: queuesPort(world),
    trail: trailPort(world),
    taskSets: taskSetsPort(world),
    traffic: trafficPort(world),
    functions: functionsPort(world),
    networks: networksPort(world),
  };
}
