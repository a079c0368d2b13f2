import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  ListTrailsCommand,
  LookupEventsCommand,
  type LookupAttributeKey,
  type LookupEventsCommandInput,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateTargetGroupCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';
import type { TrailEvent } from './state.ts';

let sandbox: Sandbox;
let cloudtrail: CloudTrailClient;
let ecs: ECSClient;
beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped' });
  cloudtrail = new CloudTrailClient(clientSettings(sandbox.url));
  ecs = new ECSClient(clientSettings(sandbox.url));
});
afterEach(() => sandbox.close());

const lookup = (input: LookupEventsCommandInput = {}) => cloudtrail.send(new LookupEventsCommand(input));

/** The recorded events of a name, after the time that the history takes. */
async function eventsOf(EventName: string, client = cloudtrail): Promise<TrailEvent[]> {
  await sandbox.advance(9 * 60_000);
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: EventName }];
  const { Events = [] } = await client.send(new LookupEventsCommand({ LookupAttributes }));
  return Events.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent) as TrailEvent);
}

describe('records', () => {
  test('record contents: who, what, when, from where, with what outcome', async () => {
    await ecs.send(new CreateClusterCommand({ clusterName: 'main', tags: [{ key: 'Team', value: 'a' }] }));
    const [event] = await eventsOf('CreateCluster');
    expect(event).toMatchObject({
      eventVersion: '1.11',
      userIdentity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root', accountId: '111122223333' },
      eventTime: '2026-01-01T00:00:00Z',
      eventSource: 'ecs.amazonaws.com',
      eventName: 'CreateCluster',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '127.0.0.1',
      userAgent: expect.stringContaining('aws-sdk-js/'),
      requestParameters: { clusterName: 'main', tags: [{ key: 'Team', value: 'a' }] },
      responseElements: { cluster: { clusterArn: expect.stringContaining('cluster/main'), status: 'ACTIVE' } },
      requestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '111122223333',
      eventCategory: 'Management',
    });
  });

  test('record contents: names begin with a small letter, and times are texts', async () => {
    await sandbox.advance(13 * 3_600_000 + 5 * 60_000 + 7_000);
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        containerDefinitions: [{ name: 'web', image: 'web', memory: 1 }],
      }),
    );
    const elb = new ElasticLoadBalancingV2Client(clientSettings(sandbox.url));
    await elb.send(
      new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 80, TargetType: 'ip', VpcId: 'vpc-1' }),
    );
    const [registered] = await eventsOf('RegisterTaskDefinition');
    expect(registered?.responseElements).toMatchObject({ taskDefinition: { registeredAt: 'Jan 1, 2026 1:05:07 PM' } });
    const [created] = await eventsOf('CreateTargetGroup');
    expect(created).toMatchObject({
      eventSource: 'elasticloadbalancing.amazonaws.com',
      requestParameters: { name: 'web', protocol: 'HTTP', port: 80, targetType: 'ip', vpcId: 'vpc-1' },
      responseElements: { targetGroups: [{ targetGroupName: 'web', healthCheckIntervalSeconds: 30 }] },
    });
  });

  test('record contents: environments and secret values are hidden', async () => {
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        containerDefinitions: [
          { name: 'web', image: 'web', memory: 1, environment: [{ name: 'PASSWORD', value: 'hunter2' }] },
        ],
      }),
    );
    const [event] = await eventsOf('RegisterTaskDefinition');
    expect(JSON.stringify(event)).not.toContain('hunter2');
    expect(event?.requestParameters).toMatchObject({
      containerDefinitions: [{ name: 'web', environment: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
    });
    const ssm = new SSMClient(clientSettings(sandbox.url));
    await ssm.send(new PutParameterCommand({ Name: 'token', Value: 'hunter2', Type: 'SecureString' }));
    const [put] = await eventsOf('PutParameter');
    expect(put?.requestParameters).toMatchObject({ name: 'token', value: 'HIDDEN_DUE_TO_SECURITY_REASONS' });
  });

  test('record contents: a call that failed says with what', async () => {
    await ecs.send(new DeleteClusterCommand({ cluster: 'nowhere' })).catch(() => undefined);
    expect(await eventsOf('DeleteCluster')).toMatchObject([
      {
        errorCode: 'ClusterNotFoundException',
        errorMessage: 'Cluster not found.',
        requestParameters: { cluster: 'nowhere' },
        responseElements: null,
      },
    ]);
  });

  test('userIdentity: a session of a role says which role and since when', async () => {
    const sts = new STSClient(clientSettings(sandbox.url));
    const RoleArn = 'arn:aws:iam::111122223333:role/ci/deploy';
    const { Credentials, AssumedRoleUser } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'run-1' }),
    );
    const deployer = new ECSClient(clientSettings(sandbox.url, Credentials?.AccessKeyId));
    await deployer.send(new CreateClusterCommand({ clusterName: 'main' }));
    const [event] = await eventsOf('CreateCluster');
    const issuer = AssumedRoleUser?.AssumedRoleId?.split(':')[0];
    expect(event?.userIdentity).toEqual({
      type: 'AssumedRole',
      principalId: `${issuer}:run-1`,
      arn: 'arn:aws:sts::111122223333:assumed-role/deploy/run-1',
      accountId: '111122223333',
      accessKeyId: Credentials?.AccessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: issuer,
          arn: RoleArn,
          accountId: '111122223333',
          userName: 'deploy',
        },
        webIdFederationData: {},
        attributes: { creationDate: '2026-01-01T00:00:00Z', mfaAuthenticated: 'false' },
      },
    });
    const [assumed] = await eventsOf('AssumeRole');
    expect(assumed).toMatchObject({
      readOnly: true,
      requestParameters: { roleArn: RoleArn, roleSessionName: 'run-1' },
      resources: [{ accountId: '111122223333', type: 'AWS::IAM::Role', ARN: RoleArn }],
      responseElements: { credentials: { accessKeyId: Credentials?.AccessKeyId } },
    });
    expect(JSON.stringify(assumed)).not.toContain(Credentials?.SecretAccessKey);
    const { Events } = await lookup({ LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'run-1' }] });
    expect(Events?.map(({ EventName, Username }) => [EventName, Username])).toEqual([['CreateCluster', 'run-1']]);
  });

  test('userIdentity: a web identity is the subject of its token, in the account of the role', async () => {
    const sts = new STSClient(clientSettings(sandbox.url, ''));
    const claims = { iss: 'https://oidc.example', aud: 'sts.amazonaws.com', sub: 'system:serviceaccount:ns:web' };
    const WebIdentityToken = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    const RoleArn = 'arn:aws:iam::111122223333:role/web';
    await sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'pod', WebIdentityToken }));
    await sandbox.advance(9 * 60_000);
    const virginia = new CloudTrailClient({ ...clientSettings(sandbox.url), region: 'us-east-1' });
    const [event] = await eventsOf('AssumeRoleWithWebIdentity', virginia);
    expect(event).toMatchObject({
      userIdentity: {
        type: 'WebIdentityUser',
        userName: 'system:serviceaccount:ns:web',
        identityProvider: 'arn:aws:iam::111122223333:oidc-provider/oidc.example',
      },
      requestParameters: { roleArn: RoleArn },
    });
  });

  test('IAM, which is in no region, is recorded in us-east-1', async () => {
    const iam = new IAMClient(clientSettings(sandbox.url));
    await iam
      .send(new CreateRoleCommand({ RoleName: 'a', AssumeRolePolicyDocument: '{"Statement":[]}' }))
      .catch(() => 0);
    expect(await eventsOf('CreateRole')).toEqual([]);
    const virginia = new CloudTrailClient({ ...clientSettings(sandbox.url), region: 'us-east-1' });
    expect(await eventsOf('CreateRole', virginia)).toMatchObject([{ awsRegion: 'us-east-1' }]);
  });

  test('calls on what is in a resource are no management events', async () => {
    const sqs = new SQSClient(clientSettings(sandbox.url));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: `${sandbox.url}/111122223333/x` })).catch(() => 0);
    expect(await eventsOf('ReceiveMessage')).toEqual([]);
  });
});

