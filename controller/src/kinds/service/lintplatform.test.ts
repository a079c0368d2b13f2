import { describe, expect, test } from 'vitest';
import type { ContainerDefinition } from '../../api/container.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { TaskTemplate, Volume } from '../../api/task.ts';
import type { LintContext } from '../../core/lint.ts';
import type { Manifest } from '../../core/manifest.ts';
import { lintService } from './lint.ts';

const web: ContainerDefinition = {
  name: 'web',
  image: 'example/web:1.0.0',
  memory: 128,
  portMappings: [{ containerPort: 8000, name: 'http' }],
};

interface Given {
  readonly service?: Partial<ServiceSpec>;
  readonly task?: Partial<TaskTemplate>;
  readonly container?: Partial<ContainerDefinition>;
}

const fargate = ({ service = {}, task = {}, container = {} }: Given): ServiceSpec => ({
  cluster: 'main',
  launchType: 'FARGATE',
  network: { subnets: ['subnet-1'] },
  ...service,
  task: { cpu: 256, memory: 512, executionRole: 'exec', containers: [{ ...web, ...container }], ...task },
});

const ec2 = ({ service = {}, task = {}, container = {} }: Given): ServiceSpec => ({
  cluster: 'main',
  launchType: 'EC2',
  ...service,
  task: { executionRole: 'exec', containers: [{ ...web, ...container }], ...task },
});

const manifest: Manifest<unknown> = {
  apiVersion: 'longshore.dev/v1alpha1',
  kind: 'Service',
  metadata: { name: 'api' },
  spec: {},
  positionOf: () => ({ file: 'api.yaml', line: 1, column: 1 }),
};
const context: LintContext = { manifest, find: () => undefined };

function findings(spec: ServiceSpec): readonly string[] {
  return lintService(spec, context).map(({ code, path }) => `${code} ${path}`);
}

const volume = (more: Partial<Volume>): Partial<TaskTemplate> => ({ volumes: [{ name: 'data', ...more }] });

/** What container instances have and Fargate has not, one field at a time. */
const hostOnly: readonly (readonly [path: string, Given])[] = [
  ['/placementConstraints', { service: { placementConstraints: [{ type: 'distinctInstance' }] } }],
  ['/placementStrategy', { service: { placementStrategy: [{ type: 'random' }] } }],
  ['/task/placementConstraints', { task: { placementConstraints: [{ expression: 'attribute:x == y' }] } }],
  ['/task/ipcMode', { task: { ipcMode: 'task' } }],
  ['/task/pidMode', { task: { pidMode: 'host' } }],
  ['/task/volumes/0/host/sourcePath', { task: volume({ host: { sourcePath: '/data' } }) }],
  ['/task/volumes/0/dockerVolumeConfiguration', { task: volume({ dockerVolumeConfiguration: { scope: 'shared' } }) }],
  [
    '/task/volumes/0/fsxWindowsFileServerVolumeConfiguration',
    {
      task: volume({
        fsxWindowsFileServerVolumeConfiguration: {
          fileSystemId: 'fs-1',
          rootDirectory: 'share',
          authorizationConfig: { credentialsParameter: 'arn:x', domain: 'corp.example.com' },
        },
      }),
    },
  ],
  ['/task/containers/0/disableNetworking', { container: { disableNetworking: true } }],
  ['/task/containers/0/dnsServers', { container: { dnsServers: ['10.0.0.2'] } }],
  ['/task/containers/0/dnsSearchDomains', { container: { dnsSearchDomains: ['example.com'] } }],
  ['/task/containers/0/dockerSecurityOptions', { container: { dockerSecurityOptions: ['no-new-privileges'] } }],
  ['/task/containers/0/privileged', { container: { privileged: true } }],
  ['/task/containers/0/resourceRequirements', { container: { resourceRequirements: [{ type: 'GPU', value: '1' }] } }],
  [
    '/task/containers/0/linuxParameters/devices',
    { container: { linuxParameters: { devices: [{ hostPath: '/dev/x' }] } } },
  ],
  ['/task/containers/0/linuxParameters/sharedMemorySize', { container: { linuxParameters: { sharedMemorySize: 64 } } }],
  ['/task/containers/0/linuxParameters/maxSwap', { container: { linuxParameters: { maxSwap: 0 } } }],
  ['/task/containers/0/linuxParameters/swappiness', { container: { linuxParameters: { swappiness: 0 } } }],
  [
    '/task/containers/0/linuxParameters/capabilities/add',
    { container: { linuxParameters: { capabilities: { add: ['NET_ADMIN'] } } } },
  ],
  ['/task/containers/0/startTimeout', { container: { startTimeout: 121 } }],
  ['/task/containers/0/stopTimeout', { container: { stopTimeout: 121 } }],
  ['/task/containers/0/logConfiguration/logDriver', { container: { logConfiguration: { logDriver: 'journald' } } }],
];

