import type { ExecuteCommandRequest, ExecuteCommandResponse } from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import { AwsError } from '../../../kernel/service.ts';
import { ecsArn, lastPart } from '../arns.ts';
import { invalidParameter } from '../errors.ts';
import { activeCluster, definitionOf, findTask } from '../lookup.ts';
import type { ContainerRecord, TaskRecord } from '../task-record.ts';

/** What the task role must allow for the SSM agent in the task. Source: developer guide, "Using ECS Exec" (task IAM role). */
const agentActions: readonly string[] = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

/**
 * ExecuteCommand: a session of Session Manager, which the sandbox gives out and does not serve: nothing listens behind
 * its stream. Source: API_ExecuteCommand. Words as quoted: https://github.com/keidarcy/e1s/issues/206 (not enabled),
 * https://github.com/aws/containers-roadmap/issues/2518 (not connected); of the containers the sandbox's own.
 */
export function executeCommand(input: ExecuteCommandRequest, call: Call): ExecuteCommandResponse {
  const { world, scope } = call;
  const cluster = activeCluster(world, scope, input.cluster);
  if (!input.interactive) throw invalidParameter('Interactive is the only mode supported currently.');
  const task = findTask(world, scope, cluster.name, input.task ?? '');
  if (!task) throw invalidParameter('The referenced task was not found.');
  const container = chosen(task, input.container);
  if (!task.enableExecuteCommand || container.lastStatus !== 'RUNNING') {
    throw invalidParameter(
      "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. " +
        'Wait and try again or run a new task with execute command enabled and try again.',
    );
  }
  checkAgent(call, task);
  const sessionId = `ecs-execute-command-${world.id(17)}`;
  return {
    clusterArn: ecsArn(scope, `cluster/${cluster.name}`),
    taskArn: task.arn,
    containerArn: container.arn,
    containerName: container.name,
    interactive: true,
    session: {
      sessionId,
      streamUrl: `wss://ssmmessages.${scope.region}.amazonaws.com/v1/data-channel/${sessionId}?role=publish_subscribe`,
      tokenValue: Buffer.from(world.id(64)).toString('base64'),
    },
  };
}

/** "A container name only needs to be specified for tasks containing multiple containers." */
function chosen({ containers }: TaskRecord, name: string | undefined): ContainerRecord {
  const [only] = containers;
  if (name === undefined && containers.length === 1 && only) return only;
  if (name === undefined)
    throw invalidParameter('A container name must be specified for tasks with multiple containers.');
  const found = containers.find((container) => container.name === name);
  if (!found) throw invalidParameter(`The container ${name} was not found in the task.`);
  return found;
}

/** The agent connects with the task role: without one, or without its permissions, nothing is connected. */
function checkAgent({ world, scope }: Call, task: TaskRecord): void {
  if (world.settings.iam === 'off') return;
  const role = task.overrides.taskRoleArn ?? definitionOf(world, scope, task.taskDefinitionArn).taskRoleArn;
  const session = role && `arn:aws:sts::${scope.accountId}:assumed-role/${lastPart(role)}/${task.id}`;
  if (session && agentActions.every((action) => !world.ports.identity.refusal(session, action, '*'))) return;
  throw new AwsError(
    'TargetNotConnectedException',
    'The execute command failed due to an internal error. Try again later.',
  );
}
