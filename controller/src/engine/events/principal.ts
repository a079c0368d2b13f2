import type { JsonObject } from '../../core/json.ts';
import { text } from './fields.ts';

/**
 * Who made a call: the ARN of the user, the role session or the root user; where there is none, the nearest that AWS
 * says: the service that did it by itself, the federated or Identity Center user, the other account.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function principalOf(userIdentity: JsonObject): string | undefined {
  return (
    text(userIdentity, 'arn') ??
    text(userIdentity, 'invokedBy') ??
    named('identity-center-user', text(userIdentity, 'onBehalfOf', 'userId')) ??
    named(text(userIdentity, 'identityProvider') ?? 'user', text(userIdentity, 'userName')) ??
    text(userIdentity, 'principalId') ??
    named('account', text(userIdentity, 'accountId'))
  );
}

function named(kind: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${kind}/${name}`;
}

/** A principal for a person: `alice (role Admin)`, `user bob`, `the root user of 123456789012`, `AWS service ecs`. */
export function principalInWords(principal: string): string {
  const service = /^([a-z0-9.-]+)\.amazonaws\.com(\.cn)?$/u.exec(principal)?.[1];
  if (service !== undefined) return `AWS service ${service}`;
  const arn = /^arn:[\w-]+:(?:iam|sts)::(\d*):(.+)$/u.exec(principal);
  if (arn === null) return principal;
  const [, accountId = '', resource = ''] = arn;
  if (resource === 'root') return `the root user of ${accountId}`;
  const [kind = '', ...rest] = resource.split('/');
  if (kind === 'user') return `user ${rest.at(-1) ?? ''}`;
  if (kind === 'federated-user') return `federated user ${rest.join('/')}`;
  if (kind === 'role') return `role ${rest.at(-1) ?? ''}`;
  if (kind !== 'assumed-role') return principal;
  const [role = '', session = ''] = rest;
  const serviceRole = /^AWSServiceRoleFor(.+)$/u.exec(role)?.[1];
  if (serviceRole !== undefined) return `AWS service ${serviceRole}`;
  // IAM Identity Center names its roles AWSReservedSSO_<permission set>_<16 hexadecimal digits>, and sessions by the user.
  const permissionSet = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/u.exec(role)?.[1];
  if (permissionSet !== undefined) return `${session} (permission set ${permissionSet})`;
  return session === '' ? `role ${role}` : `${session} (role ${role})`;
}

/**
 * The user or role behind a principal, without the session: replicas of a controller share a role, and each has a session
 * of its own.
 */
export function identityOf(principal: string): string {
  const session = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//u.exec(principal);
  return session === null ? principal : `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
}
