import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRoleTagsCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';
import { evaluate, trusts } from './documents.ts';

let sandbox: Sandbox;
let iam: IAMClient;
beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped' });
  iam = new IAMClient({ ...clientSettings(sandbox.url), region: 'us-east-1' });
});
afterEach(() => sandbox.close());

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const readSecrets = document([{ Effect: 'Allow', Action: 'secretsmanager:Get*', Resource: '*' }]);
const executionPolicy = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
const create = new CreateRoleCommand({ RoleName: 'task', Path: '/app/', AssumeRolePolicyDocument: trust });

test('CreateRole: a name is taken once, and the trust policy reads back URL-encoded', async () => {
  const { Role } = await iam.send(create);
  expect(Role).toMatchObject({ Arn: 'arn:aws:iam::111122223333:role/app/task', MaxSessionDuration: 3600 });
  expect(Role?.RoleId).toMatch(/^AROA[0-9A-F]{17}$/);
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
  await expect(iam.send(create)).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'Role with name task already exists.',
    $metadata: { httpStatusCode: 409 },
  });
  expect((await iam.send(new ListRolesCommand({ PathPrefix: '/app/' }))).Roles).toHaveLength(1);
});

test('GetRole: a role that was made here is gone when it is deleted; others exist while IAM is off', async () => {
  await iam.send(create);
  await iam.send(new DeleteRoleCommand({ RoleName: 'task' }));
  await expect(iam.send(new GetRoleCommand({ RoleName: 'task' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name task cannot be found.',
  });
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'other' }));
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('ecs-tasks.amazonaws.com');
});

test('SimulatePrincipalPolicy: what the policies of a role say of an action', async () => {
  const enforced = await startSandbox({ port: 0, time: 'stepped', iam: 'enforced' });
  try {
    const client = new IAMClient({ ...clientSettings(enforced.url), region: 'us-east-1' });
    const { Role } = await client.send(create);
    await client.send(
      new PutRolePolicyCommand({ RoleName: 'task', PolicyName: 'secrets', PolicyDocument: readSecrets }),
    );
    const { EvaluationResults } = await client.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: Role?.Arn,
        ActionNames: ['secretsmanager:GetSecretValue', 'ssm:GetParameters'],
      }),
    );
    expect(EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual(['allowed', 'implicitDeny']);
  } finally {
    await enforced.close();
  }
});

test('roles: a policy that is no policy is malformed', async () => {
  const bad = (text: string) => new UpdateAssumeRolePolicyCommand({ RoleName: 'task', PolicyDocument: text });
  await iam.send(create);
  await expect(iam.send(bad('{'))).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: 'This policy contains invalid Json',
  });
  await expect(iam.send(bad(readSecrets))).rejects.toMatchObject({ message: 'Has prohibited field Resource' });
});

test('DeleteRole: policies go first', async () => {
  await iam.send(create);
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'task', PolicyArn: executionPolicy }));
  const inline = { RoleName: 'task', PolicyName: 'secrets' };
  await iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument: readSecrets }));
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(inline));
  expect(decodeURIComponent(PolicyDocument ?? '')).toBe(readSecrets);
  const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'task' }));
  expect(AttachedPolicies).toEqual([{ PolicyName: 'AmazonECSTaskExecutionRolePolicy', PolicyArn: executionPolicy }]);
  const remove = new DeleteRoleCommand({ RoleName: 'task' });
  await expect(iam.send(remove)).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must detach all policies first.',
  });
  await iam.send(new DetachRolePolicyCommand({ RoleName: 'task', PolicyArn: executionPolicy }));
  await expect(iam.send(remove)).rejects.toMatchObject({
    message: 'Cannot delete entity, must delete policies first.',
  });
  await iam.send(new DeleteRolePolicyCommand(inline));
  await iam.send(remove);
});

test('managed policies: the default version holds, and an attached one is not deleted', async () => {
  await iam.send(create);
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'secrets', PolicyDocument: readSecrets }));
  const PolicyArn = Policy?.Arn ?? '';
  const other = document([{ Effect: 'Deny', Action: '*', Resource: '*' }]);
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: other, SetAsDefault: true }));
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
  expect(PolicyVersion?.IsDefaultVersion).toBe(true);
  expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(other);
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'task', PolicyArn }));
  await expect(iam.send(new DeletePolicyCommand({ PolicyArn }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  });
  const unknown = { RoleName: 'task', PolicyArn: 'arn:aws:iam::aws:policy/NoSuchPolicy' };
  await expect(iam.send(new AttachRolePolicyCommand(unknown))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'Policy arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.',
  });
});

test('CreateServiceLinkedRole: once for an account, and nobody else changes it', async () => {
  const linked = new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' });
  expect((await iam.send(linked)).Role?.Arn).toBe(
    'arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
  );
  await expect(iam.send(linked)).rejects.toMatchObject({ name: 'InvalidInputException' });
  const remove = new DeleteRoleCommand({ RoleName: 'AWSServiceRoleForECS' });
  await expect(iam.send(remove)).rejects.toMatchObject({ name: 'UnmodifiableEntityException' });
});

test('roles take tags', async () => {
  await iam.send(create);
  await iam.send(new TagRoleCommand({ RoleName: 'task', Tags: [{ Key: 'team', Value: 'web' }] }));
  const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName: 'task' }));
  expect(Tags).toEqual([{ Key: 'team', Value: 'web' }]);
});

describe('policies', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-abcdef';
  test.each([
    ['nothing that is not allowed', [], 'implicitDeny'],
    [
      'an allowed action, whatever its case',
      [{ Effect: 'Allow', Action: 'SecretsManager:get*', Resource: '*' }],
      'allowed',
    ],
    [
      'resources by wildcards',
      [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:secretsmanager:*:secret:db-??????' }],
      'allowed',
    ],
    ['other resources', [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:ssm:*' }], 'implicitDeny'],
    [
      'an explicit deny before any allow',
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' },
      ],
      'explicitDeny',
    ],
    ['all but what NotAction names', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'allowed'],
  ])('evaluation: %s', (_name, statements, verdict) => {
    expect(evaluate([document(statements)], 'secretsmanager:GetSecretValue', arn)).toBe(verdict);
  });

  test('evaluation: a role trusts the services that its trust policy names', () => {
    expect(trusts(trust, 'Service', ['ecs-tasks.amazonaws.com'])).toBe(true);
    expect(trusts(trust, 'Service', ['ec2.amazonaws.com'])).toBe(false);
  });
});

function document(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
