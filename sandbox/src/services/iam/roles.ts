import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  Role,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { checkDocument } from './documents.ts';
import { paged } from './pages.ts';
import { existingRole, iamScope, iamState, type RoleState, uniqueId } from './state.ts';
import { listed, tagRecord } from './tags.ts';

/** CreateRole. A name is taken once, whatever its path is. Source: API_CreateRole. */
export function createRole(input: CreateRoleRequest, call: Call): CreateRoleResponse {
  const { world, scope, now } = call;
  const name = input.RoleName ?? '';
  const { roles } = iamState(world, scope.accountId);
  if (Object.keys(roles).some((other) => other.toLowerCase() === name.toLowerCase())) {
    throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`);
  }
  const document = checkDocument(input.AssumeRolePolicyDocument, 'trust');
  const tags = tagRecord(input.Tags);
  const role = addRole(world, scope.accountId, {
    name,
    path: input.Path ?? '/',
    trust: { document, since: now },
    maxSessionDuration: input.MaxSessionDuration ?? 3600,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.PermissionsBoundary === undefined ? {} : { permissionsBoundary: input.PermissionsBoundary }),
  });
  const resource = world.resources.get(role.arn);
  if (resource) resource.tags = tags;
  return { Role: view(world, role) };
}

/** Puts a new role into the account. */
export function addRole(
  world: World,
  accountId: string,
  settings: Pick<RoleState, 'name' | 'path' | 'trust' | 'maxSessionDuration' | 'description' | 'permissionsBoundary'>,
): RoleState {
  const role: RoleState = {
    ...settings,
    arn: `arn:aws:iam::${accountId}:role${settings.path}${settings.name}`,
    id: uniqueId(world, 'AROA'),
    createdAt: world.clock.now(),
    inline: {},
    attached: {},
  };
  const state = iamState(world, accountId);
  state.roles[role.name] = role;
  if (!state.made.includes(role.name)) state.made.push(role.name);
  world.resources.add({
    arn: role.arn,
    type: 'iam:role',
    ...iamScope(accountId),
    createdAt: role.createdAt,
    tags: {},
  });
  return role;
}

/**
 * GetRole. While IAM is not enforced, every role exists that was not made here, and every service may act as it; one that
 * was made here is gone when it is deleted.
 */
export function getRole(input: GetRoleRequest, { world, scope }: Call): GetRoleResponse {
  const name = input.RoleName ?? '';
  if (world.settings.iam === 'enforced' || iamState(world, scope.accountId).made.includes(name)) {
    return { Role: view(world, existingRole(world, scope.accountId, name)) };
  }
  return {
    Role: {
      Path: '/',
      RoleName: name,
      RoleId: 'AROA0000000000000000',
      Arn: `arn:aws:iam::${scope.accountId}:role/${name}`,
      CreateDate: new Date(0),
      AssumeRolePolicyDocument: encodeURIComponent(TRUSTS_EVERYBODY),
      MaxSessionDuration: 3600,
    },
  };
}

/** The services that act as roles here. */
const TRUSTS_EVERYBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: ['ecs-tasks', 'ecs', 'codedeploy', 'lambda'].map((service) => ({
    Effect: 'Allow',
    Principal: { Service: `${service}.amazonaws.com` },
    Action: 'sts:AssumeRole',
  })),
});

/** ListRoles, by path prefix; without tags and boundaries. Source: API_ListRoles. */
export function listRoles(input: ListRolesRequest, { world, scope }: Call): ListRolesResponse {
  const roles = Object.values(iamState(world, scope.accountId).roles)
    .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { items, ...page } = paged(roles, input, ({ name }) => name);
  return {
    Roles: items.map((role) => {
      const { Tags: _tags, PermissionsBoundary: _boundary, ...shown } = view(world, role);
      return shown;
    }),
    ...page,
  };
}

/** UpdateRole: what is omitted of the description stays. Source: API_UpdateRole. */
export function updateRole(input: UpdateRoleRequest, { world, scope }: Call): object {
  const role = modifiable(existingRole(world, scope.accountId, input.RoleName));
  if (input.Description !== undefined) role.description = input.Description;
  role.maxSessionDuration = input.MaxSessionDuration ?? 3600;
  return {};
}

/** UpdateAssumeRolePolicy. */
export function updateAssumeRolePolicy(input: UpdateAssumeRolePolicyRequest, { world, scope, now }: Call): object {
  const role = modifiable(existingRole(world, scope.accountId, input.RoleName));
  role.trust = { document: checkDocument(input.PolicyDocument, 'trust'), since: now };
  return {};
}

/** DeleteRole: without policies only. Source: API_DeleteRole. */
export function deleteRole(input: DeleteRoleRequest, { world, scope }: Call): object {
  const role = modifiable(existingRole(world, scope.accountId, input.RoleName));
  if (Object.keys(role.attached).length > 0) {
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.');
  }
  if (Object.keys(role.inline).length > 0) {
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.');
  }
  delete iamState(world, scope.accountId).roles[role.name];
  world.resources.remove(role.arn);
  return {};
}

/** The role, unless it belongs to an AWS service. Throws UnmodifiableEntity. */
export function modifiable(role: RoleState): RoleState {
  if (!role.path.startsWith('/aws-service-role/')) return role;
  throw new AwsError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
  );
}

/** A role as the API shows it: the trust policy is URL-encoded. Source: API_Role. */
export function view(world: World, role: RoleState): Role {
  const tags = listed(world, role.arn);
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(role.trust.document),
    MaxSessionDuration: role.maxSessionDuration,
    RoleLastUsed: {},
    ...(role.description === undefined ? {} : { Description: role.description }),
    ...(role.permissionsBoundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: role.permissionsBoundary,
          },
        }),
    ...(tags.length > 0 ? { Tags: tags } : {}),
  };
}
