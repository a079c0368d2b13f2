import type { RunTaskCommandInput, TaskOverride } from '@aws-sdk/client-ecs';
import type { JobSpec, TaskOverrides } from '../../api/job.ts';
import type { Desired } from '../../core/driver.ts';
import { wantedTags } from '../../core/ownership.ts';
import { type Place, takesPlatformVersion } from '../../ecs/capacity.ts';
import { renderNetwork } from '../../ecs/network.ts';
import { cpuUnits, memoryMiB } from '../../ecs/size.ts';
import { tagList } from '../../ecs/tags.ts';
import { roleArn } from '../../ecs/task.ts';
import { objectOf, withoutBlanks } from '../../ecs/tree.ts';
import { startedByOf, tokenOf } from './content.ts';
import type { Intent } from './record.ts';

/** What RunTask is asked for. Follows from the manifest and the intent alone: the same for every request of one try. */
export function runRequest(
  desired: Desired<JobSpec>,
  run: { readonly intent: Intent; readonly cluster: string; readonly taskDefinition: string; readonly place: Place },
): RunTaskCommandInput {
  const { spec } = desired;
  const overrides = renderOverrides(spec.overrides, run.place);
  const { capacityProviderStrategy, placementConstraints, placementStrategy, volumeConfigurations } = spec;
  return {
    cluster: run.cluster,
    taskDefinition: run.taskDefinition,
    count: 1,
    startedBy: startedByOf(run.intent),
    clientToken: tokenOf(run.taskDefinition, run.intent),
    enableExecuteCommand: spec.enableExecuteCommand ?? false,
    enableECSManagedTags: spec.enableECSManagedTags ?? false,
    tags: tagList(wantedTags(spec.tags, desired.ownership)),
    ...(spec.launchType === undefined ? {} : { launchType: spec.launchType }),
    ...(capacityProviderStrategy === undefined ? {} : { capacityProviderStrategy: [...capacityProviderStrategy] }),
    ...(takesPlatformVersion(spec) ? { platformVersion: spec.platformVersion ?? 'LATEST' } : {}),
    ...(spec.network === undefined ? {} : { networkConfiguration: renderNetwork(spec.network) }),
    ...(overrides === undefined ? {} : { overrides }),
    ...(spec.group === undefined ? {} : { group: spec.group }),
    ...(placementConstraints === undefined ? {} : { placementConstraints: [...placementConstraints] }),
    ...(placementStrategy === undefined ? {} : { placementStrategy: [...placementStrategy] }),
    ...(spec.propagateTags === 'TASK_DEFINITION' ? { propagateTags: spec.propagateTags } : {}),
    ...(volumeConfigurations === undefined
      ? {}
      : { volumeConfigurations: volumeConfigurations.map((volume) => ({ ...volume })) }),
  };
}

/** Sizes in units, roles as ARNs, environment files of S3. */
function renderOverrides(overrides: TaskOverrides | undefined, place: Place): TaskOverride | undefined {
  if (overrides === undefined) return undefined;
  const { cpu, memory, taskRole, executionRole, ephemeralStorage, containerOverrides } = overrides;
  const setting = { ...place, hasNetwork: false, onFargate: false };
  const input = objectOf({
    cpu: cpu === undefined ? undefined : String(cpuUnits(cpu) ?? cpu),
    memory: memory === undefined ? undefined : String(memoryMiB(memory) ?? memory),
    taskRoleArn: roleArn(taskRole, setting),
    executionRoleArn: roleArn(executionRole, setting),
    ephemeralStorage,
    containerOverrides: containerOverrides?.map((container) => ({
      ...container,
      environmentFiles: container.environmentFiles?.map((file) => ({ type: 's3', ...file })),
    })),
  });
  // Its shape is that of the API: the manifest mirrors it field by field.
  return Object.keys(input).length === 0 ? undefined : withoutBlanks(input);
}
