import type { ContainerDefinition } from '../../api/container.ts';
import type { TaskTemplate } from '../../api/task.ts';
import { mayHoldExpressions } from '../../core/expressions.ts';
import type { Finding } from '../../core/lint.ts';
import type { Placed } from '../capacity.ts';

/** Lint of what is inside the task. */
export function lintContainers({ task }: Placed): readonly Finding[] {
  const { containers, volumes = [] } = task;
  return [
    ...duplicates(containers),
    ...executionRole(task),
    ...containers.flatMap((container, index) => {
      const path = `/task/containers/${index}`;
      return [
        ...image(container, path),
        ...secrets(container, path),
        ...plainSecrets(container, path),
        ...logs(container, path),
        ...mounts(
          container,
          path,
          volumes.map((volume) => volume.name),
        ),
        ...dependencies(container, path, containers),
      ];
    }),
  ];
}

function duplicates(containers: readonly ContainerDefinition[]): readonly Finding[] {
  return containers.flatMap(({ name }, index): readonly Finding[] =>
    containers.findIndex((other) => other.name === name) === index
      ? []
      : [
          {
            code: 'LS1009',
            severity: 'error',
            path: `/task/containers/${index}/name`,
            message: `there is another container "${name}" in this task`,
          },
        ],
  );
}

function executionRole({ executionRole: role, containers }: TaskTemplate): readonly Finding[] {
  if (role !== undefined && role !== '') return [];
  const needing = containers.find(
    ({ secrets: own = [], logConfiguration, repositoryCredentials }) =>
      own.length > 0 || (logConfiguration?.secretOptions ?? []).length > 0 || repositoryCredentials !== undefined,
  );
  if (needing === undefined) return [];
  const message = `container "${needing.name}" has secrets, which the execution role reads when a task starts: the task needs executionRole`;
  return [{ code: 'LS1017', severity: 'error', path: '/task', message }];
}

/** Tags that people move. */
const MOVING = /^(latest|main|master|develop|dev|edge|nightly|stable|staging|prod|production|current)$/i;

function image({ image: name }: ContainerDefinition, path: string): readonly Finding[] {
  if (mayHoldExpressions(name) || name.includes('@sha256:')) return [];
  const tag = /:([^:/]+)$/.exec(name)?.[1];
  if (tag !== undefined && !MOVING.test(tag)) return [];
  const found = tag === undefined ? `"${name}" has no tag, which means latest` : `the tag of "${name}" moves`;
  return [
    {
      code: 'LS1002',
      severity: 'warning',
      path: `${path}/image`,
      message: `${found}: the same commit can run another image; name a version or, better, a digest`,
    },
  ];
}

const PARAMETER_NAME = /^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/;
const PARAMETER_ARN = /^arn:[a-z-]+:ssm:[a-z0-9-]+:\d{12}:parameter\/.+$/;
const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:]+(:[^:]*:[^:]*:[^:]*)?$/;

function secrets({ secrets: list = [] }: ContainerDefinition, path: string): readonly Finding[] {
  return list.flatMap(({ valueFrom }, index): readonly Finding[] => {
    const fine = [PARAMETER_NAME, PARAMETER_ARN, SECRET_ARN].some((form) => form.test(valueFrom));
    if (fine || mayHoldExpressions(valueFrom)) return [];
    return [
      {
        code: 'LS1003',
        severity: 'error',
        path: `${path}/secrets/${index}/valueFrom`,
        message: `"${valueFrom}" is neither the name or ARN of an SSM parameter nor the ARN of a secret, with all of :json-key:version-stage:version-id or none (each may be empty)`,
      },
    ];
  });
}

const SECRET_NAME = /(PASSWORD|PASSWD|SECRET|PRIVATE_KEY|API_KEY|APIKEY|ACCESS_KEY|TOKEN)$/i;

function plainSecrets({ environment = [] }: ContainerDefinition, path: string): readonly Finding[] {
  return environment.flatMap(({ name, value }, index): readonly Finding[] =>
    SECRET_NAME.test(name) && value !== '' && !mayHoldExpressions(value)
      ? [
          {
            code: 'LS1008',
            severity: 'warning',
            path: `${path}/environment/${index}`,
            message: `${name} looks like a secret and stands in Git as plain text; keep it in Secrets Manager and refer to it under secrets`,
          },
        ]
      : [],
  );
}

function logs({ logConfiguration }: ContainerDefinition, path: string): readonly Finding[] {
  if (logConfiguration?.logDriver !== 'awslogs') return [];
  const missing = ['awslogs-group', 'awslogs-region'].filter(
    (option) => logConfiguration.options?.[option] === undefined,
  );
  if (missing.length === 0) return [];
  return [
    {
      code: 'LS1005',
      severity: 'error',
      path: `${path}/logConfiguration/options`,
      message: `the log driver awslogs needs ${missing.join(' and ')}`,
    },
  ];
}

function mounts(
  { mountPoints = [] }: ContainerDefinition,
  path: string,
  volumes: readonly string[],
): readonly Finding[] {
  return mountPoints.flatMap(({ sourceVolume }, index): readonly Finding[] =>
    volumes.includes(sourceVolume)
      ? []
      : [
          {
            code: 'LS1012',
            severity: 'error',
            path: `${path}/mountPoints/${index}/sourceVolume`,
            message: `the task has no volume "${sourceVolume}"; it has ${volumes.join(', ') || 'none'}`,
          },
        ],
  );
}

function dependencies(
  { dependsOn = [], name }: ContainerDefinition,
  path: string,
  containers: readonly ContainerDefinition[],
): readonly Finding[] {
  return dependsOn.flatMap(({ containerName, condition }, index): readonly Finding[] => {
    const at = `${path}/dependsOn/${index}`;
    const other = containers.find((container) => container.name === containerName);
    if (other === undefined || containerName === name) {
      const others = containers.map((container) => container.name).filter((candidate) => candidate !== name);
      const message = `"${containerName}" is no other container of this task; there is ${others.join(', ') || 'none'}`;
      return [{ code: 'LS1013', severity: 'error', path: `${at}/containerName`, message }];
    }
    if (condition === 'HEALTHY' && other.healthCheck === undefined) {
      const message = `"${containerName}" has no healthCheck, so it never becomes HEALTHY and "${name}" never starts`;
      return [{ code: 'LS1013', severity: 'error', path: `${at}/condition`, message }];
    }
    if ((condition === 'COMPLETE' || condition === 'SUCCESS') && other.essential !== false) {
      const message = `"${containerName}" is essential: when it ends the task ends too, so "${name}" never starts; set essential: false there`;
      return [{ code: 'LS1013', severity: 'error', path: `${at}/condition`, message }];
    }
    return [];
  });
}
