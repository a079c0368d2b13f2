import type { ManagedEbsVolume } from '../../api/servicevolume.ts';
import type { TaskTemplate, Volume } from '../../api/task.ts';
import { mayHoldExpressions } from '../../core/expressions.ts';
import type { Finding } from '../../core/lint.ts';
import { mayRunOnFargate, type Placed } from '../capacity.ts';

/** Lint of volumes: each one needs what the other half says. */
export function lintVolumes(spec: Placed): readonly Finding[] {
  const volumes = spec.task.volumes ?? [];
  return [
    ...atLaunch(spec, volumes),
    ...(spec.volumeConfigurations ?? []).flatMap(({ managedEBSVolume }, index) =>
      ebs(managedEBSVolume, `/volumeConfigurations/${index}/managedEBSVolume`, mayRunOnFargate(spec)),
    ),
    ...volumes.flatMap((volume, index) => roles(volume, `/task/volumes/${index}`, spec.task)),
  ];
}

function finding(path: string, message: string): Finding {
  return { code: 'LS1022', severity: 'error', path, message };
}

function atLaunch({ volumeConfigurations = [] }: Placed, volumes: readonly Volume[]): readonly Finding[] {
  const waiting = volumes.filter((volume) => volume.configuredAtLaunch === true).map((volume) => volume.name);
  const given = volumeConfigurations.map((configuration) => configuration.name);
  if ([...waiting, ...given].some(mayHoldExpressions)) return [];
  const missing = volumes.flatMap((volume, index) =>
    volume.configuredAtLaunch !== true || given.includes(volume.name)
      ? []
      : finding(`/task/volumes/${index}/configuredAtLaunch`, `volumeConfigurations says nothing of "${volume.name}"`),
  );
  const unknown = given.flatMap((name, index) =>
    waiting.includes(name)
      ? []
      : finding(
          `/volumeConfigurations/${index}/name`,
          `no volume "${name}" of the task is configuredAtLaunch; there is ${waiting.join(', ') || 'none'}`,
        ),
  );
  const many = `one volume of a task can be configuredAtLaunch; found ${waiting.join(', ')}`;
  return [...missing, ...unknown, ...(waiting.length > 1 ? [finding('/task/volumes', many)] : [])];
}

/** Types of EBS volumes whose operations a second can be chosen, and those where they have to be. */
const WITH_IOPS = ['gp3', 'io1', 'io2'];
const NEEDING_IOPS = ['io1', 'io2'];

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceManagedEBSVolumeConfiguration.html */
function ebs(volume: ManagedEbsVolume, path: string, fargate: boolean): readonly Finding[] {
  const { volumeType = 'gp3', iops, throughput } = volume;
  if (mayHoldExpressions(volumeType)) return [];
  const found: Finding[] = [];
  if (iops !== undefined && !WITH_IOPS.includes(volumeType)) {
    found.push(finding(`${path}/iops`, `${volumeType} volumes take no iops; ${WITH_IOPS.join(', ')} do`));
  }
  if (iops === undefined && NEEDING_IOPS.includes(volumeType)) {
    found.push(finding(`${path}/volumeType`, `${volumeType} volumes need iops`));
  }
  if (throughput !== undefined && volumeType !== 'gp3') {
    found.push(finding(`${path}/throughput`, `${volumeType} volumes take no throughput; gp3 does`));
  }
  if (fargate && volumeType === 'standard') {
    found.push(finding(`${path}/volumeType`, 'Fargate does not have magnetic (standard) volumes'));
  }
  return found;
}

/** Who mounts a file system. */
function roles(volume: Volume, path: string, task: TaskTemplate): readonly Finding[] {
  const { taskRole = '', executionRole = '' } = task;
  const usesTaskRole = volume.efsVolumeConfiguration?.authorizationConfig?.iam === 'ENABLED';
  if (taskRole === '' && usesTaskRole) {
    return [
      finding(`${path}/efsVolumeConfiguration`, 'with iam ENABLED the task role mounts it: the task needs taskRole'),
    ];
  }
  if (taskRole === '' && volume.s3filesVolumeConfiguration !== undefined) {
    return [finding(`${path}/s3filesVolumeConfiguration`, 'the task role mounts it: the task needs taskRole')];
  }
  if (executionRole === '' && volume.fsxWindowsFileServerVolumeConfiguration !== undefined) {
    const message = 'the execution role reads its credentials: the task needs executionRole';
    return [finding(`${path}/fsxWindowsFileServerVolumeConfiguration`, message)];
  }
  return [];
}
