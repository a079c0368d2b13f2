import * as fc from 'fast-check';
import type { ContainerDefinition, LinuxParameters } from '../src/api/container.ts';
import type { CircuitBreaker, DeploymentSpec, RollingDeployment } from '../src/api/deployment.ts';
import type { PlacementStrategy, ServiceSpec } from '../src/api/service.ts';
import type {
  ServiceConnect,
  ServiceConnectAccessLog,
  ServiceConnectService,
  ServiceConnectTls,
} from '../src/api/serviceconnect.ts';
import type { ManagedEbsVolume, ServiceVolumeConfiguration } from '../src/api/servicevolume.ts';
import type { RuntimePlatform, TaskTemplate, Volume } from '../src/api/task.ts';
import { alarms, hooks, onNewRevision, ROLE, some, verify } from './shifting-specs.ts';

const NAMESPACE = 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1';
const REGISTRY = 'arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1';
const LATTICE = 'arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-1';
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1';

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const text = fc.stringMatching(/^[a-zA-Z0-9 ._/-]{1,8}$/);

const byName = <T>(value: fc.Arbitrary<T & { readonly name: string }>) =>
  fc.uniqueArray(value, { selector: (item) => item.name, maxLength: 3 });

const logConfiguration = fc.record({
  logDriver: fc.constant('awslogs' as const),
  options: fc.record({
    'awslogs-group': fc.constant('/shop'),
    'awslogs-region': fc.constant('eu-west-1'),
    'awslogs-stream-prefix': name,
  }),
});

/** What a container has on any platform. */
const common = {
  cpu: fc.constantFrom(0, 64),
  memoryReservation: fc.constantFrom(64, 128),
  repositoryCredentials: fc.constant({
    credentialsParameter: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:r',
  }),
  entryPoint: fc.array(text, { maxLength: 2 }),
  command: fc.array(text, { maxLength: 2 }),
  environment: byName(fc.record({ name, value: fc.string({ maxLength: 5 }) })),
  environmentFiles: fc.constant([{ value: 'arn:aws:s3:::bucket/app.env' }]),
  secrets: byName(fc.record({ name: name.map((part) => `S_${part}`), valueFrom: fc.constant('/shop/key') })),
  healthCheck: some<NonNullable<ContainerDefinition['healthCheck']>>(
    {
      command: fc.constant(['CMD', 'true']),
      interval: fc.integer({ min: 5, max: 299 }),
      timeout: fc.integer({ min: 2, max: 120 }),
      retries: fc.integer({ min: 1, max: 10 }),
      startPeriod: fc.integer({ min: 0, max: 300 }),
    },
    ['command'],
  ),
  logConfiguration,
  startTimeout: fc.integer({ min: 2, max: 120 }),
  stopTimeout: fc.integer({ min: 2, max: 119 }),
  restartPolicy: some<NonNullable<ContainerDefinition['restartPolicy']>>(
    {
      enabled: fc.boolean(),
      ignoredExitCodes: fc.constantFrom([], [0], [3, 1]),
      restartAttemptPeriod: fc.integer({ min: 60, max: 1799 }),
    },
    ['enabled'],
  ),
  user: fc.constantFrom('', '1000', 'nobody'),
  workingDirectory: fc.constant('/srv'),
  readonlyRootFilesystem: fc.boolean(),
  interactive: fc.boolean(),
  pseudoTerminal: fc.boolean(),
  ulimits: fc.constant([{ name: 'nofile' as const, softLimit: 1024, hardLimit: 4096 }]),
  systemControls: fc.constant([{ namespace: 'net.core.somaxconn', value: '1024' }]),
  dockerLabels: fc.dictionary(name, text, { maxKeys: 2 }),
  credentialSpecs: fc.constant(['credentialspecdomainless:arn:aws:s3:::bucket/spec.json']),
  versionConsistency: fc.constantFrom('enabled' as const, 'disabled' as const),
};

/** Beyond that, on container instances. */
const onHosts = {
  hostname: name,
  privileged: fc.boolean(),
  dnsServers: fc.constant(['10.0.0.2', '10.0.0.3']),
  dnsSearchDomains: fc.constant(['b.example.com', 'a.example.com']),
  extraHosts: fc.constant([{ hostname: 'db', ipAddress: '10.0.0.9' }]),
  dockerSecurityOptions: fc.constant(['no-new-privileges']),
  resourceRequirements: fc.constantFrom([{ type: 'GPU' as const, value: '1' }]),
  links: fc.constant(['agent']),
};

