import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { AwsError } from '../../../kernel/service.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { longestPrefix } from '../../../runtime/image-table.ts';
import type { TaskDefinitionRecord } from '../state.ts';
import type { TaskRecord } from '../task-record.ts';
import { logTarget, streamName } from './logs.ts';

/**
 * Fetches what the task needs before its containers can start: secrets, log groups, images.
 * Gives the reason in ECS's words when something is missing; undefined when all is there.
 * Source of the words: developer guide, "Amazon ECS resource initialization error messages" and
 * "CannotPullContainer task errors in Amazon ECS".
 */
export function prepareTask(
  world: World,
  scope: Scope,
  task: TaskRecord,
  definition: TaskDefinitionRecord,
): string | undefined {
  const may = executionRights(world, scope, task, definition);
  for (const container of definition.containerDefinitions) {
    const problem =
      resolveSecrets(world, scope, task, container, may) ??
      registryProblem(container, may) ??
      prepareLogs(world, scope, task, container, may) ??
      pull(world, container);
    if (problem) return problem;
  }
  return undefined;
}

/** Why the task's execution role may not do something, in IAM's words; undefined when it may. */
type ExecutionRights = (action: string, resource: string) => string | undefined;

/** The session that Fargate opens for the task is named after it. */
function executionRights(
  world: World,
  { accountId }: Scope,
  task: TaskRecord,
  definition: TaskDefinitionRecord,
): ExecutionRights {
  const role = task.overrides.executionRoleArn ?? definition.executionRoleArn;
  if (!role) return () => undefined;
  const principal = `arn:aws:sts::${accountId}:assumed-role/${role.slice(role.lastIndexOf('/') + 1)}/${task.id}`;
  return (action, resource) => {
    const refusal = world.ports.identity.refusal(principal, action, resource);
    return refusal === undefined ? undefined : `AccessDeniedException: ${refusal}`;
  };
}

function resolveSecrets(
  world: World,
  scope: Scope,
  task: TaskRecord,
  container: ContainerDefinition,
  may: ExecutionRights,
): string | undefined {
  const values: Record<string, string> = {};
  for (const { name, valueFrom } of container.secrets ?? []) {
    const denied = secretRefusal(scope, valueFrom ?? '', may);
    if (denied !== undefined) return denied;
    try {
      values[name ?? ''] = world.ports.secrets.resolve(scope, valueFrom ?? '');
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return `ResourceInitializationError: unable to pull secrets or registry auth: ${secretProblem(world, valueFrom ?? '', error)}`;
    }
  }
  task.secrets[container.name ?? ''] = values;
  return undefined;
}

