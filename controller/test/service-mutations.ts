import type {
  ContainerDefinition,
  Deployment,
  RegisterTaskDefinitionCommandInput,
  Service,
  ServiceConnectConfiguration,
  UpdateServiceCommandInput,
  Volume,
} from '@aws-sdk/client-ecs';

/** What somebody changes by hand in the task definition. True when there was something to change. */
export interface TaskMutation {
  /** Where the plan has to show it. */
  readonly path: string;
  readonly change: (task: RegisterTaskDefinitionCommandInput, web: ContainerDefinition) => boolean;
}

/** What somebody changes by hand in the service. Undefined when there is nothing to change. */
export interface ServiceMutation {
  readonly path: string;
  readonly change: (service: Service, primary: Deployment) => Partial<UpdateServiceCommandInput> | undefined;
}

/** Sets members of an object when it is there. */
function set<T extends object>(target: T | undefined, values: Partial<T>): boolean {
  if (target !== undefined) Object.assign(target, values);
  return target !== undefined;
}

function web(path: string, change: (web: ContainerDefinition) => boolean | undefined): TaskMutation {
  return { path: `/task/containers/web/${path}`, change: (_task, container) => change(container) === true };
}

function volume(name: string, path: string, change: (volume: Volume) => boolean): TaskMutation {
  return {
    path: `/task/volumes/${name}/${path}`,
    change: ({ volumes = [] }) => {
      const found = volumes.find((candidate) => candidate.name === name);
      return found !== undefined && change(found);
    },
  };
}

/** A field that is there gets another value. */
function replaced<K extends keyof ContainerDefinition>(key: K, value: ContainerDefinition[K]): TaskMutation {
  return web(key, (container) => container[key] !== undefined && set(container, { [key]: value }));
}