const capabilities = fc.record({ add: fc.constant(['SYS_PTRACE']), drop: fc.constantFrom([], ['ALL']) });
const linux = { capabilities, initProcessEnabled: fc.boolean() };
const tmpfs = fc.constant([{ containerPath: '/scratch', size: 64, mountOptions: ['noexec'] }]);
const hostLinux = {
  ...linux,
  devices: fc.constant([{ hostPath: '/dev/fuse' }]),
  sharedMemorySize: fc.integer({ min: 1, max: 256 }),
  tmpfs,
  maxSwap: fc.integer({ min: 1, max: 1024 }),
  swappiness: fc.integer({ min: 0, max: 99 }),
};

const sharedVolumes: readonly Volume[] = [
  { name: 'plain' },
  {
    name: 'efs',
    efsVolumeConfiguration: {
      fileSystemId: 'fs-1',
      transitEncryption: 'ENABLED',
      transitEncryptionPort: 2049,
      authorizationConfig: { accessPointId: 'fsap-1', iam: 'ENABLED' },
    },
  },
  { name: 'efs-plain', efsVolumeConfiguration: { fileSystemId: 'fs-2', rootDirectory: '/data' } },
  {
    name: 's3',
    s3filesVolumeConfiguration: { fileSystemArn: 'arn:aws:s3files:eu-west-1:123456789012:file-system/fs-3' },
  },
];
const hostVolumes: readonly Volume[] = [
  { name: 'host', host: { sourcePath: '/var/data' } },
  {
    name: 'docker',
    dockerVolumeConfiguration: { scope: 'shared', autoprovision: true, driverOpts: { type: 'tmpfs' } },
  },
  { name: 'docker-plain', dockerVolumeConfiguration: { labels: { team: 'shop' } } },
  {
    name: 'fsx',
    fsxWindowsFileServerVolumeConfiguration: {
      fileSystemId: 'fs-4',
      rootDirectory: 'share',
      authorizationConfig: {
        credentialsParameter: 'arn:aws:ssm:eu-west-1:123456789012:parameter/fsx',
        domain: 'corp.example.com',
      },
    },
  },
];

const agent: ContainerDefinition = {
  name: 'agent',
  image: 'example/agent:1',
  essential: false,
  memoryReservation: 64,
  firelensConfiguration: { type: 'fluentbit', options: { 'enable-ecs-log-metadata': 'true' } },
};

/** Ports that the rest of the spec refers to by name. */
const portMappings: NonNullable<ContainerDefinition['portMappings']> = [
  { containerPort: 8000, name: 'http', appProtocol: 'http' },
  { containerPort: 9000, protocol: 'udp' },
];

const withTask = {
  taskRole: fc.constantFrom('task', ROLE),
  enableFaultInjection: fc.boolean(),
};
const proxyConfiguration = fc.constant({
  containerName: 'agent',
  properties: [
    { name: 'ProxyIngressPort', value: '15000' },
    { name: 'AppPorts', value: '8000' },
  ],
});

function task(
  containers: fc.Arbitrary<Partial<ContainerDefinition>>,
  volumes: readonly Volume[],
  fields: fc.Arbitrary<Partial<TaskTemplate>>,
): fc.Arbitrary<TaskTemplate> {
  return fc
    .tuple(containers, fc.subarray([...volumes]), fields, fc.boolean())
    .map(([container, used, rest, waits]) => ({
      ...rest,
      executionRole: 'exec',
      volumes: used,
      containers: [
        {
          ...container,
          name: 'web',
          image: 'example/web:1.0.0',
          memory: 256,
          portMappings,
          mountPoints: used.map((volume) => ({ sourceVolume: volume.name, containerPath: `/mnt/${volume.name}` })),
          ...(waits ? { dependsOn: [{ containerName: 'agent', condition: 'START' as const }] } : {}),
        },
        agent,
      ],
    }));
}

