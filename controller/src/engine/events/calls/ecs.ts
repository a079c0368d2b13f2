import type { Json } from '../../../core/json.ts';
import { field, list, text, texts } from '../fields.ts';
import { arnIn, isArn, resourceOf } from '../place.ts';
import { type ApiCall, type CallTable, NOTHING, type Touched } from './call.ts';

/** The cluster that ECS takes when a call names none. */
const DEFAULT_CLUSTER = 'default';

/** The ARN in the answer, else what is asked for, completed. */
function named(
  type: Touched['type'],
  answer: readonly string[],
  resource: string,
  ...asked: readonly string[]
): Touched {
  return {
    type,
    read: (call) => {
      const arn = text(call.response, ...answer);
      if (arn !== undefined) return [arn];
      const name = asked.map((member) => text(call.request, member)).find((value) => value !== undefined);
      return name === undefined ? [] : [complete(call, resource, name)];
    },
  };
}

function complete(call: ApiCall, resource: string, name: string): string {
  return isArn(name) ? name : arnIn(call.place, 'ecs', `${resource}/${name}`);
}

/** Name of the cluster that a call is about. */
function clusterName(call: ApiCall): string {
  const asked = text(call.request, 'cluster') ?? DEFAULT_CLUSTER;
  return isArn(asked) ? (resourceOf(asked).split('/')[1] ?? asked) : asked;
}

/**
 * ARNs that a service or task of that name may have: with the cluster's name in it, and the older form without.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html
 */
function both(call: ApiCall, resource: 'service' | 'task', name: string): readonly string[] {
  if (isArn(name)) return [name];
  return [
    arnIn(call.place, 'ecs', `${resource}/${clusterName(call)}/${name}`),
    arnIn(call.place, 'ecs', `${resource}/${name}`),
  ];
}

const cluster = named('ecs:cluster', ['cluster', 'clusterArn'], 'cluster', 'cluster', 'clusterName');
const gatewayCluster = named('ecs:cluster', ['clusterArn'], 'cluster', 'cluster');
const capacityProvider = named(
  'ecs:capacity-provider',
  ['capacityProvider', 'capacityProviderArn'],
  'capacity-provider',
  'capacityProvider',
  'name',
);
const daemon = named('ecs:daemon', ['daemonArn'], 'daemon', 'daemonArn');
const daemonTaskDefinition = named(
  'ecs:daemon-task-definition',
  ['daemonTaskDefinitionArn'],
  'daemon-task-definition',
  'daemonTaskDefinition',
);
const gateway = named('ecs:gateway', ['gatewayArn'], 'gateway', 'gateway');
const expressService = named('ecs:service', ['service', 'serviceArn'], 'service', 'serviceArn');

const service: Touched = {
  type: 'ecs:service',
  read: (call) => {
    const arn = text(call.response, 'service', 'serviceArn') ?? text(call.response, 'taskSet', 'serviceArn');
    if (arn !== undefined) return [arn];
    const name = text(call.request, 'service') ?? text(call.request, 'serviceName');
    return name === undefined ? [] : both(call, 'service', name);
  },
};

/** A deployment of a service, and the service. */
const serviceDeployment: Touched = {
  type: 'ecs:service-deployment',
  read: ({ request, response }) => {
    const arn = text(request, 'serviceDeploymentArn') ?? text(response, 'serviceDeploymentArn');
    return arn === undefined ? [] : [arn];
  },
};
const serviceOfDeployment: Touched = {
  type: 'ecs:service',
  read: (call) => serviceDeployment.read(call).flatMap(serviceOfDeploymentArn),
};

/** The service of `arn:…:service-deployment/<cluster>/<service>/<id>`; none when it is not such an ARN. */
export function serviceOfDeploymentArn(arn: string): readonly string[] {
  const [kind, inCluster, name] = resourceOf(arn).split('/');
  if (kind !== 'service-deployment' || inCluster === undefined || name === undefined) return [];
  return [`${arn.split(':').slice(0, 5).join(':')}:service/${inCluster}/${name}`];
}

const task: Touched = {
  type: 'ecs:task',
  read: (call) => {
    const answered = [...tasksOf(call), ...list(call.response, 'protectedTasks')].flatMap((each) =>
      arns(each, 'taskArn'),
    );
    if (answered.length > 0) return answered;
    const asked = [text(call.request, 'task'), ...texts(call.request, 'tasks')];
    return asked.flatMap((name) => (name === undefined ? [] : both(call, 'task', name)));
  },
};

