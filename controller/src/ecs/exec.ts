import { ExecuteCommandCommand } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../aws/context.ts';
import { doing } from '../aws/errors.ts';
import type { ExecRequest, ExecSession, TaskContainer, TaskState } from '../core/driver.ts';
import { TerminalError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';

/** A container in which a command can run. */
interface Place {
  readonly task: TaskState;
  readonly container: TaskContainer;
}

/**
 * Opens a session in a container, after a look at what ECS would refuse with less words.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
 * @throws TerminalError `NotFound` for a task or container that is not there, `NotAllowed` where ECS Exec does not work
 */
export async function openExec(
  aws: AwsContext,
  tasks: readonly TaskState[],
  request: ExecRequest,
  abortSignal: AbortSignal,
): Promise<ExecSession> {
  const { task, container } = placeFor(tasks, request);
  const command = new ExecuteCommandCommand({
    cluster: task.cluster,
    task: task.arn,
    container: container.name,
    command: request.command,
    // Non-interactive commands are not supported: the API takes true alone.
    interactive: true,
  });
  const answer = await doing(`ExecuteCommand in task ${task.id}`, aws.ecs.send(command, { abortSignal }));
  const { sessionId, streamUrl, tokenValue } = answer.session ?? {};
  if (sessionId === undefined || streamUrl === undefined || tokenValue === undefined) {
    throw new Error(`ExecuteCommand in task ${task.id} gave no session`);
  }
  const cluster = task.cluster.split('/').at(-1) ?? '';
  return {
    task: task.id,
    container: container.name,
    target: `ecs:${cluster}_${task.id}_${container.runtimeId ?? ''}`,
    region: aws.region,
    sessionId,
    streamUrl,
    token: tokenValue,
  };
}

/** Where the command can run. */
export function placeFor(tasks: readonly TaskState[], { task: id, container: name }: ExecRequest): Place {
  const task = taskFor(tasks, id);
  if (!task.execEnabled) {
    throw new TerminalError(
      'NotAllowed',
      `task ${task.id} was started without ECS Exec: set enableExecuteCommand: true, sync, and restart the service`,
    );
  }
  const container = containerFor(task, name);
  if (container.execAgent !== 'RUNNING') {
    const found = container.execAgent === undefined ? 'was not started' : `is ${container.execAgent}`;
    throw new TerminalError(
      'NotAllowed',
      `the ExecuteCommandAgent in container ${container.name} of task ${task.id} ${found}, expected RUNNING: the task role ` +
        'has to allow ssmmessages (CreateControlChannel, CreateDataChannel, OpenControlChannel, OpenDataChannel), and the ' +
        'task has to reach it; a task that runs already has to be restarted',
    );
  }
  return { task, container };
}

function taskFor(tasks: readonly TaskState[], id: string | undefined): TaskState {
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  if (id !== undefined) {
    const found = tasks.find((task) => task.id === id || task.arn === id);
    if (found?.lastStatus === 'RUNNING') return found;
    const ids = running.map((task) => task.id);
    const what = found === undefined ? `there is no task ${id}` : `task ${id} is ${found.lastStatus}`;
    throw new TerminalError('NotFound', `${what}, expected one of ${ids.join(', ') || 'none'}${didYouMean(id, ids)}`);
  }
  const [newest] = running;
  if (newest === undefined) throw new TerminalError('NotFound', 'no task runs');
  const hasAgent = ({ containers }: TaskState): boolean => containers.some(({ execAgent }) => execAgent === 'RUNNING');
  return running.find((task) => task.execEnabled && hasAgent(task)) ?? newest;
}

function containerFor({ id, containers }: TaskState, name: string | undefined): TaskContainer {
  const names = containers.map((container) => container.name);
  const found =
    name === undefined
      ? (containers.find(({ execAgent }) => execAgent === 'RUNNING') ?? containers[0])
      : containers.find((container) => container.name === name);
  if (found !== undefined) return found;
  const hint = name === undefined ? '' : didYouMean(name, names);
  throw new TerminalError(
    'NotFound',
    `task ${id} has no container "${name ?? ''}", expected one of ${names.join(', ')}${hint}`,
  );
}
