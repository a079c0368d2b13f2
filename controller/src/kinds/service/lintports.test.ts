import { describe, expect, test } from 'vitest';
import type { ContainerDefinition } from '../../api/container.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { ManagedEbsVolume } from '../../api/servicevolume.ts';
import type { TaskTemplate } from '../../api/task.ts';
import { lintPorts } from './lintports.ts';
import { lintVolumes } from '../../ecs/lint/volumes.ts';

const web: ContainerDefinition = {
  name: 'web',
  image: 'example/web:1.0.0',
  portMappings: [
    { containerPort: 8000, name: 'http', appProtocol: 'http' },
    { containerPort: 9000, name: 'raw' },
  ],
};

function specOf(more: Partial<ServiceSpec> = {}, task: Partial<TaskTemplate> = {}): ServiceSpec {
  return { cluster: 'main', ...more, task: { containers: [web], ...task } };
}

const ports = (spec: ServiceSpec): readonly string[] => lintPorts(spec).map(({ code, path }) => `${code} ${path}`);
const volumes = (spec: ServiceSpec): readonly string[] => lintVolumes(spec).map(({ code, path }) => `${code} ${path}`);

describe('ports and the network mode', () => {
  const inMode = (
    networkMode: 'awsvpc' | 'bridge' | 'host' | 'none',
    container: Partial<ContainerDefinition>,
  ): readonly string[] => ports(specOf({}, { networkMode, containers: [{ name: 'web', image: 'x:1', ...container }] }));

  test('links need bridge, which is the default without a network', () => {
    expect(inMode('bridge', { links: ['db'] })).toEqual([]);
    expect(ports(specOf({}, { containers: [{ ...web, links: ['db'] }] }))).toEqual([]);
    expect(inMode('host', { links: ['db'] })).toEqual(['LS1021 /task/containers/0/links']);
  });

  test('with awsvpc there is neither hostname nor extraHosts', () => {
    const container = { hostname: 'web', extraHosts: [{ hostname: 'db', ipAddress: '10.0.0.9' }] };
    expect(inMode('awsvpc', container)).toEqual([
      'LS1021 /task/containers/0/extraHosts',
      'LS1021 /task/containers/0/hostname',
    ]);
    expect(inMode('bridge', container)).toEqual([]);
  });

  test('with awsvpc and host the host port is the container port', () => {
    const other = { portMappings: [{ containerPort: 80, hostPort: 8080 }] };
    for (const mode of ['awsvpc', 'host'] as const) {
      expect(inMode(mode, other)).toEqual(['LS1021 /task/containers/0/portMappings/0/hostPort']);
      expect(inMode(mode, { portMappings: [{ containerPort: 80, hostPort: 80 }] })).toEqual([]);
      expect(inMode(mode, { portMappings: [{ containerPort: 80, hostPort: 0 }] })).toEqual([]);
    }
    expect(inMode('bridge', other)).toEqual([]);
  });

  test('with none there are no ports', () => {
    expect(inMode('none', { portMappings: [{ containerPort: 80 }] })).toEqual([
      'LS1021 /task/containers/0/portMappings',
    ]);
  });

  test('Service Connect needs awsvpc or bridge', () => {
    const serviceConnect = { services: [{ portName: 'http' }] };
    expect(ports(specOf({ serviceConnect }, { networkMode: 'host' }))).toEqual(['LS1021 /serviceConnect']);
    expect(ports(specOf({ serviceConnect: { ...serviceConnect, enabled: false } }, { networkMode: 'host' }))).toEqual(
      [],
    );
    expect(ports(specOf({ serviceConnect }))).toEqual([]);
  });
});

