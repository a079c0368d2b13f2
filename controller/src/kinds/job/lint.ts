import type { JobSpec } from '../../api/job.ts';
import type { Finding } from '../../core/lint.ts';
import { mayRunOnFargate } from '../../ecs/capacity.ts';
import { lintContainers } from '../../ecs/lint/containers.ts';
import { lintPlacement } from '../../ecs/lint/placement.ts';
import { lintPlatform } from '../../ecs/lint/platform.ts';
import { lintPortModes } from '../../ecs/lint/ports.ts';
import { lintVolumes } from '../../ecs/lint/volumes.ts';
import { cpuUnits, fargateSizeProblem, memoryMiB } from '../../ecs/size.ts';

/** Everything about a Job that is valid but cannot work, or will surprise, and can be told without AWS. */
export function lintJob(spec: JobSpec): readonly Finding[] {
  return [
    ...lintContainers(spec),
    ...lintPlacement(spec),
    ...lintPlatform(spec),
    ...lintPortModes(spec),
    ...lintVolumes(spec),
    ...overridden(spec),
    ...overriddenSize(spec),
    ...essential(spec),
    ...restarts(spec),
  ];
}

/** RunTask refuses an override of a container that is not in the task definition. */
function overridden({ task, overrides }: JobSpec): readonly Finding[] {
  const names = task.containers.map((container) => container.name);
  return (overrides?.containerOverrides ?? []).flatMap(({ name }, index): readonly Finding[] =>
    names.includes(name) || name.includes('${')
      ? []
      : [
          {
            code: 'LS1026',
            severity: 'error',
            path: `/overrides/containerOverrides/${index}/name`,
            message: `the task has no container "${name}"; it has ${names.join(', ')}`,
          },
        ],
  );
}

/** The size that the task is run with is one that Fargate has. */
function overriddenSize(spec: JobSpec): readonly Finding[] {
  const { task, overrides } = spec;
  if (overrides?.cpu === undefined && overrides?.memory === undefined) return [];
  const cpu = sized(overrides.cpu ?? task.cpu, cpuUnits);
  const memory = sized(overrides.memory ?? task.memory, memoryMiB);
  if (!mayRunOnFargate(spec) || cpu === undefined || memory === undefined) return [];
  const message = fargateSizeProblem(cpu, memory);
  return message === undefined ? [] : [{ code: 'LS1006', severity: 'error', path: '/overrides', message }];
}

function sized(
  value: number | string | undefined,
  parse: (text: number | string) => number | undefined,
): number | undefined {
  return value === undefined ? undefined : parse(value);
}

/** The first essential container that ends ends the task: ECS stops the others, and their exit codes count too. */
function essential({ task }: JobSpec): readonly Finding[] {
  const names = task.containers.filter((container) => container.essential !== false).map(({ name }) => name);
  if (names.length === 1) return [];
  const message =
    names.length === 0
      ? 'no container is essential: ECS needs one, and its exit code is the result of the Job'
      : `${names.join(', ')} are essential: the first one that ends ends the others, and every exit code has to be 0; set essential: false for those that only help`;
  const severity = names.length === 0 ? 'error' : 'warning';
  return [{ code: 'LS1027', severity, path: '/task/containers', message }];
}

/** A container that is restarted does not end the task, so that only the timeout does. */
function restarts({ task }: JobSpec): readonly Finding[] {
  return task.containers.flatMap(({ essential: counts, restartPolicy, name }, index): readonly Finding[] => {
    const always = restartPolicy?.enabled === true && !(restartPolicy.ignoredExitCodes ?? []).includes(0);
    if (counts === false || !always) return [];
    const message = `ECS starts "${name}" again whenever it exits, also with 0: the Job ends only by its timeout; add 0 to ignoredExitCodes`;
    return [{ code: 'LS1028', severity: 'error', path: `/task/containers/${index}/restartPolicy`, message }];
  });
}
