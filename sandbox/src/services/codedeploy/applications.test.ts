import {
  BatchGetApplicationsCommand,
  BatchGetDeploymentGroupsCommand,
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  CreateApplicationCommand,
  CreateDeploymentConfigCommand,
  type CreateDeploymentConfigCommandInput,
  CreateDeploymentGroupCommand,
  DeleteApplicationCommand,
  DeleteDeploymentConfigCommand,
  DeleteDeploymentGroupCommand,
  GetApplicationCommand,
  GetDeploymentConfigCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListApplicationsCommand,
  ListDeploymentConfigsCommand,
  ListDeploymentGroupsCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApplicationCommand,
  UpdateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateServiceCommand } from '@aws-sdk/client-ecs';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { appSpec, type CodeDeploySandbox, codeDeploySandbox, role } from './testing/codedeploy-sandbox.ts';

let on: CodeDeploySandbox;
beforeEach(async () => {
  on = await codeDeploySandbox();
});
afterEach(() => on.close());

const shop = { applicationName: 'shop' };
const web = { ...shop, deploymentGroupName: 'web' };
const groupArn = 'arn:aws:codedeploy:eu-west-1:111122223333:deploymentgroup:shop/web';
const named = (name: string) => expect.objectContaining({ name });

async function group() {
  const { deploymentGroupInfo } = await on.codedeploy.send(new GetDeploymentGroupCommand(web));
  return deploymentGroupInfo ?? {};
}

describe('applications', () => {
  test('CreateApplication takes a name once, and the platform is Server unless said', async () => {
    const { applicationId } = await on.codedeploy.send(
      new CreateApplicationCommand({ ...shop, computePlatform: 'ECS' }),
    );
    await on.codedeploy.send(new CreateApplicationCommand({ applicationName: 'old' }));
    await expect(on.codedeploy.send(new CreateApplicationCommand(shop))).rejects.toEqual(
      named('ApplicationAlreadyExistsException'),
    );
    await expect(on.codedeploy.send(new CreateApplicationCommand({ applicationName: 'a b' }))).rejects.toEqual(
      named('InvalidApplicationNameException'),
    );
    expect((await on.codedeploy.send(new GetApplicationCommand(shop))).application).toMatchObject({
      applicationId,
      computePlatform: 'ECS',
      linkedToGitHub: false,
    });
    const batch = new BatchGetApplicationsCommand({ applicationNames: ['old', 'shop'] });
    const { applicationsInfo } = await on.codedeploy.send(batch);
    expect(applicationsInfo?.map(({ computePlatform }) => computePlatform)).toEqual(['Server', 'ECS']);
    expect((await on.codedeploy.send(new ListApplicationsCommand({}))).applications).toEqual(['old', 'shop']);
    await expect(on.codedeploy.send(new GetApplicationCommand({ applicationName: 'none' }))).rejects.toMatchObject({
      name: 'ApplicationDoesNotExistException',
      message: 'No application found for name: none',
    });
  });

  test('UpdateApplication gives another name, and tags go along', async () => {
    await on.createGroup();
    await on.codedeploy.send(new TagResourceCommand({ ResourceArn: groupArn, Tags: [{ Key: 'team', Value: 'a' }] }));
    await on.codedeploy.send(new UpdateApplicationCommand({ ...shop, newApplicationName: 'store' }));
    await expect(group()).rejects.toEqual(named('ApplicationDoesNotExistException'));
    const list = new ListTagsForResourceCommand({ ResourceArn: groupArn.replace('shop', 'store') });
    expect((await on.codedeploy.send(list)).Tags).toEqual([{ Key: 'team', Value: 'a' }]);
  });

  test('DeleteApplication takes its groups along, and fails a deployment that goes on', async () => {
    await on.createGroup();
    const id = await on.deploy(await on.register({ image: 'web:2' }));
    await on.codedeploy.send(new DeleteApplicationCommand(shop));
    await on.codedeploy.send(new DeleteApplicationCommand(shop));
    await on.sandbox.advance(60_000);
    expect(await on.deployment(id)).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'APPLICATION_MISSING' },
    });
    expect((await on.codedeploy.send(new ListApplicationsCommand({}))).applications).toEqual([]);
  });
});