describe('names of ports', () => {
  test('of Service Connect and VPC Lattice are those of portMappings', () => {
    const spec = specOf({
      serviceConnect: { services: [{ portName: 'htpp' }] },
      vpcLatticeConfigurations: [
        { targetGroupArn: 'arn:a', portName: 'http', roleArn: 'arn:r' },
        { targetGroupArn: 'arn:b', portName: 'grpc', roleArn: 'arn:r' },
      ],
    });
    expect(ports(spec)).toEqual([
      'LS1023 /vpcLatticeConfigurations/1/portName',
      'LS1023 /serviceConnect/services/0/portName',
    ]);
    expect(lintPorts(spec)[0]?.message).toContain('there is http, raw');
  });

  test('a request timeout needs an appProtocol', () => {
    const timeout = { perRequestTimeoutSeconds: 5, idleTimeoutSeconds: 60 };
    const serviceConnect = {
      services: [
        { portName: 'http', timeout },
        { portName: 'raw', timeout },
      ],
    };
    expect(ports(specOf({ serviceConnect }))).toEqual([
      'LS1023 /serviceConnect/services/1/timeout/perRequestTimeoutSeconds',
    ]);
  });
});

describe('volumes', () => {
  const ebs: ManagedEbsVolume = { roleArn: 'arn:r', sizeInGiB: 10 };
  const atLaunch = { volumes: [{ name: 'data', configuredAtLaunch: true }] };
  const given = (managedEBSVolume: ManagedEbsVolume, name = 'data'): Partial<ServiceSpec> => ({
    volumeConfigurations: [{ name, managedEBSVolume }],
  });

  test('at launch have both halves', () => {
    expect(volumes(specOf(given(ebs), atLaunch))).toEqual([]);
    expect(volumes(specOf({}, atLaunch))).toEqual(['LS1022 /task/volumes/0/configuredAtLaunch']);
    expect(volumes(specOf(given(ebs)))).toEqual(['LS1022 /volumeConfigurations/0/name']);
    expect(volumes(specOf(given(ebs, '${param.volume}')))).toEqual([]);
  });

  test('at launch there is one', () => {
    const two = { volumes: [...atLaunch.volumes, { name: 'more', configuredAtLaunch: true }] };
    expect(volumes(specOf(given(ebs), two))).toEqual([
      'LS1022 /task/volumes/1/configuredAtLaunch',
      'LS1022 /task/volumes',
    ]);
  });

  test.each<readonly [string, ManagedEbsVolume]>([
    ['iops', { ...ebs, volumeType: 'gp2', iops: 3000 }],
    ['volumeType', { ...ebs, volumeType: 'io2' }],
    ['throughput', { ...ebs, volumeType: 'io2', iops: 3000, throughput: 250 }],
  ])('of EBS have what their type has: %s', (field, volume) => {
    expect(volumes(specOf(given(volume), atLaunch))).toEqual([
      `LS1022 /volumeConfigurations/0/managedEBSVolume/${field}`,
    ]);
  });

  test('magnetic ones are not on Fargate', () => {
    const magnetic = given({ ...ebs, volumeType: 'standard' });
    expect(volumes(specOf({ ...magnetic, launchType: 'FARGATE' }, atLaunch))).toEqual([
      'LS1022 /volumeConfigurations/0/managedEBSVolume/volumeType',
    ]);
    expect(volumes(specOf(magnetic, atLaunch))).toEqual([]);
  });

  test('are mounted with a role, which is there', () => {
    const efs = {
      fileSystemId: 'fs-1',
      transitEncryption: 'ENABLED' as const,
      authorizationConfig: { iam: 'ENABLED' as const },
    };
    const fsx = {
      fileSystemId: 'fs-2',
      rootDirectory: 'share',
      authorizationConfig: { credentialsParameter: 'arn:x', domain: 'corp.example.com' },
    };
    const all = {
      volumes: [
        { name: 'efs', efsVolumeConfiguration: efs },
        { name: 's3', s3filesVolumeConfiguration: { fileSystemArn: 'arn:s3' } },
        { name: 'fsx', fsxWindowsFileServerVolumeConfiguration: fsx },
      ],
    };
    expect(volumes(specOf({}, all))).toEqual([
      'LS1022 /task/volumes/0/efsVolumeConfiguration',
      'LS1022 /task/volumes/1/s3filesVolumeConfiguration',
      'LS1022 /task/volumes/2/fsxWindowsFileServerVolumeConfiguration',
    ]);
    expect(volumes(specOf({}, { ...all, taskRole: 'task', executionRole: 'exec' }))).toEqual([]);
  });
});