/** One change for each field of the task definition. */
export const TASK_MUTATIONS: readonly TaskMutation[] = [
  web('image', (container) => set(container, { image: 'example/web:2.0.0' })),
  web('memory', (container) => set(container, { memory: 255 })),
  web('cpu', (container) => set(container, { cpu: 32 })),
  replaced('memoryReservation', 96),
  web('repositoryCredentials/credentialsParameter', ({ repositoryCredentials }) =>
    set(repositoryCredentials, { credentialsParameter: 'arn:other' }),
  ),
  replaced('entryPoint', ['other', 'program', 'x']),
  replaced('command', ['other', 'command', 'x']),
  web(
    'environment/ADDED',
    ({ environment = [] }) => environment.length > 0 && environment.push({ name: 'ADDED', value: 'x' }) > 0,
  ),
  web('environmentFiles/0/value', ({ environmentFiles }) =>
    set(environmentFiles?.[0], { value: 'arn:aws:s3:::bucket/other.env' }),
  ),
  web(
    'secrets/ADDED',
    ({ secrets = [] }) => secrets.length > 0 && secrets.push({ name: 'ADDED', valueFrom: '/shop/other' }) > 0,
  ),
  web('healthCheck/interval', ({ healthCheck }) => set(healthCheck, { interval: 300 })),
  web('logConfiguration/options/awslogs-stream-prefix', ({ logConfiguration }) =>
    set(logConfiguration?.options, { 'awslogs-stream-prefix': 'OTHER' }),
  ),
  replaced('startTimeout', 1),
  replaced('stopTimeout', 120),
  web('restartPolicy/restartAttemptPeriod', ({ restartPolicy }) => set(restartPolicy, { restartAttemptPeriod: 1800 })),
  web('user', (container) => set(container, { user: 'somebody' })),
  web('workingDirectory', (container) => set(container, { workingDirectory: '/elsewhere' })),
  web('readonlyRootFilesystem', (container) =>
    set(container, { readonlyRootFilesystem: container.readonlyRootFilesystem !== true }),
  ),
  web('interactive', (container) => set(container, { interactive: container.interactive !== true })),
  web('pseudoTerminal', (container) => set(container, { pseudoTerminal: container.pseudoTerminal !== true })),
  web('ulimits/nofile/hardLimit', ({ ulimits }) => set(ulimits?.[0], { hardLimit: 8192 })),
  web('systemControls/net.core.somaxconn/value', ({ systemControls }) => set(systemControls?.[0], { value: '4096' })),
  web('dockerLabels/ADDED', (container) =>
    container.dockerLabels !== undefined && Object.keys(container.dockerLabels).length > 0
      ? set(container.dockerLabels, { ADDED: 'x' })
      : false,
  ),
  web(
    'credentialSpecs',
    (container) =>
      container.credentialSpecs !== undefined && set(container, { credentialSpecs: ['credentialspec:arn:other'] }),
  ),
  web('versionConsistency', (container) =>
    set(container, { versionConsistency: container.versionConsistency === 'disabled' ? 'enabled' : 'disabled' }),
  ),
  web('portMappings', ({ portMappings }) => set(portMappings?.[1], { protocol: 'tcp' })),
  web('mountPoints', ({ mountPoints }) => set(mountPoints?.[0], { readOnly: true })),
  web('dependsOn/0/condition', ({ dependsOn }) => set(dependsOn?.[0], { condition: 'HEALTHY' })),
  web('linuxParameters/initProcessEnabled', ({ linuxParameters: linux }) =>
    Object.keys(linux?.capabilities ?? linux?.devices ?? {}).length > 0
      ? set(linux, { initProcessEnabled: linux?.initProcessEnabled !== true })
      : false,
  ),
  web('linuxParameters/capabilities/add', ({ linuxParameters }) =>
    set(linuxParameters?.capabilities, { add: ['SYS_PTRACE', 'KILL'] }),
  ),
  web('linuxParameters/maxSwap', ({ linuxParameters: linux }) =>
    linux?.maxSwap === undefined ? false : set(linux, { maxSwap: 2048 }),
  ),
  web('linuxParameters/tmpfs/0/size', ({ linuxParameters }) => set(linuxParameters?.tmpfs?.[0], { size: 128 })),
  web('linuxParameters/devices/0/containerPath', ({ linuxParameters }) =>
    set(linuxParameters?.devices?.[0], { containerPath: '/dev/other' }),
  ),
  replaced('hostname', 'OTHER'),
  replaced('dnsServers', ['10.0.0.3', '10.0.0.2']),
  replaced('dnsSearchDomains', ['a.example.com', 'b.example.com']),
  web('extraHosts/0/ipAddress', ({ extraHosts }) => set(extraHosts?.[0], { ipAddress: '10.0.0.10' })),
  replaced('dockerSecurityOptions', ['label:disable']),
  web('resourceRequirements', ({ resourceRequirements }) => set(resourceRequirements?.[0], { value: '2' })),
  replaced('links', ['agent:other']),
  {
    path: '/task/containers/agent/firelensConfiguration/options/enable-ecs-log-metadata',
    change: ({ containerDefinitions = [] }) =>
      set(containerDefinitions.find(({ name }) => name === 'agent')?.firelensConfiguration?.options, {
        'enable-ecs-log-metadata': 'false',
      }),
  },
  volume('efs', 'efsVolumeConfiguration/authorizationConfig/accessPointId', ({ efsVolumeConfiguration: efs }) =>
    set(efs?.authorizationConfig, { accessPointId: 'fsap-2' }),
  ),
  volume('efs-plain', 'efsVolumeConfiguration/transitEncryption', ({ efsVolumeConfiguration: efs }) =>
    set(efs, { transitEncryption: 'ENABLED' }),
  ),
  volume('s3', 's3filesVolumeConfiguration/rootDirectory', ({ s3filesVolumeConfiguration: s3 }) =>
    set(s3, { rootDirectory: '/other' }),
  ),
  volume('host', 'host/sourcePath', ({ host }) => set(host, { sourcePath: '/other' })),
  volume('docker', 'dockerVolumeConfiguration/driverOpts/type', ({ dockerVolumeConfiguration: docker }) =>
    set(docker?.driverOpts, { type: 'nfs' }),
  ),
  volume('docker-plain', 'dockerVolumeConfiguration/driver', ({ dockerVolumeConfiguration: docker }) =>
    set(docker, { driver: 'rexray' }),
  ),
  volume(
    'fsx',
    'fsxWindowsFileServerVolumeConfiguration/authorizationConfig/domain',
    ({ fsxWindowsFileServerVolumeConfiguration: fsx }) =>
      set(fsx?.authorizationConfig, { domain: 'other.example.com' }),
  ),
  { path: '/task/memory', change: (task) => task.memory !== undefined && set(task, { memory: '2048' }) },
  { path: '/task/taskRole', change: (task) => set(task, { taskRoleArn: 'arn:aws:iam::123456789012:role/other' }) },
  {
    path: '/task/executionRole',
    change: (task) => set(task, { executionRoleArn: 'arn:aws:iam::123456789012:role/o' }),
  },
  {
    path: '/task/enableFaultInjection',
    change: (task) => set(task, { enableFaultInjection: task.enableFaultInjection !== true }),
  },
  {
    path: '/task/runtimePlatform/cpuArchitecture',
    change: ({ runtimePlatform: platform }) =>
      set(platform, { cpuArchitecture: platform?.cpuArchitecture === 'ARM64' ? 'X86_64' : 'ARM64' }),
  },
  {
    path: '/task/ephemeralStorage/sizeInGiB',
    change: ({ ephemeralStorage }) => set(ephemeralStorage, { sizeInGiB: 200 }),
  },
  { path: '/task/pidMode', change: (task) => task.pidMode !== undefined && set(task, { pidMode: undefined }) },
  { path: '/task/ipcMode', change: (task) => task.ipcMode !== undefined && set(task, { ipcMode: 'none' }) },
  {
    path: '/task/proxyConfiguration/properties',
    change: ({ proxyConfiguration: proxy }) => set(proxy?.properties?.[0], { value: '15001' }),
  },
  {
    path: '/task/placementConstraints/0/expression',
    change: ({ placementConstraints }) => set(placementConstraints?.[0], { expression: 'attribute:other == x' }),
  },
];

