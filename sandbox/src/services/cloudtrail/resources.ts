import { arnOf, parseArn } from '../../kernel/arn.ts';
import type { Scope } from '../../kernel/world.ts';
import type { TrailEvent } from './state.ts';

/** A resource that a call was about, as LookupEvents lists it. */
export interface EventResource {
  readonly type: string;
  readonly name: string;
}

/** Types by the service and the first part of an ARN's resource, as AWS Config names them. */
const typesByArn: Readonly<Record<string, string>> = {
  'ecs:cluster': 'AWS::ECS::Cluster',
  'ecs:service': 'AWS::ECS::Service',
  'ecs:task-definition': 'AWS::ECS::TaskDefinition',
  'elasticloadbalancing:loadbalancer': 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'elasticloadbalancing:listener': 'AWS::ElasticLoadBalancingV2::Listener',
  'elasticloadbalancing:listener-rule': 'AWS::ElasticLoadBalancingV2::ListenerRule',
  'elasticloadbalancing:targetgroup': 'AWS::ElasticLoadBalancingV2::TargetGroup',
  'iam:role': 'AWS::IAM::Role',
  'iam:policy': 'AWS::IAM::Policy',
  'logs:log-group': 'AWS::Logs::LogGroup',
  'secretsmanager:secret': 'AWS::SecretsManager::Secret',
  'ecr:repository': 'AWS::ECR::Repository',
};

/** Types of members that hold a name. */
const typesByName: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ecs: {
    cluster: 'AWS::ECS::Cluster',
    clusters: 'AWS::ECS::Cluster',
    clusterName: 'AWS::ECS::Cluster',
    service: 'AWS::ECS::Service',
    services: 'AWS::ECS::Service',
    serviceName: 'AWS::ECS::Service',
    taskDefinition: 'AWS::ECS::TaskDefinition',
    family: 'AWS::ECS::TaskDefinition',
  },
  iam: { roleName: 'AWS::IAM::Role' },
  logs: { logGroupName: 'AWS::Logs::LogGroup' },
  ecr: { repositoryName: 'AWS::ECR::Repository' },
  sqs: { queueName: 'AWS::SQS::Queue' },
};

/** The resources that the parameters and the answer of a call name at their top, each once. */
export function resourcesOf(service: string, ...parts: readonly unknown[]): EventResource[] {
  const found = new Map<string, EventResource>();
  const add = (type: string | undefined, name: string): void => {
    if (type !== undefined) found.set(`${type} ${name}`, { type, name });
  };
  for (const part of parts) {
    for (const [member, value] of Object.entries(part ?? {}) as [string, unknown][]) {
      for (const text of textsOf(value)) add(typeOfArn(text) ?? typesByName[service]?.[member], text);
    }
  }
  return [...found.values()];
}

/**
 * The `resources` of an event, which few services write: STS the role, ECR the repository.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html and
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html
 */
export function writtenResources(service: string, scope: Scope, parameters: object | null): TrailEvent['resources'] {
  const { roleArn, repositoryName } = (parameters ?? {}) as { roleArn?: string; repositoryName?: string };
  const { accountId } = scope;
  if (service === 'sts' && roleArn) {
    return [{ accountId: parseArn(roleArn)?.accountId ?? accountId, type: 'AWS::IAM::Role', ARN: roleArn }];
  }
  if (service === 'ecr' && repositoryName) {
    return [{ accountId, ARN: arnOf('ecr', scope, `repository/${repositoryName}`) }];
  }
  return undefined;
}

function typeOfArn(text: string): string | undefined {
  const arn = parseArn(text);
  return arn && typesByArn[`${arn.service}:${arn.resource.split(/[:/]/)[0]}`];
}

/** A text, a list of texts, or the ARNs in the objects of an answer: `{"targetGroups": [{"targetGroupArn": "arn:..."}]}`. */
function textsOf(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return depth === 0 || value.startsWith('arn:') ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => textsOf(one, depth));
  if (value === null || typeof value !== 'object' || depth > 0) return [];
  return Object.entries(value).flatMap(([member, one]: [string, unknown]) =>
    /arn$/i.test(member) && typeof one === 'string' ? [one] : [],
  );
}