/** The services that started the tasks of an answer. */
const serviceOfTask: Touched = { type: 'ecs:service', read: (call) => tasksOf(call).flatMap(serviceOfTaskDetail) };

function tasksOf({ response }: ApiCall): readonly Json[] {
  return [...list(response, 'tasks'), field(response, 'task') ?? null];
}

function arns(value: Json, name: string): readonly string[] {
  const arn = text(value, name);
  return arn === undefined ? [] : [arn];
}

/**
 * The service whose task this is, in both forms of its ARN: `group` is `service:<name>`, as DescribeTasks and the event
 * "ECS Task State Change" say it. None for a task that nobody's service started.
 */
export function serviceOfTaskDetail(detail: Json): readonly string[] {
  const name = /^service:(.+)$/u.exec(text(detail, 'group') ?? '')?.[1];
  const clusterArn = text(detail, 'clusterArn');
  if (name === undefined || clusterArn === undefined || !isArn(clusterArn)) return [];
  const inAccount = clusterArn.split(':').slice(0, 5).join(':');
  const inCluster = resourceOf(clusterArn).split('/')[1];
  return [`${inAccount}:service/${inCluster}/${name}`, `${inAccount}:service/${name}`];
}

const taskDefinition: Touched = {
  type: 'ecs:task-definition',
  read: (call) => {
    const answered = [field(call.response, 'taskDefinition') ?? null, ...list(call.response, 'taskDefinitions')];
    const found = answered.flatMap((each) => arns(each, 'taskDefinitionArn'));
    if (found.length > 0) return found;
    const asked = [text(call.request, 'taskDefinition'), ...texts(call.request, 'taskDefinitions')];
    return asked.flatMap((name) => (name === undefined ? [] : [complete(call, 'task-definition', name)]));
  },
};

const tagged: Touched = {
  type: 'any',
  read: ({ request }) => {
    const arn = text(request, 'resourceArn');
    return arn === undefined ? [] : [arn];
  },
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html */
export const ECS_CALLS: CallTable = {
  AssociateGatewayWithCluster: [gateway, gatewayCluster],
  ContinueServiceDeployment: [serviceDeployment, serviceOfDeployment],
  CreateCapacityProvider: [capacityProvider],
  CreateCluster: [cluster],
  CreateDaemon: [daemon],
  CreateExpressGatewayService: [expressService],
  CreateGateway: [gateway],
  CreateService: [service],
  CreateTaskSet: [service],
  DeleteAccountSetting: NOTHING,
  DeleteAttributes: NOTHING,
  DeleteCapacityProvider: [capacityProvider],
  DeleteCluster: [cluster],
  DeleteDaemon: [daemon],
  DeleteDaemonTaskDefinition: [daemonTaskDefinition],
  DeleteExpressGatewayService: [expressService],
  DeleteGateway: [gateway],
  DeleteService: [service],
  DeleteTaskDefinitions: [taskDefinition],
  DeleteTaskSet: [service],
  DeregisterContainerInstance: NOTHING,
  DeregisterTaskDefinition: [taskDefinition],
  DisassociateGatewayFromCluster: [gateway, gatewayCluster],
  ExecuteCommand: NOTHING,
  PutAccountSetting: NOTHING,
  PutAccountSettingDefault: NOTHING,
  PutAttributes: NOTHING,
  PutClusterCapacityProviders: [cluster],
  RegisterContainerInstance: NOTHING,
  RegisterDaemonTaskDefinition: [daemonTaskDefinition],
  RegisterTaskDefinition: [taskDefinition],
  RunTask: [task],
  StartTask: [task],
  StopServiceDeployment: [serviceDeployment, serviceOfDeployment],
  StopTask: [task, serviceOfTask],
  // What container agents tell of their tasks: EventBridge has a state change of its own for it.
  SubmitAttachmentStateChanges: NOTHING,
  SubmitContainerStateChange: NOTHING,
  SubmitTaskStateChange: NOTHING,
  TagResource: [tagged],
  UntagResource: [tagged],
  UpdateCapacityProvider: [capacityProvider],
  UpdateCluster: [cluster],
  UpdateClusterSettings: [cluster],
  UpdateContainerAgent: NOTHING,
  UpdateContainerInstancesState: NOTHING,
  UpdateDaemon: [daemon],
  UpdateExpressGatewayService: [expressService],
  UpdateGateway: [gateway],
  UpdateService: [service],
  UpdateServicePrimaryTaskSet: [service],
  UpdateTaskProtection: [task],
  UpdateTaskSet: [service],
};