function connect(path: string, change: (connect: ServiceConnectConfiguration) => boolean): ServiceMutation {
  return {
    path: `/serviceConnect/${path}`,
    change: (_service, { serviceConnectConfiguration: live }) => {
      if (live?.enabled !== true) return undefined;
      const changed = structuredClone(live);
      return change(changed) ? { serviceConnectConfiguration: changed } : undefined;
    },
  };
}

/** Somebody takes the hooks out. */
const hookChange: ServiceMutation = {
  path: '/deployment/hooks',
  change: ({ deploymentConfiguration: live }) =>
    (live?.lifecycleHooks ?? []).length === 0 ? undefined : { deploymentConfiguration: { lifecycleHooks: [] } },
};

function otherAlarms({ deploymentConfiguration: live }: Service): Partial<UpdateServiceCommandInput> | undefined {
  return live?.alarms?.enable === true
    ? { deploymentConfiguration: { alarms: { ...live.alarms, alarmNames: ['other'] } } }
    : undefined;
}

/** One change for each field of the service. */
export const SERVICE_MUTATIONS: readonly ServiceMutation[] = [
  {
    path: '/desiredCount',
    change: ({ schedulingStrategy }) => (schedulingStrategy === 'DAEMON' ? undefined : { desiredCount: 1 }),
  },
  {
    path: '/enableExecuteCommand',
    change: (service) => ({ enableExecuteCommand: service.enableExecuteCommand !== true }),
  },
  {
    path: '/enableECSManagedTags',
    change: (service) => ({ enableECSManagedTags: service.enableECSManagedTags !== true }),
  },
  {
    path: '/propagateTags',
    change: ({ propagateTags }) => ({ propagateTags: propagateTags === 'SERVICE' ? 'TASK_DEFINITION' : 'SERVICE' }),
  },
  { path: '/healthCheckGracePeriodSeconds', change: () => ({ healthCheckGracePeriodSeconds: 601 }) },
  {
    path: '/platformVersion',
    change: ({ launchType }) => (launchType === 'FARGATE' ? { platformVersion: '1.3.0' } : undefined),
  },
  {
    path: '/network/securityGroups',
    change: ({ networkConfiguration: network }) =>
      network?.awsvpcConfiguration && {
        networkConfiguration: { awsvpcConfiguration: { ...network.awsvpcConfiguration, securityGroups: ['sg-9'] } },
      },
  },
  {
    path: '/network/assignPublicIp',
    change: ({ networkConfiguration: network }) =>
      network?.awsvpcConfiguration && {
        networkConfiguration: {
          awsvpcConfiguration: {
            ...network.awsvpcConfiguration,
            assignPublicIp: network.awsvpcConfiguration.assignPublicIp === 'ENABLED' ? 'DISABLED' : 'ENABLED',
          },
        },
      },
  },
  {
    path: '/serviceRegistries/arn:aws:servicediscovery:eu-west-1:123456789012:service~1srv-1/containerPort',
    change: ({ serviceRegistries = [] }) =>
      serviceRegistries.length === 0
        ? undefined
        : { serviceRegistries: serviceRegistries.map((registry) => ({ ...registry, containerPort: 9000 })) },
  },
  {
    path: '/placementConstraints/1/expression',
    change: ({ placementConstraints: [first, second] = [] }) =>
      first && second && { placementConstraints: [first, { ...second, expression: 'attribute:other == x' }] },
  },
  {
    path: '/placementStrategy/0/field',
    change: ({ placementStrategy: [first, ...others] = [] }) =>
      first?.field === undefined
        ? undefined
        : { placementStrategy: [{ ...first, field: 'attribute:ecs.availability-zone' }, ...others] },
  },
  connect('services/http/ingressPortOverride', ({ services }) =>
    services?.[0]?.ingressPortOverride === undefined ? false : set(services[0], { ingressPortOverride: 65_535 }),
  ),
  connect('services/http/timeout/idleTimeoutSeconds', ({ services }) =>
    set(services?.[0]?.timeout, { idleTimeoutSeconds: 7200 }),
  ),
  connect('services/http/tls/awsPcaAuthorityArn', ({ services }) =>
    set(services?.[0]?.tls?.issuerCertificateAuthority, { awsPcaAuthorityArn: 'arn:other' }),
  ),
  connect('services/http/discoveryName', ({ services }) => set(services?.[0], { discoveryName: 'other' })),
  connect('logConfiguration/options/awslogs-stream-prefix', ({ logConfiguration }) =>
    set(logConfiguration?.options, { 'awslogs-stream-prefix': 'OTHER' }),
  ),
  connect('accessLogConfiguration/includeQueryParameters', ({ accessLogConfiguration: access }) =>
    set(access, { includeQueryParameters: access?.includeQueryParameters === 'ENABLED' ? 'DISABLED' : 'ENABLED' }),
  ),
  {
    path: '/vpcLatticeConfigurations/arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup~1tg-1/roleArn',
    change: (_service, { vpcLatticeConfigurations: [first] = [] }) =>
      first && { vpcLatticeConfigurations: [{ ...first, roleArn: 'arn:aws:iam::123456789012:role/other' }] },
  },
  {
    path: '/volumeConfigurations/ebs/managedEBSVolume/sizeInGiB',
    change: (_service, { volumeConfigurations: [first] = [] }) =>
      first?.managedEBSVolume && {
        volumeConfigurations: [{ ...first, managedEBSVolume: { ...first.managedEBSVolume, sizeInGiB: 100 } }],
      },
  },
  {
    path: '/volumeConfigurations/ebs/managedEBSVolume/iops',
    change: (_service, { volumeConfigurations: [first] = [] }) =>
      first?.managedEBSVolume && {
        volumeConfigurations: [{ ...first, managedEBSVolume: { ...first.managedEBSVolume, iops: 9000 } }],
      },
  },
  {
    path: '/volumeConfigurations/ebs/managedEBSVolume/tagSpecifications/volume/tags/added',
    change: (_service, { volumeConfigurations: [first] = [] }) => {
      const changed = structuredClone(first);
      const [specification] = changed?.managedEBSVolume?.tagSpecifications ?? [];
      if (changed === undefined || specification?.tags === undefined) return undefined;
      specification.tags.push({ key: 'added', value: 'x' });
      return { volumeConfigurations: [changed] };
    },
  },
  {
    path: '/deployment/rolling/circuitBreaker/resetOnHealthyTask',
    change: ({ deploymentConfiguration: live }) =>
      live?.deploymentCircuitBreaker && {
        deploymentConfiguration: {
          deploymentCircuitBreaker: {
            ...live.deploymentCircuitBreaker,
            resetOnHealthyTask: live.deploymentCircuitBreaker.resetOnHealthyTask === false,
          },
        },
      },
  },
  {
    path: '/deployment/rolling/circuitBreaker/thresholdConfiguration/value',
    change: ({ deploymentConfiguration: live }) =>
      live?.deploymentCircuitBreaker?.thresholdConfiguration && {
        deploymentConfiguration: {
          deploymentCircuitBreaker: {
            ...live.deploymentCircuitBreaker,
            thresholdConfiguration: { ...live.deploymentCircuitBreaker.thresholdConfiguration, value: 100 },
          },
        },
      },
  },
  {
    path: '/deployment/rolling/minimumHealthyPercent',
    change: ({ deploymentConfiguration: live }) => live && { deploymentConfiguration: { minimumHealthyPercent: 13 } },
  },
  {
    path: '/deployment/rolling/earlySuccessCriteria/sourceServiceRevisionCleanup',
    change: ({ deploymentConfiguration: live }) =>
      live?.earlySuccessCriteria?.enable === true
        ? {
            deploymentConfiguration: {
              earlySuccessCriteria: { ...live.earlySuccessCriteria, sourceServiceRevisionCleanup: 'BLOCKING' },
            },
          }
        : undefined,
  },
  hookChange,
  {
    path: '/deployment/alarms/names',
    change: otherAlarms,
  },
];

