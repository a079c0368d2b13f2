import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { ECSClient } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsContext } from '../controller/src/aws/context.ts';
import { openBootstrap } from '../controller/src/cli/bootstrap/run.ts';
import type { Clock } from '../controller/src/core/clock.ts';
import { ACCOUNT, REGION } from '../controller/test/harness.ts';

const account = (endpoint: string) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
});

/** Has calls logged: without a trail EventBridge hears of none. */
export async function startTrail(endpoint: string): Promise<void> {
  const cloudtrail = new CloudTrailClient(account(endpoint));
  await cloudtrail.send(new CreateTrailCommand({ Name: 'all', S3BucketName: 'trails', IsMultiRegionTrail: true }));
  await cloudtrail.send(new StartLoggingCommand({ Name: 'all' }));
  cloudtrail.destroy();
}

/** Makes rules and queue as `longshore bootstrap` does; gives the queue's address. */
export async function bootstrapEvents(aws: AwsContext, instance: string, clock: Clock): Promise<string> {
  const { signal } = new AbortController();
  const asked = { instance, regional: true, global: false, remove: false };
  const bootstrap = await openBootstrap(aws, asked, clock, signal);
  try {
    await bootstrap.apply(() => undefined, signal);
    const url = await bootstrap.queueUrl(signal);
    if (url === undefined) throw new Error('bootstrap made no queue');
    return url;
  } finally {
    bootstrap.close();
  }
}

/** Somebody else in the account, with a session of a role of their own. */
export async function anotherPrincipal(endpoint: string): Promise<ECSClient> {
  const settings = account(endpoint);
  const iam = new IAMClient(settings);
  const sts = new STSClient(settings);
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role: role } = await iam.send(new CreateRoleCommand({ RoleName: 'Admin', AssumeRolePolicyDocument }));
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role?.Arn, RoleSessionName: 'alice' }),
  );
  iam.destroy();
  sts.destroy();
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken = '',
  } = given ?? {};
  return new ECSClient({ ...settings, credentials: { accessKeyId, secretAccessKey, sessionToken } });
}
