import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../kernel/world.ts';
import type { TaskRecord } from '../task-record.ts';

/** Variables of this process that a local program needs to run at all. Nothing else leaks in: no credentials. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/**
 * The environment of a container: what Fargate sets, the container definition, the overrides, the secrets.
 * Source: developer guide, "Pass an individual environment variable to an Amazon ECS container" and
 * "Amazon ECS container agent configuration" (AWS_EXECUTION_ENV).
 */
export function containerEnvironment(
  scope: Scope,
  task: TaskRecord,
  definition: ContainerDefinition,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  env.AWS_REGION = scope.region;
  env.AWS_DEFAULT_REGION = scope.region;
  env.AWS_EXECUTION_ENV = 'AWS_ECS_FARGATE';
  const override = task.overrides.containerOverrides?.find((candidate) => candidate.name === definition.name);
  for (const { name, value } of [...(definition.environment ?? []), ...(override?.environment ?? [])]) {
    if (name !== undefined) env[name] = value ?? '';
  }
  return { ...env, ...task.secrets[definition.name ?? ''] };
}