describe('LookupEvents', () => {
  test('LookupEvents: an event is there some minutes later, the latest first', async () => {
    await ecs.send(new CreateClusterCommand({ clusterName: 'a' }));
    expect((await lookup()).Events).toEqual([]);
    await sandbox.advance(1000);
    await ecs.send(new CreateClusterCommand({ clusterName: 'b' }));
    await sandbox.advance(9 * 60_000);
    const { Events = [] } = await lookup({
      LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: 'ecs.amazonaws.com' }],
    });
    expect(Events).toMatchObject([
      {
        EventTime: new Date('2026-01-01T00:00:01Z'),
        Resources: expect.arrayContaining([{ ResourceType: 'AWS::ECS::Cluster', ResourceName: 'b' }]),
      },
      {
        EventName: 'CreateCluster',
        EventTime: new Date('2026-01-01T00:00:00Z'),
        EventSource: 'ecs.amazonaws.com',
        Username: 'root',
        ReadOnly: 'false',
        AccessKeyId: '111122223333',
      },
    ]);
  });

  test.each<[LookupAttributeKey, string, number]>([
    ['EventName', 'DescribeClusters', 1],
    ['ReadOnly', 'false', 2],
    ['ResourceName', 'a', 2],
    ['ResourceType', 'AWS::ECS::Cluster', 3],
    ['AccessKeyId', '111122223333', 3],
    ['AccessKeyId', '444455556666', 0],
    ['Username', 'root', 3],
  ])(
    'LookupEvents: by EventName, ReadOnly, ResourceName, ResourceType, AccessKeyId or Username: %s %s',
    async (AttributeKey, AttributeValue, expected) => {
      for (const clusterName of ['a', 'b']) await ecs.send(new CreateClusterCommand({ clusterName }));
      await ecs.send(new DescribeClustersCommand({ clusters: ['a'] }));
      await sandbox.advance(9 * 60_000);
      const { Events } = await lookup({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
      expect(Events).toHaveLength(expected);
    },
  );

  test('LookupEvents: within a time, page by page, one attribute at a time', async () => {
    for (const clusterName of ['a', 'b', 'c']) {
      await ecs.send(new CreateClusterCommand({ clusterName }));
      await sandbox.advance(60_000);
    }
    await sandbox.advance(9 * 60_000);
    const StartTime = new Date('2026-01-01T00:01:00Z');
    const first = await lookup({ StartTime, MaxResults: 1 });
    const second = await lookup({ StartTime, MaxResults: 1, NextToken: first.NextToken });
    expect(second.NextToken).toBeUndefined();
    expect([first, second].map(({ Events }) => Events?.[0]?.EventTime?.getUTCMinutes())).toEqual([2, 1]);
    await sandbox.advance(1000);
    const attribute = { AttributeKey: 'EventName' as const, AttributeValue: 'x' };
    await expect(lookup({ LookupAttributes: [attribute, attribute] })).rejects.toMatchObject({
      name: 'InvalidLookupAttributesException',
    });
    await expect(lookup({ StartTime, EndTime: new Date(0) })).rejects.toMatchObject({
      name: 'InvalidTimeRangeException',
    });
  });

  test('LookupEvents: two a second', async () => {
    await lookup();
    await lookup();
    await expect(lookup()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    await sandbox.advance(1000);
    await lookup();
  });

  test('LookupEvents: events are gone after 90 days', async () => {
    await ecs.send(new CreateClusterCommand({}));
    await sandbox.advance(90 * 24 * 3_600_000);
    expect((await lookup({ StartTime: new Date(0) })).Events).toEqual([]);
  });
});

describe('trails', () => {
  const trail = { Name: 'all', S3BucketName: 'logs' };

  test('CreateTrail: a trail does not log before it is told to', async () => {
    const created = await cloudtrail.send(new CreateTrailCommand({ ...trail, IsMultiRegionTrail: true }));
    expect(created).toMatchObject({
      TrailARN: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/all',
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: true,
    });
    const status = () => cloudtrail.send(new GetTrailStatusCommand({ Name: 'all' }));
    expect((await status()).IsLogging).toBe(false);
    await cloudtrail.send(new StartLoggingCommand({ Name: 'all' }));
    expect(await status()).toMatchObject({ IsLogging: true, StartLoggingTime: new Date('2026-01-01T00:00:00Z') });
    await cloudtrail.send(new StopLoggingCommand({ Name: 'all' }));
    expect((await status()).IsLogging).toBe(false);
    await expect(cloudtrail.send(new GetTrailStatusCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'TrailNotFoundException',
    });
  });

  test('trails of all regions show in each region, and are changed only at home', async () => {
    await cloudtrail.send(
      new CreateTrailCommand({ ...trail, IsMultiRegionTrail: true, TagsList: [{ Key: 'a', Value: '1' }] }),
    );
    const virginia = new CloudTrailClient({ ...clientSettings(sandbox.url), region: 'us-east-1' });
    const TrailARN = 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/all';
    expect((await virginia.send(new DescribeTrailsCommand({}))).trailList).toMatchObject([
      { TrailARN, HomeRegion: 'eu-west-1' },
    ]);
    expect((await virginia.send(new DescribeTrailsCommand({ includeShadowTrails: false }))).trailList).toEqual([]);
    expect((await virginia.send(new ListTrailsCommand({}))).Trails).toEqual([
      { TrailARN, Name: 'all', HomeRegion: 'eu-west-1' },
    ]);
    await expect(virginia.send(new DeleteTrailCommand({ Name: TrailARN }))).rejects.toMatchObject({
      name: 'InvalidHomeRegionException',
    });
    const tags = await cloudtrail.send(new ListTagsCommand({ ResourceIdList: [TrailARN] }));
    expect(tags.ResourceTagList).toEqual([{ ResourceId: TrailARN, TagsList: [{ Key: 'a', Value: '1' }] }]);
    await cloudtrail.send(new UpdateTrailCommand({ Name: 'all', IsMultiRegionTrail: false }));
    expect((await virginia.send(new DescribeTrailsCommand({}))).trailList).toEqual([]);
    await cloudtrail.send(new DeleteTrailCommand({ Name: 'all' }));
  });

  test('CreateTrail: a name is taken once and has to be as documented', async () => {
    await cloudtrail.send(new CreateTrailCommand(trail));
    await sandbox.advance(1000);
    await expect(cloudtrail.send(new CreateTrailCommand(trail))).rejects.toMatchObject({
      name: 'TrailAlreadyExistsException',
    });
    await sandbox.advance(1000);
    await expect(cloudtrail.send(new CreateTrailCommand({ ...trail, Name: 'a..b' }))).rejects.toMatchObject({
      name: 'InvalidTrailNameException',
    });
    const selectors = await cloudtrail.send(new GetEventSelectorsCommand({ TrailName: 'all' }));
    expect(selectors.EventSelectors).toMatchObject([{ ReadWriteType: 'All', IncludeManagementEvents: true }]);
  });

  test('a snapshot holds trails and the event history', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    await cloudtrail.send(new CreateTrailCommand(trail));
    await sandbox.advance(9 * 60_000);
    await sandbox.snapshot(folder);
    const second = await startSandbox({ port: 0, time: 'stepped', restore: folder });
    const client = new CloudTrailClient(clientSettings(second.url));
    expect((await client.send(new DescribeTrailsCommand({}))).trailList).toHaveLength(1);
    expect((await client.send(new LookupEventsCommand({}))).Events).toMatchObject([{ EventName: 'CreateTrail' }]);
    await second.close();
    await rm(folder, { recursive: true });
  });
});
