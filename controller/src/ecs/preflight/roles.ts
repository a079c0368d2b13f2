import { readRole } from '../../aws/reads.ts';
import type { PreflightFinding } from '../../core/driver.ts';
import { type Around, type Check, error, type Found, isOpen, looked, unchecked } from './look.ts';
import { trustOf } from './trust.ts';

/** A role that somebody hands on to a service. */
export interface NamedRole extends Check {
  /** ARN or name. */
  readonly role: string | undefined;
  /** Who acts as it: `ecs-tasks.amazonaws.com`. */
  readonly service: string;
}

/**
 * Whether the roles exist, and trust the service that is to act as them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export async function checkRoles(roles: readonly NamedRole[], around: Around): Promise<readonly PreflightFinding[]> {
  const found = roles.map(async ({ role = '', service, ...check }) =>
    role === '' || isOpen(role) ? [] : looked(check, 'iam:GetRole', () => checkRole(role, service, around)),
  );
  return (await Promise.all(found)).flat();
}

async function checkRole(role: string, service: string, { aws, pass }: Around): Promise<readonly Found[]> {
  const account = role.startsWith('arn:') ? role.split(':')[4] : aws.accountId;
  if (account !== aws.accountId) return [unchecked(`unchecked: ${role} is a role of another account`)];
  const name = role.split('/').at(-1) ?? role;
  const live = await readRole(pass, name);
  if (live === undefined) return [error(`role ${name} does not exist in account ${aws.accountId}`)];
  if (role.startsWith('arn:') && live.Arn !== undefined && live.Arn !== role && isPathGiven(role)) {
    return [error(`${role} does not exist; role ${name} is ${live.Arn}`)];
  }
  const trust = trustOf(live.AssumeRolePolicyDocument ?? '%7B%7D', service);
  if (trust === 'trusted') return [];
  if (trust === 'conditional') {
    return [unchecked(`unchecked: the trust policy of role ${name} lets ${service} assume it under conditions`)];
  }
  return [
    error(`the trust policy of role ${name} does not let ${service} assume it: allow sts:AssumeRole to that service`),
  ];
}

/** A path in the ARN must be the role's own; without one it may be left out by hand. */
function isPathGiven(arn: string): boolean {
  return (arn.split(':role/')[1] ?? '').includes('/');
}
