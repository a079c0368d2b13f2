import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyRequest,
  DeletePolicyVersionRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  Policy,
} from '@aws-sdk/client-iam';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { awsManagedPolicies } from './aws-managed.ts';
import { checkDocument } from './documents.ts';
import { paged } from './pages.ts';
import { iamState, noSuchEntity, type PolicyState, uniqueId } from './state.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const versionsPerPolicy = 5;

/** CreatePolicy: its document is version v1. */
export function createPolicy(input: CreatePolicyRequest, { world, scope, now }: Call): CreatePolicyResponse {
  const path = input.Path ?? '/';
  const name = input.PolicyName ?? '';
  const { policies } = iamState(world, scope.accountId);
  if (Object.values(policies).some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    throw new AwsError(
      'EntityAlreadyExists',
      `A policy called ${name} already exists. Duplicate names are not allowed.`,
    );
  }
  const policy: PolicyState = {
    arn: `arn:aws:iam::${scope.accountId}:policy${path}${name}`,
    name,
    path,
    id: uniqueId(world, 'ANPA'),
    createdAt: now,
    updatedAt: now,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    defaultVersion: 'v1',
    versions: { v1: { document: checkDocument(input.PolicyDocument, 'identity'), createdAt: now } },
    latest: 1,
  };
  policies[policy.arn] = policy;
  return { Policy: view(world, scope.accountId, policy) };
}

/** GetPolicy, of the account's own policies and the AWS managed ones that the sandbox knows. */
export function getPolicy(input: GetPolicyRequest, { world, scope }: Call): GetPolicyResponse {
  const arn = input.PolicyArn ?? '';
  const policy = own(iamState(world, scope.accountId).policies, arn);
  if (policy) return { Policy: view(world, scope.accountId, policy) };
  if (own(awsManagedPolicies, arn) === undefined) throw missing(arn);
  return {
    Policy: { PolicyName: arn.slice(arn.lastIndexOf('/') + 1), Arn: arn, DefaultVersionId: 'v1', IsAttachable: true },
  };
}

/** GetPolicyVersion: the document is URL-encoded. Source: API_GetPolicyVersion. */
export function getPolicyVersion(input: GetPolicyVersionRequest, { world, scope }: Call): GetPolicyVersionResponse {
  const arn = input.PolicyArn ?? '';
  const managed = own(awsManagedPolicies, arn);
  if (managed !== undefined && input.VersionId === 'v1') {
    return { PolicyVersion: { VersionId: 'v1', IsDefaultVersion: true, Document: encodeURIComponent(managed) } };
  }
  const policy = existing(world, scope.accountId, arn);
  const version = own(policy.versions, input.VersionId);
  if (!version)
    throw noSuchEntity(`Policy ${arn} version ${input.VersionId ?? ''} does not exist or is not attachable.`);
  return {
    PolicyVersion: {
      VersionId: input.VersionId,
      IsDefaultVersion: input.VersionId === policy.defaultVersion,
      Document: encodeURIComponent(version.document),
      CreateDate: new Date(version.createdAt),
    },
  };
}

/** CreatePolicyVersion: at most five versions of a policy. */
export function createPolicyVersion(
  input: CreatePolicyVersionRequest,
  { world, scope, now }: Call,
): CreatePolicyVersionResponse {
  const policy = existing(world, scope.accountId, input.PolicyArn ?? '');
  if (Object.keys(policy.versions).length >= versionsPerPolicy) {
    throw new AwsError(
      'LimitExceeded',
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    );
  }
  const id = `v${policy.latest + 1}`;
  policy.versions[id] = { document: checkDocument(input.PolicyDocument, 'identity'), createdAt: now };
  policy.latest++;
  policy.updatedAt = now;
  if (input.SetAsDefault) policy.defaultVersion = id;
  return {
    PolicyVersion: { VersionId: id, IsDefaultVersion: policy.defaultVersion === id, CreateDate: new Date(now) },
  };
}

/** ListPolicyVersions, the newest first. */
export function listPolicyVersions(
  input: ListPolicyVersionsRequest,
  { world, scope }: Call,
): ListPolicyVersionsResponse {
  const policy = existing(world, scope.accountId, input.PolicyArn ?? '');
  const { items, ...page } = paged(Object.entries(policy.versions).toReversed(), input, ([id]) => id);
  return {
    Versions: items.map(([VersionId, { createdAt }]) => ({
      VersionId,
      IsDefaultVersion: VersionId === policy.defaultVersion,
      CreateDate: new Date(createdAt),
    })),
    ...page,
  };
}

/** DeletePolicyVersion: not the default one. */
export function deletePolicyVersion(input: DeletePolicyVersionRequest, { world, scope }: Call): object {
  const policy = existing(world, scope.accountId, input.PolicyArn ?? '');
  if (!own(policy.versions, input.VersionId)) {
    throw noSuchEntity(`Policy ${policy.arn} version ${input.VersionId ?? ''} does not exist or is not attachable.`);
  }
  if (policy.defaultVersion === input.VersionId) {
    throw new AwsError('DeleteConflict', 'Cannot delete the default version of a policy.');
  }
  delete policy.versions[input.VersionId ?? ''];
  return {};
}

/** DeletePolicy: not while it is attached. */
export function deletePolicy(input: DeletePolicyRequest, { world, scope }: Call): object {
  const policy = existing(world, scope.accountId, input.PolicyArn ?? '');
  if (attachments(world, scope.accountId, policy.arn) > 0) {
    throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.');
  }
  delete iamState(world, scope.accountId).policies[policy.arn];
  return {};
}

/** The document that a managed policy stands for now; undefined when there is no such policy. */
export function documentOf(world: World, accountId: string, arn: string): string | undefined {
  const policy = own(iamState(world, accountId).policies, arn);
  return policy ? policy.versions[policy.defaultVersion]?.document : own(awsManagedPolicies, arn);
}

function existing(world: World, accountId: string, arn: string): PolicyState {
  const policy = own(iamState(world, accountId).policies, arn);
  if (!policy) throw missing(arn);
  return policy;
}

function missing(arn: string): AwsError {
  return noSuchEntity(`Policy ${arn} was not found.`);
}

function attachments(world: World, accountId: string, arn: string): number {
  return Object.values(iamState(world, accountId).roles).filter(({ attached }) => arn in attached).length;
}

function view(world: World, accountId: string, policy: PolicyState): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attachments(world, accountId, policy.arn),
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
  };
}
