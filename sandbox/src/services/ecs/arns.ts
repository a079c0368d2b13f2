import type { Scope } from '../../kernel/world.ts';

/** `arn:aws:ecs:<region>:<account>:<resource>`. */
export function ecsArn(scope: Scope, resource: string): string {
  return `arn:aws:ecs:${scope.region}:${scope.accountId}:${resource}`;
}

/** The last part of an ARN or path: a name as it is. */
export function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** The name in a cluster reference (name or ARN); `default` when none is given. */
export function clusterName(reference: string | undefined): string {
  return reference ? lastPart(reference) : 'default';
}

/** What an ECS ARN names: `['service', 'cluster', 'name']`; undefined when it is no ECS ARN. */
export function resourceParts(arn: string): readonly string[] | undefined {
  const match = /^arn:aws[a-z-]*:ecs:[^:]*:[^:]*:(.+)$/.exec(arn);
  return match?.[1]?.split('/');
}

/** `family`, and `revision` when it is named, of a task definition reference (family, family:revision or ARN). */
export function taskDefinitionReference(reference: string): { readonly family: string; readonly revision?: number } {
  const name = lastPart(reference);
  const colon = name.lastIndexOf(':');
  if (colon < 0) return { family: name };
  return { family: name.slice(0, colon), revision: Number(name.slice(colon + 1)) };
}