describe('a field of container instances', () => {
  test.each(hostOnly)('%s is refused on Fargate, and is none on EC2', (path, given) => {
    expect(findings(fargate(given))).toEqual([`LS1018 ${path}`]);
    expect(findings(ec2(given))).toEqual([]);
  });

  test('extraHosts and links are refused on Fargate, by the platform and by its network mode', () => {
    const extraHosts = [{ hostname: 'db', ipAddress: '10.0.0.9' }];
    expect(findings(fargate({ container: { extraHosts } }))).toEqual([
      'LS1018 /task/containers/0/extraHosts',
      'LS1021 /task/containers/0/extraHosts',
    ]);
    expect(findings(fargate({ container: { links: ['db'] } }))).toHaveLength(2);
    expect(findings(ec2({ container: { extraHosts, links: ['db'], hostname: 'web' } }))).toEqual([]);
  });
});

test('what Fargate has too is no finding', () => {
  const container: Partial<ContainerDefinition> = {
    linuxParameters: { initProcessEnabled: true, capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] } },
    ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
    systemControls: [{ namespace: 'net.core.somaxconn', value: '1024' }],
    stopTimeout: 120,
    user: '1000',
  };
  const task: Partial<TaskTemplate> = { pidMode: 'task', taskRole: 'task', ephemeralStorage: { sizeInGiB: 30 } };
  const efs = volume({
    efsVolumeConfiguration: {
      fileSystemId: 'fs-1',
      transitEncryption: 'ENABLED',
      authorizationConfig: { iam: 'ENABLED' },
    },
  });
  expect(findings(fargate({ container, task: { ...task, ...efs } }))).toEqual([]);
});

test('a public address is for Fargate alone', () => {
  const network = { subnets: ['subnet-1'], assignPublicIp: true };
  expect(findings(ec2({ service: { network } }))).toEqual(['LS1018 /network/assignPublicIp']);
  expect(findings(fargate({ service: { network } }))).toEqual([]);
});

describe('what Windows containers do not have', () => {
  const runtimePlatform = { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' as const };
  test.each<readonly [path: string, Given]>([
    ['/task/networkMode', { task: { networkMode: 'host' } }],
    ['/task/pidMode', { task: { pidMode: 'task' } }],
    ['/task/ipcMode', { task: { ipcMode: 'task' } }],
    ['/task/containers/0/linuxParameters', { container: { linuxParameters: { initProcessEnabled: true } } }],
    ['/task/containers/0/links', { container: { links: ['db'] } }],
    ['/task/containers/0/user', { container: { user: '1000' } }],
    ['/task/containers/0/disableNetworking', { container: { disableNetworking: true } }],
    ['/task/containers/0/privileged', { container: { privileged: true } }],
    ['/task/containers/0/readonlyRootFilesystem', { container: { readonlyRootFilesystem: true } }],
    ['/task/containers/0/dnsServers', { container: { dnsServers: ['10.0.0.2'] } }],
    ['/task/containers/0/dnsSearchDomains', { container: { dnsSearchDomains: ['example.com'] } }],
    ['/task/containers/0/extraHosts', { container: { extraHosts: [{ hostname: 'a', ipAddress: '10.0.0.9' }] } }],
    ['/task/containers/0/ulimits', { container: { ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }] } }],
  ])('%s', (path, given) => {
    expect(findings(ec2({ ...given, task: { runtimePlatform, ...given.task } }))).toEqual([`LS1019 ${path}`]);
    expect(findings(ec2(given))).toEqual([]);
  });

  test('ARM64', () => {
    const task = { runtimePlatform: { ...runtimePlatform, cpuArchitecture: 'ARM64' as const } };
    expect(findings(ec2({ task }))).toEqual(['LS1019 /task/runtimePlatform/cpuArchitecture']);
  });
});

describe('a DAEMON', () => {
  const daemon = { schedulingStrategy: 'DAEMON' as const };
  test.each<readonly [string, ServiceSpec]>([
    ['LS1020 /schedulingStrategy', fargate({ service: daemon })],
    ['LS1020 /placementStrategy', ec2({ service: { ...daemon, placementStrategy: [{ type: 'random' }] } })],
    [
      'LS1020 /deployment/rolling/maximumPercent',
      ec2({ service: { ...daemon, deployment: { rolling: { maximumPercent: 150 } } } }),
    ],
  ])('%s', (expected, spec) => {
    expect(findings(spec)).toEqual([expected]);
  });

  test('takes placement constraints, and no capacity providers', () => {
    expect(findings(ec2({ service: { ...daemon, placementConstraints: [{ type: 'distinctInstance' }] } }))).toEqual([]);
    const { launchType: _, ...spec } = ec2({
      service: { ...daemon, capacityProviderStrategy: [{ capacityProvider: 'instances', weight: 1 }] },
    });
    expect(findings(spec)).toEqual(['LS1020 /capacityProviderStrategy']);
  });
});

test('constraints of service and task count together', () => {
  const six = Array.from({ length: 6 }, (_, index) => ({ expression: `attribute:a == ${index}` }));
  const spec = ec2({
    service: { placementConstraints: six.map((rule) => ({ type: 'memberOf' as const, ...rule })) },
    task: { placementConstraints: six },
  });
  expect(findings(spec)).toEqual(['LS1024 /placementConstraints']);
});
