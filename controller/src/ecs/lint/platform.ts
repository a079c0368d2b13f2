import type { ContainerDefinition } from '../../api/container.ts';
import { mayHoldExpressions } from '../../core/expressions.ts';
import type { Finding } from '../../core/lint.ts';
import { isWindows, mayRunOnFargate, type Placed } from '../capacity.ts';

/** Fields that the platform of the tasks does not have: ECS refuses them, or the task never starts. */
export function lintPlatform(spec: Placed): readonly Finding[] {
  return [...(mayRunOnFargate(spec) ? fargate(spec) : withoutFargate(spec)), ...(isWindows(spec) ? windows(spec) : [])];
}

/** A place below the spec, and whether it says something that the platform does not have. */
type Refused = readonly (readonly [path: string, declared: unknown, why?: string])[];

function findings(code: string, platform: string, refused: Refused): readonly Finding[] {
  return refused.flatMap(([path, declared, why = 'it']): readonly Finding[] =>
    isSet(declared) ? [{ code, severity: 'error', path, message: `${platform} ${why}` }] : [],
  );
}

/** False, empty and absent all mean that nothing was asked for. */
function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false && value !== '';
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
function fargate(spec: Placed): readonly Finding[] {
  const { task } = spec;
  const volumes = (task.volumes ?? []).flatMap(
    (volume, index): Refused => [
      [`/task/volumes/${index}/host/sourcePath`, volume.host?.sourcePath, has('folders of a host')],
      [`/task/volumes/${index}/dockerVolumeConfiguration`, volume.dockerVolumeConfiguration, has('Docker volumes')],
      [
        `/task/volumes/${index}/fsxWindowsFileServerVolumeConfiguration`,
        volume.fsxWindowsFileServerVolumeConfiguration,
        has('FSx for Windows File Server; it needs Windows container instances'),
      ],
    ],
  );
  return findings('LS1018', 'Fargate', [
    ['/placementConstraints', spec.placementConstraints, has('placement constraints')],
    ['/placementStrategy', spec.placementStrategy, has('placement strategies: it spreads tasks over the subnets')],
    ['/task/placementConstraints', task.placementConstraints, has('placement constraints')],
    ['/task/ipcMode', task.ipcMode, has('an ipcMode')],
    ['/task/pidMode', task.pidMode === 'host', has('pidMode host; task is the only one')],
    ...volumes,
    ...task.containers.flatMap((container, index) => fargateContainer(container, `/task/containers/${index}`)),
  ]);
}

const FARGATE_DRIVERS = ['awslogs', 'splunk', 'awsfirelens'];
const FARGATE_CAPABILITIES = ['SYS_PTRACE', 'CAP_SYS_PTRACE'];
/** The longest start and stop timeout on Fargate, in seconds. */
const FARGATE_TIMEOUT = 120;

function fargateContainer(container: ContainerDefinition, path: string): Refused {
  const { linuxParameters: linux, logConfiguration: logs } = container;
  const driver = logs !== undefined && !mayHoldExpressions(logs.logDriver) && !FARGATE_DRIVERS.includes(logs.logDriver);
  const capability = (linux?.capabilities?.add ?? []).find((name) => !FARGATE_CAPABILITIES.includes(name));
  return [
    [`${path}/disableNetworking`, container.disableNetworking, has('disableNetworking')],
    [`${path}/dnsServers`, container.dnsServers, has('dnsServers')],
    [`${path}/dnsSearchDomains`, container.dnsSearchDomains, has('dnsSearchDomains')],
    [`${path}/dockerSecurityOptions`, container.dockerSecurityOptions, has('dockerSecurityOptions')],
    [`${path}/extraHosts`, container.extraHosts, has('extraHosts')],
    [`${path}/links`, container.links, has('links; containers of a task reach each other on localhost')],
    [`${path}/privileged`, container.privileged, has('privileged containers')],
    [`${path}/resourceRequirements`, container.resourceRequirements, has('GPUs and other devices')],
    [`${path}/linuxParameters/devices`, linux?.devices, has('devices of a host')],
    [`${path}/linuxParameters/sharedMemorySize`, linux?.sharedMemorySize, has('sharedMemorySize')],
    [`${path}/linuxParameters/maxSwap`, linux?.maxSwap, has('swap')],
    [`${path}/linuxParameters/swappiness`, linux?.swappiness, has('swap')],
    [`${path}/linuxParameters/capabilities/add`, capability, `adds no capability but SYS_PTRACE; found ${capability}`],
    [`${path}/startTimeout`, (container.startTimeout ?? 0) > FARGATE_TIMEOUT, 'waits at most 120 seconds'],
    [`${path}/stopTimeout`, (container.stopTimeout ?? 0) > FARGATE_TIMEOUT, 'waits at most 120 seconds'],
    [
      `${path}/logConfiguration/logDriver`,
      driver,
      `has the log drivers ${FARGATE_DRIVERS.join(', ')}; found ${logs?.logDriver}`,
    ],
  ];
}

function has(what: string): string {
  return `does not have ${what}`;
}

/** Only Fargate gives tasks an address of their own that the internet reaches. */
function withoutFargate({ launchType, network }: Placed): readonly Finding[] {
  const isInstance = launchType === 'EC2' || launchType === 'EXTERNAL';
  const why = 'gives tasks no public address: ECS refuses assignPublicIp';
  return findings('LS1018', `launchType ${launchType}`, [
    ['/network/assignPublicIp', isInstance && network?.assignPublicIp, why],
  ]);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html, "not supported for Windows containers" */
function windows({ task }: Placed): readonly Finding[] {
  const mode = task.networkMode === 'host' || task.networkMode === 'none';
  return findings('LS1019', 'Windows', [
    ['/task/networkMode', mode, `has the network modes bridge and awsvpc; found ${task.networkMode}`],
    ['/task/pidMode', task.pidMode, has('a pidMode')],
    ['/task/ipcMode', task.ipcMode, has('an ipcMode')],
    ['/task/runtimePlatform/cpuArchitecture', task.runtimePlatform?.cpuArchitecture === 'ARM64', has('ARM64 on ECS')],
    ...task.containers.flatMap((container, index): Refused => {
      const path = `/task/containers/${index}`;
      return [
        [`${path}/linuxParameters`, container.linuxParameters, has('linuxParameters')],
        [`${path}/links`, container.links, has('links')],
        [`${path}/user`, container.user, has('user')],
        [`${path}/disableNetworking`, container.disableNetworking, has('disableNetworking')],
        [`${path}/privileged`, container.privileged, has('privileged containers')],
        [`${path}/readonlyRootFilesystem`, container.readonlyRootFilesystem, has('readonlyRootFilesystem')],
        [`${path}/dnsServers`, container.dnsServers, has('dnsServers')],
        [`${path}/dnsSearchDomains`, container.dnsSearchDomains, has('dnsSearchDomains')],
        [`${path}/extraHosts`, container.extraHosts, has('extraHosts')],
        [`${path}/ulimits`, container.ulimits, has('ulimits')],
      ];
    }),
  ]);
}