describe('deployment configurations', () => {
  const create = (more: Partial<CreateDeploymentConfigCommandInput>) =>
    on.codedeploy.send(
      new CreateDeploymentConfigCommand({ deploymentConfigName: 'mine', computePlatform: 'ECS', ...more }),
    );
  const canary = (canaryPercentage: number, canaryInterval: number) =>
    ({ type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage, canaryInterval } }) as const;

  test('predefined configurations are listed and read', async () => {
    const { deploymentConfigsList } = await on.codedeploy.send(new ListDeploymentConfigsCommand({}));
    expect(deploymentConfigsList).toContain('CodeDeployDefault.ECSCanary10Percent15Minutes');
    expect(deploymentConfigsList).toHaveLength(17);
    const get = new GetDeploymentConfigCommand({
      deploymentConfigName: 'CodeDeployDefault.ECSLinear10PercentEvery3Minutes',
    });
    expect((await on.codedeploy.send(get)).deploymentConfigInfo).toMatchObject({
      computePlatform: 'ECS',
      trafficRoutingConfig: { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: 10, linearInterval: 3 } },
    });
  });

  test('CreateDeploymentConfig takes shifts of at most two days and 99 percent', async () => {
    await create({ trafficRoutingConfig: canary(25, 2880) });
    for (const wrong of [canary(0, 5), canary(100, 5), canary(10, 2881), canary(10, 0)]) {
      await expect(create({ deploymentConfigName: 'other', trafficRoutingConfig: wrong })).rejects.toEqual(
        named('InvalidTrafficRoutingConfigurationException'),
      );
    }
    const long = { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: 10, linearInterval: 321 } } as const;
    await expect(create({ deploymentConfigName: 'other', trafficRoutingConfig: long })).rejects.toEqual(
      named('InvalidTrafficRoutingConfigurationException'),
    );
    await expect(create({})).rejects.toEqual(named('DeploymentConfigAlreadyExistsException'));
    await expect(create({ deploymentConfigName: 'CodeDeployDefault.Mine' })).rejects.toEqual(
      named('InvalidDeploymentConfigNameException'),
    );
  });

  test('DeleteDeploymentConfig refuses what is in use and what is predefined', async () => {
    await create({ trafficRoutingConfig: canary(25, 10) });
    await on.createGroup({ deploymentConfigName: 'mine' });
    const remove = (deploymentConfigName: string) =>
      on.codedeploy.send(new DeleteDeploymentConfigCommand({ deploymentConfigName }));
    await expect(remove('mine')).rejects.toEqual(named('DeploymentConfigInUseException'));
    await expect(remove('CodeDeployDefault.ECSAllAtOnce')).rejects.toEqual(named('InvalidOperationException'));
    await on.codedeploy.send(new DeleteDeploymentGroupCommand(web));
    await remove('mine');
    await expect(
      on.codedeploy.send(new GetDeploymentConfigCommand({ deploymentConfigName: 'mine' })),
    ).rejects.toMatchObject({
      name: 'DeploymentConfigDoesNotExistException',
      message: 'No Deployment Configuration found for name: mine',
    });
  });
});

