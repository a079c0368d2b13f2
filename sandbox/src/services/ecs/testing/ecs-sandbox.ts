import {
  type ContainerDefinition,
  type CreateServiceCommandInput,
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../index.ts';

/** Time at which the tests' sandboxes begin. */
export const begin = Date.UTC(2026, 0, 1);

/** A sandbox with stepped time, a client of it and the steps that most tests begin with. */
export interface EcsSandbox {
  readonly sandbox: Sandbox;
  readonly ecs: ECSClient;
  /** Settings for further clients of the sandbox. */
  readonly client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** Registers a revision of the Fargate family with one container, and gives its ARN. */
  register(container?: ContainerDefinition, more?: Partial<RegisterTaskDefinitionCommandInput>): Promise<string>;
  /** Creates the Fargate service `web` in the cluster `main`. */
  create(more?: Partial<CreateServiceCommandInput>): Promise<Service>;
  /** The service `web` as it is now. */
  service(name?: string): Promise<Service>;
  /** The service's tasks of this desired status. */
  tasks(desiredStatus?: 'RUNNING' | 'STOPPED'): Promise<Task[]>;
  /** One task, by its ARN. */
  task(taskArn: string): Promise<Task>;
  /** The service's events, the oldest first, with ids replaced by what they are. */
  events(): Promise<string[]>;
  /** Steps time until the condition holds. Throws when it does not within ten minutes. */
  until(reached: (service: Service) => boolean): Promise<Service>;
  close(): Promise<void>;
}

/** Starts one with the cluster `main`. */
export async function ecsSandbox(options: SandboxOptions = {}): Promise<EcsSandbox> {
  const sandbox = await startSandbox({ time: 'stepped', port: 0, runtime: 'simulated', startAt: begin, ...options });
  return ecsSandboxOn(sandbox);
}

/** The same around a sandbox that was started already. */
export async function ecsSandboxOn(sandbox: Sandbox): Promise<EcsSandbox> {
  const client = {
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'secret' },
  };
  const ecs = new ECSClient({ ...client, maxAttempts: 1 });
  await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));

  const service = async (name = 'web') => {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'main', services: [name] }));
    const [found] = services ?? [];
    if (!found) throw new Error(`there is no service ${name}`);
    return found;
  };

  return {
    sandbox,
    ecs,
    client,
    service,
    async register(container = {}, more = {}) {
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: 'web',
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
          containerDefinitions: [{ name: 'web', image: 'web:1', portMappings: [{ containerPort: 80 }], ...container }],
          ...more,
        }),
      );
      return taskDefinition?.taskDefinitionArn ?? '';
    },
    async create(more = {}) {
      const created = await ecs.send(
        new CreateServiceCommand({
          cluster: 'main',
          serviceName: 'web',
          taskDefinition: 'web',
          desiredCount: 2,
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } },
          ...more,
        }),
      );
      return created.service ?? {};
    },
    async tasks(desiredStatus = 'RUNNING') {
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'main', serviceName: 'web', desiredStatus }));
      if (!taskArns?.length) return [];
      const { tasks } = await ecs.send(
        new DescribeTasksCommand({ cluster: 'main', tasks: taskArns, include: ['TAGS'] }),
      );
      return tasks ?? [];
    },
    async task(taskArn) {
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: [taskArn] }));
      const [task] = tasks ?? [];
      if (!task) throw new Error(`there is no task ${taskArn}`);
      return task;
    },
    async events() {
      const { events } = await service();
      return (events ?? []).map(({ message = '' }) => anonymous(message)).toReversed();
    },
    async until(reached) {
      for (let waited = 0; waited < 600; waited++) {
        const now = await service();
        if (reached(now)) return now;
        await sandbox.advance(1000);
      }
      throw new Error(`not reached in ten minutes: ${JSON.stringify((await service()).deployments)}`);
    },
    async close() {
      ecs.destroy();
      await sandbox.close();
    },
  };
}

/** Whether the PRIMARY deployment is complete. */
export function isCompleted(service: Service): boolean {
  return service.deployments?.[0]?.rolloutState === 'COMPLETED';
}

/** The message with task ids, deployment ids and ARNs of target groups left out. */
function anonymous(message: string): string {
  return message
    .replace(/\(task [0-9a-f]{32}\)/g, '(task)')
    .replace(/ecs-svc\/\d+/g, 'ecs-svc')
    .replace(/arn:aws:elasticloadbalancing:[^)]*/g, 'arn');
}
