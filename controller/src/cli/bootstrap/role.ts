import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { doing, isAbsent } from '../../aws/errors.ts';
import { asJson, type Json, type JsonObject } from '../../core/json.ts';
import type { PolicyDocument } from '../iam-policy/policy.ts';
import type { Where } from './names.ts';
import type { Live, Thing } from './thing.ts';

/** How the controller's role is to be. */
export interface RoleSpec {
  readonly name: string;
  /** Who may assume it: the ARN of a role, user or account, or the name of an AWS service. */
  readonly trust: string;
  /** What they have to say, so that nobody is talked into using it for others. */
  readonly externalId?: string;
  /** Inline policies by their names. */
  readonly policies: Readonly<Record<string, PolicyDocument>>;
}

/** A role with inline policies. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html */
export function role(iam: IAMClient, where: Where, tags: Readonly<Record<string, string>>, spec: RoleSpec): Thing {
  const RoleName = spec.name;
  const trust = trustOf(spec, where.partition);
  return {
    ref: `Role/${RoleName}`,
    type: 'iam:role',
    id: `arn:${where.partition}:iam::${where.accountId}:role/${RoleName}`,
    wanted: {
      AssumeRolePolicyDocument: trust,
      Policies: Object.fromEntries(Object.entries(spec.policies).map(([name, policy]) => [name, asJson(policy)])),
    },
    observe: (signal) => doing(`reading role ${RoleName}`, observe(iam, RoleName, signal)),
    ensure: async (live, signal) => {
      const abort = { abortSignal: signal };
      const AssumeRolePolicyDocument = JSON.stringify(trust);
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      if (live === undefined) {
        const Description = 'What Longshore does in this account.';
        const create = new CreateRoleCommand({ RoleName, Description, AssumeRolePolicyDocument, Tags });
        await doing(`CreateRole ${RoleName}`, iam.send(create, abort));
      } else {
        const update = new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: AssumeRolePolicyDocument });
        await doing(`UpdateAssumeRolePolicy of ${RoleName}`, iam.send(update, abort));
      }
      for (const [PolicyName, policy] of Object.entries(spec.policies)) {
        const put = new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) });
        await doing(`PutRolePolicy ${PolicyName} of ${RoleName}`, iam.send(put, abort));
      }
      for (const name of Object.keys(asObject(live?.fields['Policies'])).filter((each) => !(each in spec.policies))) {
        await removePolicy(iam, RoleName, name, signal);
      }
    },
    remove: async (signal) => {
      for (const name of await policyNames(iam, RoleName, signal)) await removePolicy(iam, RoleName, name, signal);
      const gone = iam.send(new DeleteRoleCommand({ RoleName }), { abortSignal: signal });
      await doing(`DeleteRole ${RoleName}`, gone);
    },
  };
}

/** True for `ecs-tasks.amazonaws.com`: whoever runs there has the role, and nobody assumes it. */
export function isAwsService(trust: string): boolean {
  return /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/u.test(trust);
}

function trustOf({ trust, externalId }: RoleSpec, partition: string): JsonObject {
  // IAM gives the id of an account back as the ARN of its root user.
  const principal = /^\d{12}$/u.test(trust) ? `arn:${partition}:iam::${trust}:root` : trust;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: isAwsService(trust) ? { Service: trust } : { AWS: principal },
        Action: 'sts:AssumeRole',
        ...(externalId !== undefined && { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
      },
    ],
  };
}

async function observe(iam: IAMClient, RoleName: string, signal: AbortSignal): Promise<Live | undefined> {
  const abort = { abortSignal: signal };
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }), abort);
    const policies: [string, Json][] = [];
    for (const PolicyName of await policyNames(iam, RoleName, signal)) {
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }), abort);
      policies.push([PolicyName, document(PolicyDocument)]);
    }
    return {
      fields: {
        AssumeRolePolicyDocument: document(Role?.AssumeRolePolicyDocument ?? ''),
        Policies: Object.fromEntries(policies),
      },
      tags: Object.fromEntries((Role?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function policyNames(iam: IAMClient, RoleName: string, signal: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await iam.send(new ListRolePoliciesCommand({ RoleName, Marker }), { abortSignal: signal });
    names.push(...(page.PolicyNames ?? []));
    Marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (Marker !== undefined);
  return names;
}

async function removePolicy(iam: IAMClient, RoleName: string, PolicyName: string, signal: AbortSignal): Promise<void> {
  const gone = iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }), { abortSignal: signal });
  await doing(`DeleteRolePolicy ${PolicyName} of ${RoleName}`, gone);
}

/** IAM gives documents URL-encoded (RFC 3986). */
function document(encoded: string): Json {
  try {
    return JSON.parse(decodeURIComponent(encoded)) as Json;
  } catch {
    return encoded;
  }
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