describe('deployment groups', () => {
  test('a deployment group reads back as it was made', async () => {
    const input = on.groupInput({ tags: [{ Key: 'team', Value: 'a' }] });
    await on.createGroup(input);
    const { applicationName, tags: _, ...rest } = input;
    expect(await group()).toMatchObject({ applicationName, ...rest, computePlatform: 'ECS' });
    expect((await on.codedeploy.send(new ListDeploymentGroupsCommand(shop))).deploymentGroups).toEqual(['web']);
    const batch = new BatchGetDeploymentGroupsCommand({ ...shop, deploymentGroupNames: ['web', 'none'] });
    expect(await on.codedeploy.send(batch)).toMatchObject({
      deploymentGroupsInfo: [{ deploymentGroupName: 'web' }],
      errorMessage: 'No Deployment Group found for name: none',
    });
  });

  test('without a configuration a group deploys all at once', async () => {
    await on.createGroup({ deploymentConfigName: undefined });
    expect((await group()).deploymentConfigName).toBe('CodeDeployDefault.ECSAllAtOnce');
  });

  test('UpdateDeploymentGroup keeps what is omitted', async () => {
    await on.createGroup();
    const before = await group();
    const alarmConfiguration = { enabled: true, ignorePollAlarmFailure: false, alarms: [{ name: '5xx' }] };
    await on.codedeploy.send(
      new UpdateDeploymentGroupCommand({ ...shop, currentDeploymentGroupName: 'web', alarmConfiguration }),
    );
    expect(await group()).toEqual({ ...before, alarmConfiguration });
    const rename = { ...shop, currentDeploymentGroupName: 'web', newDeploymentGroupName: 'site' };
    await on.codedeploy.send(new UpdateDeploymentGroupCommand(rename));
    await expect(group()).rejects.toEqual(named('DeploymentGroupDoesNotExistException'));
  });

  test('an ECS service is in one deployment group, under the controller CODE_DEPLOY', async () => {
    await on.createGroup();
    const create = (deploymentGroupName: string, serviceName = 'web') =>
      on.codedeploy.send(
        new CreateDeploymentGroupCommand(
          on.groupInput({ deploymentGroupName, ecsServices: [{ clusterName: 'main', serviceName }] }),
        ),
      );
    await expect(create('web')).rejects.toEqual(named('DeploymentGroupAlreadyExistsException'));
    await expect(create('other')).rejects.toEqual(named('ECSServiceMappingLimitExceededException'));
    await on.ecs.send(
      new CreateServiceCommand({
        cluster: 'main',
        serviceName: 'rolling',
        taskDefinition: 'web',
        desiredCount: 0,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      }),
    );
    await expect(create('other', 'rolling')).rejects.toMatchObject({
      name: 'InvalidECSServiceException',
      message: "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
    });
    await expect(create('other', 'none')).rejects.toEqual(named('InvalidECSServiceException'));
  });

  test('CreateDeploymentGroup refuses what is not for ECS or not there', async () => {
    await on.createGroup();
    await on.codedeploy.send(new DeleteDeploymentGroupCommand(web));
    const pair = on.groupInput().loadBalancerInfo?.targetGroupPairInfoList?.[0] ?? {};
    const withPair = (more: object) => ({ loadBalancerInfo: { targetGroupPairInfoList: [{ ...pair, ...more }] } });
    const cases: [string, Parameters<CodeDeploySandbox['groupInput']>[0]][] = [
      ['ApplicationDoesNotExistException', { applicationName: 'none' }],
      ['DeploymentConfigDoesNotExistException', { deploymentConfigName: 'none' }],
      ['InvalidDeploymentConfigNameException', { deploymentConfigName: 'CodeDeployDefault.OneAtATime' }],
      ['InvalidDeploymentStyleException', { deploymentStyle: { deploymentType: 'IN_PLACE' } }],
      ['InvalidRoleException', { serviceRoleArn: 'codedeploy' }],
      ['InvalidLoadBalancerInfoException', { loadBalancerInfo: {} }],
      ['InvalidLoadBalancerInfoException', withPair({ prodTrafficRoute: { listenerArns: ['none'] } })],
      ['InvalidLoadBalancerInfoException', withPair({ prodTrafficRoute: undefined })],
      ['InvalidTargetGroupPairException', withPair({ targetGroups: [{ name: 'blue' }] })],
      ['InvalidTargetGroupPairException', withPair({ targetGroups: [{ name: 'blue' }, { name: 'none' }] })],
      ['InvalidAlarmConfigException', { alarmConfiguration: { enabled: true } }],
      ['InvalidAlarmConfigException', { alarmConfiguration: { alarms: [{ name: 'a' }, { name: 'a' }] } }],
      ['InvalidAutoRollbackConfigException', { autoRollbackConfiguration: { enabled: true } }],
      ['InvalidECSServiceException', { ecsServices: [] }],
      [
        'InvalidBlueGreenDeploymentConfigurationException',
        {
          blueGreenDeploymentConfiguration: {
            terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 2881 },
          },
        },
      ],
    ];
    for (const [name, more] of cases) {
      const create = new CreateDeploymentGroupCommand(on.groupInput(more));
      await expect(on.codedeploy.send(create), name).rejects.toEqual(named(name));
    }
  });

  test('a group knows its last deployments and the revision that it has', async () => {
    await on.createGroup();
    const next = await on.register({ image: 'web:2' });
    const first = await on.deploy(next);
    await on.untilStatus(first, 'Succeeded');
    const second = await on.deploy(next);
    expect(await group()).toMatchObject({
      lastSuccessfulDeployment: { deploymentId: first, status: 'Succeeded' },
      lastAttemptedDeployment: { deploymentId: second, status: 'Created' },
      targetRevision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec(next) } },
    });
  });
});

