import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from './testing/ecs-sandbox.ts';

let on: EcsSandbox;
let iam: IAMClient;
beforeEach(async () => {
  on = await ecsSandbox({ iam: 'enforced' });
  iam = new IAMClient(on.client);
  await on.sandbox.advance(5000);
});
afterEach(() => on.close());

const account = '111122223333';
const executionRoleArn = `arn:aws:iam::${account}:role/execution`;
const network = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } };
const assume = (arn: string) =>
  `ECS was unable to assume the role '${arn}' that was provided for this task. Please verify that the role being passed ` +
  'has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.';

async function role(name: string, principal: object, statements: readonly object[] = []): Promise<void> {
  const Statement = [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  if (statements.length === 0) return;
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }));
}

const tasks = { Service: 'ecs-tasks.amazonaws.com' };
const run = () =>
  on.ecs.send(new RunTaskCommand({ cluster: 'main', taskDefinition: 'web', launchType: 'FARGATE', ...network }));

test('a task whose role is missing, untrusting or too new is not launched', async () => {
  await on.register({}, { executionRoleArn });
  await expect(run()).rejects.toMatchObject({ name: 'ClientException', message: assume(executionRoleArn) });
  await role('execution', tasks);
  await expect(run()).rejects.toMatchObject({ name: 'ClientException', message: assume(executionRoleArn) });
  await on.sandbox.advance(5000);
  expect((await run()).tasks).toHaveLength(1);
});

test('a service whose task role cannot be assumed says so and tries again', async () => {
  await on.register({}, { taskRoleArn: `arn:aws:iam::${account}:role/app` });
  await on.create({ desiredCount: 1 });
  await on.sandbox.advance(10_000);
  expect(await on.events()).toEqual([
    `(service web) failed to launch a task with (error ${assume(`arn:aws:iam::${account}:role/app`)}).`,
  ]);
  await role('app', tasks);
  await on.until(isCompleted);
});

test('an execution role that may not read a secret, create a log group or ask ECR fails the task in the words of IAM', async () => {
  const secrets = new SecretsManagerClient(on.client);
  const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name: 'db', SecretString: 'x' }));
  await role('execution', tasks, [{ Effect: 'Allow', Action: 'logs:CreateLogStream', Resource: '*' }]);
  await on.sandbox.advance(5000);
  const reasonOf = async (container: object): Promise<string> => {
    await on.register(container, { executionRoleArn });
    const { tasks: [task] = [] } = await run();
    await on.sandbox.advance(60_000);
    const stopped = await on.task(task?.taskArn ?? '');
    return (stopped.stoppedReason ?? '').replaceAll(/execution\/[0-9a-f]{32}/g, 'execution/task');
  };
  const user = `AccessDeniedException: User: arn:aws:sts::${account}:assumed-role/execution/task is not authorized to perform:`;
  const pull =
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:';
  expect(await reasonOf({ secrets: [{ name: 'DB', valueFrom: ARN }] })).toBe(
    `${pull} unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${ARN} from secrets manager: ` +
      `${user} secretsmanager:GetSecretValue on resource: ${ARN} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
  );
  const options = {
    'awslogs-group': '/app',
    'awslogs-region': 'eu-west-1',
    'awslogs-stream-prefix': 'web',
    'awslogs-create-group': 'true',
  };
  expect(await reasonOf({ logConfiguration: { logDriver: 'awslogs', options } })).toBe(
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log group: ' +
      `${user} logs:CreateLogGroup on resource: arn:aws:logs:eu-west-1:${account}:log-group:/app:log-stream: because no identity-based policy allows the logs:CreateLogGroup action : exit status 1`,
  );
  expect(await reasonOf({ image: `${account}.dkr.ecr.eu-west-1.amazonaws.com/web:1` })).toBe(
    `${pull} unable to retrieve ecr registry auth: service call has been retried 1 time(s): ` +
      `${user} ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
  );
});

test('PassRole: a role session passes only the roles that its policies let it pass', async () => {
  await role('deploy', { AWS: account });
  await on.sandbox.advance(5000);
  const sts = new STSClient(on.client);
  const RoleArn = `arn:aws:iam::${account}:role/deploy`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ci' }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const session = new ECSClient({ ...on.client, credentials, maxAttempts: 1 });
  const register = new RegisterTaskDefinitionCommand({
    family: 'web',
    executionRoleArn,
    containerDefinitions: [{ name: 'web', image: 'web', memory: 64 }],
  });
  await expect(session.send(register)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `User: arn:aws:sts::${account}:assumed-role/deploy/ci is not authorized to perform: iam:PassRole on resource: ${executionRoleArn} because no identity-based policy allows the iam:PassRole action`,
  });
  const PolicyDocument = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' } });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'deploy', PolicyName: 'pass', PolicyDocument }));
  await on.sandbox.advance(5000);
  expect((await session.send(register)).taskDefinition?.revision).toBe(1);
});

test('AssumeRole: the role must be there and trust the caller', async () => {
  const sts = new STSClient(on.client);
  const RoleArn = `arn:aws:iam::${account}:role/absent`;
  await expect(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ci' }))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${account}:root is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
  });
});

test('an account without the service-linked role of ECS cannot create services until CreateCluster made it', async () => {
  const credentials = { accessKeyId: '444455556666', secretAccessKey: 'secret' };
  const other = new ECSClient({ ...on.client, credentials, maxAttempts: 1 });
  await other.send(new CreateClusterCommand({ clusterName: 'main' }));
  const create = new CreateServiceCommand({
    cluster: 'main',
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 0,
  });
  await expect(other.send(create)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
  });
  await on.sandbox.advance(5000);
  await expect(other.send(create)).rejects.toMatchObject({ name: 'ClientException' });
});