const fargateTask = task(
  some<Partial<ContainerDefinition>>({ ...common, linuxParameters: some<LinuxParameters>(linux) }),
  sharedVolumes,
  some<Partial<TaskTemplate>>(
    {
      ...withTask,
      cpu: fc.constantFrom('256', '.25 vCPU', 256),
      memory: fc.constantFrom('1 GB', 1024),
      runtimePlatform: some<RuntimePlatform>({
        cpuArchitecture: fc.constantFrom('ARM64', 'X86_64'),
        operatingSystemFamily: fc.constant('LINUX'),
      }),
      ephemeralStorage: fc.record({ sizeInGiB: fc.integer({ min: 21, max: 199 }) }),
      pidMode: fc.constant('task'),
      proxyConfiguration,
    },
    ['cpu', 'memory', 'taskRole'],
  ),
);

const hostTask = task(
  some<Partial<ContainerDefinition>>({ ...common, ...onHosts, linuxParameters: some<LinuxParameters>(hostLinux) }),
  [...sharedVolumes, ...hostVolumes],
  some<Partial<TaskTemplate>>(
    {
      ...withTask,
      networkMode: fc.constant('bridge'),
      requiresCompatibilities: fc.constantFrom(['EC2'], ['EC2', 'EXTERNAL']),
      pidMode: fc.constantFrom('task', 'host'),
      ipcMode: fc.constantFrom('task', 'host'),
      placementConstraints: fc.constant([{ expression: 'attribute:ecs.instance-type =~ g4dn.*' }]),
    },
    ['taskRole'],
  ),
);

const serviceConnect: fc.Arbitrary<ServiceConnect> = some<ServiceConnect>(
  {
    enabled: fc.constant(true),
    namespace: fc.constant(NAMESPACE),
    services: fc
      .tuple(
        some<Omit<ServiceConnectService, 'portName'>>({
          discoveryName: fc.constant('api'),
          clientAliases: fc.constantFrom([{ port: 80 }], [{ port: 80, dnsName: 'api.internal' }]),
          ingressPortOverride: fc.integer({ min: 1024, max: 65_534 }),
          timeout: fc.record({
            idleTimeoutSeconds: fc.integer({ min: 0, max: 3600 }),
            perRequestTimeoutSeconds: fc.integer({ min: 0, max: 60 }),
          }),
          tls: some<ServiceConnectTls>(
            {
              awsPcaAuthorityArn: fc.constant('arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/1'),
              kmsKey: fc.constant(KEY),
              roleArn: fc.constant(ROLE),
            },
            ['awsPcaAuthorityArn'],
          ),
        }),
      )
      .map(([service]) => [{ portName: 'http', ...service }]),
    logConfiguration,
    accessLogConfiguration: some<ServiceConnectAccessLog>(
      { format: fc.constantFrom('TEXT', 'JSON'), includeQueryParameters: fc.constantFrom('ENABLED', 'DISABLED') },
      ['format'],
    ),
  },
  ['namespace', 'logConfiguration'],
);

const ebs = some<ManagedEbsVolume>(
  {
    roleArn: fc.constant(ROLE),
    sizeInGiB: fc.integer({ min: 1, max: 99 }),
    snapshotId: fc.constant('snap-1'),
    volumeInitializationRate: fc.constant(200),
    encrypted: fc.boolean(),
    kmsKeyId: fc.constant(KEY),
    volumeType: fc.constant('gp3'),
    iops: fc.constantFrom(3000, 4000),
    throughput: fc.constantFrom(125, 250),
    filesystemType: fc.constantFrom('ext4', 'xfs'),
    tagSpecifications: fc.constantFrom(
      [{ resourceType: 'volume' as const, propagateTags: 'SERVICE' as const }],
      [{ resourceType: 'volume' as const, tags: [{ key: 'b', value: '2' }, { key: 'a' }] }],
    ),
  },
  ['roleArn', 'sizeInGiB', 'snapshotId'],
);

const deployment = (minimum: number, maximum: number): fc.Arbitrary<DeploymentSpec> =>
  some<DeploymentSpec>({
    strategy: fc.constant('Rolling'),
    onNewRevision,
    hooks: hooks(['PRE_SCALE_UP', 'POST_SCALE_UP']),
    rolling: some<RollingDeployment>(
      {
        minimumHealthyPercent: fc.constant(minimum),
        maximumPercent: fc.constant(maximum),
        circuitBreaker: some<CircuitBreaker>(
          {
            enable: fc.boolean(),
            rollback: fc.boolean(),
            resetOnHealthyTask: fc.boolean(),
            thresholdConfiguration: fc.record({
              type: fc.constantFrom('COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT'),
              value: fc.integer({ min: 1, max: 99 }),
            }),
          },
          ['enable'],
        ),
        earlySuccessCriteria: fc.constantFrom(
          { enable: false },
          { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: 'DEFERRED' as const },
        ),
      },
      ['minimumHealthyPercent', 'maximumPercent'],
    ),
    alarms,
  });