describe('deployments', () => {
  const deploy = (more: Parameters<CodeDeploySandbox['deploy']>[1]) => on.deploy('web', more);

  test('a group has one deployment at a time', async () => {
    await on.createGroup();
    const id = await on.deploy(await on.register({ image: 'web:2' }));
    await expect(deploy({})).rejects.toMatchObject({
      name: 'DeploymentLimitExceededException',
      message: `The Deployment Group 'web' already has an active Deployment '${id}'`,
    });
    await on.untilStatus(id, 'Succeeded');
    await deploy({});
  });

  test('CreateDeployment refuses what is not for ECS', async () => {
    await on.createGroup();
    const content = appSpec('web');
    const cases: [string, Parameters<typeof deploy>[0]][] = [
      ['DeploymentGroupNameRequiredException', { deploymentGroupName: undefined }],
      ['DeploymentGroupDoesNotExistException', { deploymentGroupName: 'none' }],
      ['RevisionRequiredException', { revision: undefined }],
      ['InvalidRevisionException', { revision: { revisionType: 'AppSpecContent' } }],
      [
        'InvalidRevisionException',
        { revision: { revisionType: 'AppSpecContent', appSpecContent: { content, sha256: '0' } } },
      ],
      ['InvalidRevisionException', { revision: { revisionType: 'GitHub' } }],
      ['DeploymentConfigDoesNotExistException', { deploymentConfigName: 'none' }],
      ['DescriptionTooLongException', { description: 'x'.repeat(257) }],
      ['InvalidFileExistsBehaviorException', { fileExistsBehavior: 'OVERWRITE' }],
      ['InvalidIgnoreApplicationStopFailuresValueException', { ignoreApplicationStopFailures: true }],
      ['InvalidUpdateOutdatedInstancesOnlyValueException', { updateOutdatedInstancesOnly: true }],
      ['InvalidTargetInstancesException', { targetInstances: { autoScalingGroups: ['a'] } }],
      ['InvalidInputException', { deploymentMode: 'RESTART' }],
    ];
    for (const [name, more] of cases) await expect(deploy(more), name).rejects.toEqual(named(name));
  });

  test('an AppSpec is JSON or YAML, and reads back with its hash', async () => {
    await on.createGroup();
    const next = await on.register({ image: 'web:2' });
    const content = `version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "${next}"
        LoadBalancerInfo: {ContainerName: web, ContainerPort: 80}
        PlatformVersion: "1.4.0"
        NetworkConfiguration:
          AwsvpcConfiguration: {Subnets: [subnet-9], SecurityGroups: [sg-9], AssignPublicIp: ENABLED}
`;
    const id = await deploy({ revision: { revisionType: 'String', string: { content } }, description: 'by hand' });
    await on.untilStatus(id, 'Succeeded');
    expect(await on.deployment(id)).toMatchObject({
      description: 'by hand',
      revision: { revisionType: 'String', string: { content, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    expect((await on.service()).taskSets?.[0]).toMatchObject({
      platformVersion: '1.4.0',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-9'], securityGroups: ['sg-9'], assignPublicIp: 'ENABLED' },
      },
    });
  });

  test('ListDeployments gives the newest first, of a group, a status or a time', async () => {
    await on.createGroup();
    const next = await on.register({ image: 'web:2' });
    const first = await on.deploy(next);
    await on.untilStatus(first, 'Succeeded');
    const between = new Date(on.sandbox.now() + 1);
    await on.sandbox.advance(1000);
    const second = await on.deploy(next);
    const list = async (more: object) => (await on.codedeploy.send(new ListDeploymentsCommand(more))).deployments;
    expect(await list({})).toEqual([second, first]);
    expect(await list({ ...web, includeOnlyStatuses: ['Created', 'InProgress'] })).toEqual([second]);
    expect(await list({ ...web, createTimeRange: { end: between } })).toEqual([first]);
    await expect(list({ deploymentGroupName: 'web' })).rejects.toEqual(named('ApplicationNameRequiredException'));
    await expect(list(shop)).rejects.toEqual(named('DeploymentGroupNameRequiredException'));
    await expect(list({ createTimeRange: { start: between, end: new Date(0) } })).rejects.toEqual(
      named('InvalidTimeRangeException'),
    );
    const batch = new BatchGetDeploymentsCommand({ deploymentIds: [first, 'd-NONE00000', second] });
    const { deploymentsInfo } = await on.codedeploy.send(batch);
    expect(deploymentsInfo?.map(({ deploymentId }) => deploymentId)).toEqual([first, second]);
    const tooMany = new BatchGetDeploymentsCommand({ deploymentIds: Array<string>(26).fill(first) });
    await expect(on.codedeploy.send(tooMany)).rejects.toEqual(named('BatchLimitExceededException'));
  });

  test('a deployment has one target, once it has started', async () => {
    await on.createGroup();
    const deploymentId = await on.deploy(await on.register({ image: 'web:2' }));
    const list = () => on.codedeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
    await expect(list()).rejects.toEqual(named('DeploymentNotStartedException'));
    await on.sandbox.advance(2000);
    expect((await list()).targetIds).toEqual(['main:web']);
    const get = (targetId: string) => on.codedeploy.send(new GetDeploymentTargetCommand({ deploymentId, targetId }));
    await expect(get('main:other')).rejects.toEqual(named('DeploymentTargetDoesNotExistException'));
    await expect(get('web')).rejects.toEqual(named('InvalidDeploymentTargetIdException'));
    const batch = (...targetIds: string[]) =>
      on.codedeploy.send(new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }));
    expect((await batch('main:web')).deploymentTargets).toMatchObject([{ deploymentTargetType: 'ECSTarget' }]);
    await expect(batch('main:web', 'main:web')).rejects.toEqual(named('DeploymentTargetListSizeExceededException'));
    // The overview counts when all is over.
    expect(await on.deployment(deploymentId)).not.toHaveProperty('deploymentOverview');
  });
});

test('applications and deployment groups take tags, and the tagging API sees them', async () => {
  await on.createGroup({ tags: [{ Key: 'team', Value: 'a' }] });
  await on.codedeploy.send(new TagResourceCommand({ ResourceArn: groupArn, Tags: [{ Key: 'env', Value: 'prod' }] }));
  await on.codedeploy.send(new UntagResourceCommand({ ResourceArn: groupArn, TagKeys: ['team'] }));
  const tagging = new ResourceGroupsTaggingAPIClient(clientSettings(on.sandbox.url));
  const found = await tagging.send(new GetResourcesCommand({ ResourceTypeFilters: ['codedeploy:deploymentgroup'] }));
  expect(found.ResourceTagMappingList).toEqual([{ ResourceARN: groupArn, Tags: [{ Key: 'env', Value: 'prod' }] }]);
  const list = (ResourceArn?: string) => on.codedeploy.send(new ListTagsForResourceCommand({ ResourceArn }));
  await expect(list(groupArn.replace('/web', '/none'))).rejects.toEqual(named('DeploymentGroupDoesNotExistException'));
  await expect(list(groupArn.replace('deploymentgroup', 'deploymentconfig'))).rejects.toEqual(
    named('ArnNotSupportedException'),
  );
  await expect(list(role)).rejects.toEqual(named('InvalidArnException'));
});
