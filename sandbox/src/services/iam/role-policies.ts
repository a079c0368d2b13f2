import type {
  AttachRolePolicyRequest,
  DeleteRolePolicyRequest,
  DetachRolePolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  PutRolePolicyRequest,
} from '@aws-sdk/client-iam';
import { own } from '../../kernel/own.ts';
import type { Call } from '../../kernel/service.ts';
import { checkDocument } from './documents.ts';
import { paged } from './pages.ts';
import { documentOf } from './policies.ts';
import { modifiable } from './roles.ts';
import { existingRole, noSuchEntity } from './state.ts';

/** PutRolePolicy: a new inline policy, or another document for it. */
export function putRolePolicy(input: PutRolePolicyRequest, { world, scope, now }: Call): object {
  const role = modifiable(existingRole(world, scope.accountId, input.RoleName));
  role.inline[input.PolicyName ?? ''] = { document: checkDocument(input.PolicyDocument, 'identity'), since: now };
  return {};
}

/** GetRolePolicy: the document is URL-encoded. Source: API_GetRolePolicy. */
export function getRolePolicy(input: GetRolePolicyRequest, { world, scope }: Call): GetRolePolicyResponse {
  const role = existingRole(world, scope.accountId, input.RoleName);
  const policy = own(role.inline, input.PolicyName);
  if (!policy) throw missing(input.PolicyName);
  return {
    RoleName: role.name,
    PolicyName: input.PolicyName,
    PolicyDocument: encodeURIComponent(policy.document),
  };
}

/** ListRolePolicies: names of the inline policies. */
export function listRolePolicies(input: ListRolePoliciesRequest, { world, scope }: Call): ListRolePoliciesResponse {
  const names = Object.keys(existingRole(world, scope.accountId, input.RoleName).inline).toSorted();
  const { items, ...page } = paged(names, input, (name) => name);
  return { PolicyNames: [...items], ...page };
}

/** DeleteRolePolicy. */
export function deleteRolePolicy(input: DeleteRolePolicyRequest, { world, scope }: Call): object {
  const role = modifiable(existingRole(world, scope.accountId, input.RoleName));
  if (!own(role.inline, input.PolicyName)) throw missing(input.PolicyName);
  delete role.inline[input.PolicyName ?? ''];
  return {};
}

/** AttachRolePolicy: one that is attached stays. */
export function attachRolePolicy(input: AttachRolePolicyRequest, { world, scope, now }: Call): object {
  const role = modifiable(existingRole(world, scope.accountId, input.RoleName));
  const arn = input.PolicyArn ?? '';
  if (documentOf(world, scope.accountId, arn) === undefined) {
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }
  role.attached[arn] ??= now;
  return {};
}

/** DetachRolePolicy. */
export function detachRolePolicy(input: DetachRolePolicyRequest, { world, scope }: Call): object {
  const role = modifiable(existingRole(world, scope.accountId, input.RoleName));
  const arn = input.PolicyArn ?? '';
  if (own(role.attached, arn) === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  delete role.attached[arn];
  return {};
}

/** ListAttachedRolePolicies. */
export function listAttachedRolePolicies(
  input: ListAttachedRolePoliciesRequest,
  { world, scope }: Call,
): ListAttachedRolePoliciesResponse {
  const arns = Object.keys(existingRole(world, scope.accountId, input.RoleName).attached).toSorted();
  const { items, ...page } = paged(arns, input, (arn) => arn);
  return {
    AttachedPolicies: items.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn })),
    ...page,
  };
}

function missing(name: string | undefined) {
  return noSuchEntity(`The role policy with name ${name ?? ''} cannot be found.`);
}