const anyService = {
  verify,
  serviceConnect,
  vpcLatticeConfigurations: fc.constant([{ targetGroupArn: LATTICE, portName: 'http', roleArn: ROLE }]),
  monitoring: fc.constantFrom(
    { metricConfigurations: [{ metricNames: ['CPUUtilization' as const], resolutionSeconds: 20 as const }] },
    {
      metricConfigurations: [
        { metricNames: ['MemoryUtilization' as const, 'CPUUtilization' as const], resolutionSeconds: 20 as const },
      ],
    },
    { metricConfigurations: [{ metricNames: ['CPUUtilization' as const], resolutionSeconds: 60 as const }] },
  ),
  serviceRegistries: fc.constant([{ registryArn: REGISTRY, containerName: 'web', containerPort: 8000 }]),
  healthCheckGracePeriodSeconds: fc.integer({ min: 0, max: 600 }),
  enableExecuteCommand: fc.boolean(),
  propagateTags: fc.constantFrom('SERVICE' as const, 'TASK_DEFINITION' as const, 'NONE' as const),
  enableECSManagedTags: fc.boolean(),
  tags: fc.dictionary(name, text, { maxKeys: 2 }),
};

const maybeEbs: fc.Arbitrary<ServiceVolumeConfiguration[] | undefined> = fc.option(
  ebs.map((managedEBSVolume) => [{ name: 'ebs', managedEBSVolume }]),
  { nil: undefined },
);

/** With a volume at launch, where the service says what it is. */
function withEbs(spec: ServiceSpec): fc.Arbitrary<ServiceSpec> {
  const volumes = [...(spec.task.volumes ?? []), { name: 'ebs', configuredAtLaunch: true }];
  return maybeEbs.map((volumeConfigurations) =>
    volumeConfigurations === undefined ? spec : { ...spec, volumeConfigurations, task: { ...spec.task, volumes } },
  );
}

/** Services on Fargate that ECS takes, with any of their fields. They run no task, so that a rollout is quickly over. */
export const fargateSpecs: fc.Arbitrary<ServiceSpec> = fc
  .tuple(
    some<Partial<ServiceSpec>>({
      ...anyService,
      deployment: deployment(50, 200),
      platformVersion: fc.constantFrom('LATEST', '1.4.0'),
      availabilityZoneRebalancing: fc.constantFrom('ENABLED', 'DISABLED'),
    }),
    fargateTask,
    fc.boolean(),
  )
  .chain(([service, template, assignPublicIp]) =>
    withEbs({
      ...service,
      cluster: 'main',
      launchType: 'FARGATE',
      desiredCount: 0,
      network: { subnets: ['subnet-2', 'subnet-1'], securityGroups: ['sg-1'], assignPublicIp },
      task: template,
    }),
  );

/** Services on container instances, and one task for each of these. */
export const hostSpecs: fc.Arbitrary<ServiceSpec> = fc
  .tuple(
    some<Partial<ServiceSpec>>({
      ...anyService,
      deployment: deployment(0, 100),
      placementConstraints: fc.constant([
        { type: 'distinctInstance' as const },
        { type: 'memberOf' as const, expression: 'attribute:ecs.os-type == linux' },
      ]),
    }),
    hostTask,
    fc.constantFrom('EC2' as const, 'EXTERNAL' as const),
    fc.option(
      fc.constantFrom<PlacementStrategy[]>(
        [
          { type: 'spread', field: 'host' },
          { type: 'binpack', field: 'memory' },
        ],
        [{ type: 'random' }],
      ),
      { nil: undefined },
    ),
    fc.boolean(),
  )
  .chain(([service, template, launchType, placementStrategy, daemon]) =>
    withEbs({
      ...service,
      cluster: 'main',
      launchType,
      ...(daemon
        ? { schedulingStrategy: 'DAEMON' as const }
        : { desiredCount: 0, ...(placementStrategy === undefined ? {} : { placementStrategy }) }),
      task: template,
    }),
  );
