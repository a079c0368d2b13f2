import { own } from '../../kernel/own.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';

/** A role as it is kept. Times are milliseconds of sandbox time since the epoch. */
export interface RoleState {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: number;
  /** JSON of the trust policy, and since when it holds. */
  trust: { readonly document: string; readonly since: number };
  description?: string;
  maxSessionDuration: number;
  permissionsBoundary?: string;
  /** Inline policies by name. */
  readonly inline: Record<string, { readonly document: string; readonly since: number }>;
  /** Since when each managed policy is attached, by ARN. */
  readonly attached: Record<string, number>;
}

/** A customer managed policy as it is kept. */
export interface PolicyState {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdAt: number;
  readonly description?: string;
  updatedAt: number;
  defaultVersion: string;
  /** By version id: `v1`. */
  readonly versions: Record<string, { readonly document: string; readonly createdAt: number }>;
  /** Highest version number ever given. */
  latest: number;
}

/** IAM of one account. */
interface IamState {
  /** By name. */
  readonly roles: Record<string, RoleState>;
  /** By ARN. */
  readonly policies: Record<string, PolicyState>;
  /** Names of roles that were made here, also of those that are gone. */
  readonly made: string[];
}

/** IAM is the same in all regions, so it is kept in none. */
export function iamScope(accountId: string): Scope {
  return { accountId, region: 'aws-global' };
}

/** IAM of the account. */
export function iamState(world: World, accountId: string): IamState {
  return world.slice(iamScope(accountId), 'iam', () => ({ roles: {}, policies: {}, made: [] }));
}

/** The role of that name. Throws NoSuchEntity. */
export function existingRole(world: World, accountId: string, name: string | undefined): RoleState {
  const role = own(iamState(world, accountId).roles, name);
  if (!role) throw noSuchEntity(`The role with name ${name ?? ''} cannot be found.`);
  return role;
}

/** The role of an ARN, whatever its path is; undefined when there is none. */
export function roleOfArn(world: World, arn: string): RoleState | undefined {
  const [, accountId = '', name = ''] = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const role = own(iamState(world, accountId).roles, name);
  return role?.arn === arn ? role : undefined;
}

/** Something that is named is not there. */
export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message);
}

/** An id as IAM gives them: a prefix of the kind, and seventeen letters and digits. */
export function uniqueId(world: World, prefix: string): string {
  return `${prefix}${world.id(17).toUpperCase()}`;
}
