import * as sdk from '@aws-sdk/client-iam';
import type { ListInstanceProfilesForRoleRequest } from '@aws-sdk/client-iam';
import type { Call, Service } from '../../kernel/service.ts';
import {
  createPolicy,
  createPolicyVersion,
  deletePolicy,
  deletePolicyVersion,
  getPolicy,
  getPolicyVersion,
  listPolicyVersions,
} from './policies.ts';
import {
  attachRolePolicy,
  deleteRolePolicy,
  detachRolePolicy,
  getRolePolicy,
  listAttachedRolePolicies,
  listRolePolicies,
  putRolePolicy,
} from './role-policies.ts';
import { createRole, deleteRole, getRole, listRoles, updateAssumeRolePolicy, updateRole } from './roles.ts';
import { createServiceLinkedRole } from './service-linked-roles.ts';
import { simulatePrincipalPolicy } from './simulate.ts';
import { existingRole } from './state.ts';
import { listRoleTags, tagRole, untagRole } from './tags.ts';

export { identityPort } from './port.ts';

/** ListInstanceProfilesForRole: there is no EC2 here, so a role is in none. */
function listInstanceProfilesForRole(input: ListInstanceProfilesForRoleRequest, { world, scope }: Call): object {
  existingRole(world, scope.accountId, input.RoleName);
  return { InstanceProfiles: [], IsTruncated: false };
}

/** Identity and Access Management: roles and their policies. */
export const iam: Service = {
  name: 'iam',
  sdk,
  model: 'iam',
  handlers: {
    AttachRolePolicy: attachRolePolicy,
    CreatePolicy: createPolicy,
    CreatePolicyVersion: createPolicyVersion,
    CreateRole: createRole,
    CreateServiceLinkedRole: createServiceLinkedRole,
    DeletePolicy: deletePolicy,
    DeletePolicyVersion: deletePolicyVersion,
    DeleteRole: deleteRole,
    DeleteRolePolicy: deleteRolePolicy,
    DetachRolePolicy: detachRolePolicy,
    GetPolicy: getPolicy,
    GetPolicyVersion: getPolicyVersion,
    GetRole: getRole,
    GetRolePolicy: getRolePolicy,
    ListAttachedRolePolicies: listAttachedRolePolicies,
    ListInstanceProfilesForRole: listInstanceProfilesForRole,
    ListPolicyVersions: listPolicyVersions,
    ListRolePolicies: listRolePolicies,
    ListRoleTags: listRoleTags,
    ListRoles: listRoles,
    PutRolePolicy: putRolePolicy,
    SimulatePrincipalPolicy: simulatePrincipalPolicy,
    TagRole: tagRole,
    UntagRole: untagRole,
    UpdateAssumeRolePolicy: updateAssumeRolePolicy,
    UpdateRole: updateRole,
  },
};