/** One change for each setting of a strategy that shifts traffic. */
export const SHIFT_MUTATIONS: readonly ServiceMutation[] = [
  { path: '/deployment/bakeMinutes', change: () => ({ deploymentConfiguration: { bakeTimeInMinutes: 7 } }) },
  {
    path: '/deployment/linear/stepPercent',
    change: ({ deploymentConfiguration: live }) =>
      live?.linearConfiguration && {
        deploymentConfiguration: { linearConfiguration: { ...live.linearConfiguration, stepPercent: 12.3 } },
      },
  },
  {
    path: '/deployment/linear/stepBakeMinutes',
    change: ({ deploymentConfiguration: live }) =>
      live?.linearConfiguration && {
        deploymentConfiguration: { linearConfiguration: { ...live.linearConfiguration, stepBakeTimeInMinutes: 9 } },
      },
  },
  {
    path: '/deployment/canary/percent',
    change: ({ deploymentConfiguration: live }) =>
      live?.canaryConfiguration && {
        deploymentConfiguration: { canaryConfiguration: { ...live.canaryConfiguration, canaryPercent: 99.9 } },
      },
  },
  {
    path: '/deployment/canary/bakeMinutes',
    change: ({ deploymentConfiguration: live }) =>
      live?.canaryConfiguration && {
        deploymentConfiguration: { canaryConfiguration: { ...live.canaryConfiguration, canaryBakeTimeInMinutes: 9 } },
      },
  },
  hookChange,
  { path: '/deployment/alarms/names', change: otherAlarms },
  {
    path: '/deployment/listenerRole',
    change: ({ loadBalancers = [] }) => ({
      loadBalancers: loadBalancers.map(({ advancedConfiguration, ...entry }) => ({
        ...entry,
        advancedConfiguration: { ...advancedConfiguration, roleArn: 'arn:aws:iam::123456789012:role/other' },
      })),
    }),
  },
  {
    path: '/deployment/testRule',
    change: ({ loadBalancers = [] }) =>
      loadBalancers[0]?.advancedConfiguration?.testListenerRule === undefined
        ? undefined
        : {
            loadBalancers: loadBalancers.map(({ advancedConfiguration, ...entry }) => ({
              ...entry,
              advancedConfiguration: { ...advancedConfiguration, testListenerRule: undefined },
            })),
          },
  },
];
