import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { TaskTemplate } from '../api/task.ts';
import type { DiffRules } from '../core/diff.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { canonicalContainer } from './container.ts';
import { cpuUnits, memoryMiB } from './size.ts';
import { objectOf, objectsIn, sorted, sortedBy, withDefaults, withoutBlanks } from './tree.ts';

/** What the defaults of a task depend on. */
export interface TaskSetting {
  readonly partition: string;
  readonly accountId: string;
  /** The service has a network configuration: the network mode is awsvpc unless the task says otherwise. */
  readonly hasNetwork: boolean;
  /** The service runs on Fargate for certain: the definition is checked against it unless the task says otherwise. */
  readonly onFargate: boolean;
}

/** Canonical form of a declared task, in the shape of the manifest. */
export function canonicalTask(task: TaskTemplate, setting: TaskSetting): JsonObject {
  return canonical(
    {
      ...task,
      networkMode: networkModeOf(task, setting),
      requiresCompatibilities: compatibilitiesOf(task, setting),
      executionRole: roleArn(task.executionRole, setting),
      taskRole: roleArn(task.taskRole, setting),
    },
    task.containers,
  );
}

/** Members of a live task definition that say what became of it, not what was asked for. */
type OutputOnly =
  | 'taskDefinitionArn'
  | 'family'
  | 'revision'
  | 'status'
  | 'requiresAttributes'
  | 'compatibilities'
  | 'registeredAt'
  | 'deregisteredAt'
  | 'deleteRequestedAt'
  | 'registeredBy';

const OUTPUT_ONLY: readonly OutputOnly[] = [
  'taskDefinitionArn',
  'family',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'deregisteredAt',
  'deleteRequestedAt',
  'registeredBy',
];

/** A task definition never changes, and the same object comes out of the reader's cache in every pass. */
const canonicalForms = new WeakMap<TaskDefinition, JsonObject>();

/** Canonical form of a live task definition, in the shape of the manifest. Members that Longshore does not know stay. */
export function canonicalLiveTask(live: TaskDefinition): JsonObject {
  const known = canonicalForms.get(live);
  if (known !== undefined) return known;
  const form = canonicalFormOf(live);
  canonicalForms.set(live, form);
  return form;
}

function canonicalFormOf(live: TaskDefinition): JsonObject {
  const { containerDefinitions, executionRoleArn, taskRoleArn, ...rest } = live;
  const declared = Object.fromEntries(
    Object.entries(rest).filter(([key]) => !(OUTPUT_ONLY as readonly string[]).includes(key)),
  );
  return canonical(
    { ...declared, networkMode: live.networkMode ?? 'bridge', executionRole: executionRoleArn, taskRole: taskRoleArn },
    containerDefinitions ?? [],
  );
}

function canonical(task: object, containers: readonly object[]): JsonObject {
  const given = withoutBlanks(objectOf(task));
  const networkMode = typeof given['networkMode'] === 'string' ? given['networkMode'] : 'bridge';
  return objectOf({
    enableFaultInjection: false,
    ...given,
    cpu: sized(given['cpu'], cpuUnits),
    memory: sized(given['memory'], memoryMiB),
    requiresCompatibilities: sorted(given['requiresCompatibilities']),
    runtimePlatform: withDefaults(given['runtimePlatform'], {
      cpuArchitecture: 'X86_64',
      operatingSystemFamily: 'LINUX',
    }),
    proxyConfiguration: canonicalProxy(given['proxyConfiguration']),
    placementConstraints: objectsIn(given['placementConstraints']).map((rule) => ({ type: 'memberOf', ...rule })),
    volumes: sortedBy('name', objectsIn(given['volumes']).map(canonicalVolume)),
    containers: sortedBy(
      'name',
      containers.map((container) => canonicalContainer(container, networkMode)),
    ),
  });
}

/** Awsvpc for services with a network, else ECS's own default. */
export function networkModeOf(task: TaskTemplate, { hasNetwork }: Pick<TaskSetting, 'hasNetwork'>): string {
  return task.networkMode || (hasNetwork ? 'awsvpc' : 'bridge');
}

/** What ECS is to check the definition against. */
export function compatibilitiesOf(task: TaskTemplate, { onFargate }: TaskSetting): readonly string[] {
  return task.requiresCompatibilities ?? (onFargate ? ['FARGATE'] : []);
}

/** ECS takes a role's name and reads back its ARN. */
export function roleArn(role: string | undefined, { partition, accountId }: TaskSetting): string | undefined {
  if (role === undefined || role === '' || role.startsWith('arn:') || role.includes('${')) return role;
  return `arn:${partition}:iam::${accountId}:role/${role}`;
}

function sized(value: Json | undefined, parse: (text: number | string) => number | undefined): Json | undefined {
  return typeof value === 'string' || typeof value === 'number' ? (parse(value) ?? value) : value;
}

function canonicalProxy(value: Json | undefined): JsonObject | undefined {
  const proxy = withDefaults(value, { type: 'APPMESH' });
  return proxy && { ...proxy, properties: sortedBy('name', objectsIn(proxy['properties'])) };
}

function canonicalVolume(volume: JsonObject): JsonObject {
  const efs = withDefaults(volume['efsVolumeConfiguration'], { rootDirectory: '/', transitEncryption: 'DISABLED' });
  const s3files = withDefaults(volume['s3filesVolumeConfiguration'], { rootDirectory: '/' });
  const docker = withDefaults(volume['dockerVolumeConfiguration'], {
    scope: 'task',
    driver: 'local',
    autoprovision: false,
  });
  return objectOf({
    configuredAtLaunch: false,
    ...volume,
    efsVolumeConfiguration: efs && {
      ...efs,
      authorizationConfig: withDefaults(efs['authorizationConfig'], { iam: 'DISABLED' }),
    },
    s3filesVolumeConfiguration: s3files,
    dockerVolumeConfiguration: docker,
  });
}

/** How two canonical tasks under `/task` are compared. */
export const TASK_DIFF: Required<Pick<DiffRules, 'keyed' | 'sets' | 'leaveWhenAbsent' | 'effects'>> = {
  keyed: {
    '/task/containers': 'name',
    '/task/containers/*/environment': 'name',
    '/task/containers/*/secrets': 'name',
    '/task/containers/*/ulimits': 'name',
    '/task/containers/*/systemControls': 'namespace',
    '/task/containers/*/logConfiguration/secretOptions': 'name',
    '/task/volumes': 'name',
  },
  sets: [
    '/task/requiresCompatibilities',
    '/task/proxyConfiguration/properties',
    '/task/containers/*/portMappings',
    '/task/containers/*/mountPoints',
    '/task/containers/*/volumesFrom',
    '/task/containers/*/links',
    '/task/containers/*/resourceRequirements',
    '/task/containers/*/linuxParameters/capabilities/add',
    '/task/containers/*/linuxParameters/capabilities/drop',
  ],
  // The account setting defaultLogDriverMode decides.
  leaveWhenAbsent: ['/task/containers/*/logConfiguration/options/mode'],
  effects: { '/task': 'restartsTasks' },
};