/** Words as quoted: https://github.com/aws/copilot-cli/issues/4504. */
function secretRefusal({ accountId, region }: Scope, valueFrom: string, may: ExecutionRights): string | undefined {
  const prefix =
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve';
  if (valueFrom.includes(':secretsmanager:')) {
    const arn = valueFrom.split(':').slice(0, 7).join(':');
    const denied = may('secretsmanager:GetSecretValue', arn);
    if (denied === undefined) return undefined;
    return `${prefix} secret from asm: service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: ${denied}`;
  }
  const name = valueFrom.replace(/^\//, '');
  const arn = valueFrom.startsWith('arn:') ? valueFrom : `arn:aws:ssm:${region}:${accountId}:parameter/${name}`;
  const denied = may('ssm:GetParameters', arn);
  return denied && `${prefix} secrets from ssm: service call has been retried 1 time(s): ${denied}`;
}

/** Images of ECR need a token first. Words: developer guide, "Amazon ECS resource initialization error messages". */
function registryProblem(container: ContainerDefinition, may: ExecutionRights): string | undefined {
  if (!/^\d{12}\.dkr\.ecr\./.test(container.image ?? '')) return undefined;
  const denied = may('ecr:GetAuthorizationToken', '*');
  return (
    denied &&
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ' +
      `unable to retrieve ecr registry auth: service call has been retried 1 time(s): ${denied}`
  );
}

function secretProblem(world: World, valueFrom: string, error: AwsError): string {
  const prefix = 'execution resource retrieval failed: unable to retrieve';
  if (!valueFrom.includes(':secretsmanager:')) {
    return error.code === 'ParameterNotFound'
      ? `${prefix} secrets from ssm: invalid parameters: ${valueFrom}`
      : `${prefix} secrets from ssm: service call has been retried 1 time(s): ${error.code}: ${error.message}`;
  }
  return (
    `${prefix} secret from asm: service call has been retried 1 time(s): failed to fetch secret ${valueFrom} ` +
    `from secrets manager: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, ` +
    `RequestID: ${world.uuid()}, ${error.code}: ${error.message}`
  );
}

/** Words as quoted: https://github.com/terraform-aws-modules/terraform-aws-ecs/pull/313. */
function prepareLogs(
  world: World,
  scope: Scope,
  task: TaskRecord,
  container: ContainerDefinition,
  may: ExecutionRights,
): string | undefined {
  const target = logTarget(scope, container);
  if (!target) return undefined;
  const prefix =
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log';
  const group = `arn:aws:logs:${target.scope.region}:${scope.accountId}:log-group:${target.group}:log-stream:`;
  const exists = world.ports.logs.groupExists(target.scope, target.group);
  if (!exists && container.logConfiguration?.options?.['awslogs-create-group'] === 'true') {
    const denied = may('logs:CreateLogGroup', group);
    if (denied !== undefined) return `${prefix} group: ${denied} : exit status 1`;
    world.ports.logs.createGroup(target.scope, target.group);
    return undefined;
  }
  const record = task.containers.find(({ name }) => name === container.name);
  const denied = may('logs:CreateLogStream', `${group}${record ? streamName(target, task, record) : '*'}`);
  if (denied !== undefined) return `${prefix} stream: ${denied} : exit status 1`;
  if (exists) return undefined;
  return (
    `${prefix} stream: operation error CloudWatch Logs: CreateLogStream, ` +
    `https response error StatusCode: 400, RequestID: ${world.uuid()}, ` +
    'ResourceNotFoundException: The specified log group does not exist. : exit status 1'
  );
}

/**
 * An image whose name says `does-not-exist`, that its repository in the sandbox's ECR does not have, or whose behaviour
 * has a `pullError`, cannot be pulled; neither can one that a fault keeps from its registry.
 */
function pull(world: World, container: ContainerDefinition): string | undefined {
  const image = container.image ?? '';
  const reference = fullReference(image);
  if (world.faults.strikes('imagePullFailure', [image])) return unreachable(reference);
  const scripted = longestPrefix(world.settings.behaviours, image)?.pullError;
  const absent = image.includes('does-not-exist') || world.ports.images.digestOf(image) === 'absent';
  if (scripted === undefined && !absent) return undefined;
  const cause = scripted ?? `failed to resolve ref ${reference}: not found`;
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): ${cause}`;
}

/** The words for a registry that does not answer; its address is one that is kept for documentation (RFC 5737). */
function unreachable(reference: string): string {
  const [, registry = '', repository = '', version = ''] = /^([^/]+)\/(.+?)[:@]([^/]+)$/.exec(reference) ?? [];
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  return (
    `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${reference}: ` +
    `failed to do request: Head "https://${host}/v2/${repository}/manifests/${version}": ` +
    'dial tcp 192.0.2.1:443: i/o timeout'
  );
}

/** The image with the registry and tag that Docker would add. */
function fullReference(image: string): string {
  const [first = ''] = image.split('/');
  const hasRegistry = image.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const path = hasRegistry ? image : `docker.io/${image.includes('/') ? image : `library/${image}`}`;
  return /[:@][^/]*$/.test(path) ? path : `${path}:latest`;
}
