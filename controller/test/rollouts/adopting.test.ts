import {
  CreateApplicationCommand,
  CreateDeploymentGroupCommand,
  ListApplicationsCommand,
  ListDeploymentGroupsCommand,
} from '@aws-sdk/client-codedeploy';
import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  ListClustersCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import type { DeploymentSpec } from '../../src/api/deployment.ts';
import type { AwsContext } from '../../src/aws/context.ts';
import { rolloutClients } from '../../src/aws/rollout-clients.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { isEmpty } from '../../src/core/plan.ts';
import { renderText } from '../../src/core/render/text.ts';
import { ACCOUNT } from '../harness.ts';
import { adopting } from '../matrix/manifests.ts';
import { rest } from '../matrix/stage.ts';
import { idleGroup, productionShares } from './listeners.ts';
import { base, CODE_DEPLOY_ROLE, DEPLOYMENTS, service } from './shop.ts';
import { type Stand, stand } from './stand.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NAME = 'by-hand';

/** What a person made the service on. */
interface Ground {
  readonly cluster: string;
  readonly primary: string;
  readonly alternate: string;
  /** ARNs of the listeners on the ports 80 and 8080, and of their default rules. */
  readonly listeners: readonly string[];
  readonly rules: readonly string[];
}

async function ground(aws: AwsContext): Promise<Ground> {
  const { clusterArns: [cluster = ''] = [] } = await aws.ecs.send(new ListClustersCommand({}));
  const [primary = ''] = Object.keys(await productionShares(aws));
  const { LoadBalancers = [] } = await aws.elbv2.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await aws.elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const listeners = Listeners.toSorted((a, b) => (a.Port ?? 0) - (b.Port ?? 0)).map((one) => one.ListenerArn ?? '');
  const rules: string[] = [];
  for (const ListenerArn of listeners) {
    const { Rules = [] } = await aws.elbv2.send(new DescribeRulesCommand({ ListenerArn }));
    rules.push(...Rules.flatMap(({ IsDefault, RuleArn = '' }) => (IsDefault === true ? [RuleArn] : [])));
  }
  return { cluster, primary, alternate: await idleGroup(aws), listeners, rules };
}

async function makeService(aws: AwsContext, on: Ground, more: Partial<CreateServiceCommandInput>): Promise<void> {
  const { taskDefinition } = await aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: NAME,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/execution`,
      containerDefinitions: [
        { name: 'web', image: 'example/web:1', portMappings: [{ containerPort: 8000, name: 'http' }] },
      ],
    }),
  );
  await aws.ecs.send(
    new CreateServiceCommand({
      cluster: on.cluster,
      serviceName: NAME,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: 3,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] } },
      loadBalancers: [{ targetGroupArn: on.primary, containerName: 'web', containerPort: 8000 }],
      ...more,
    }),
  );
}

async function makeDeploymentGroup(aws: AwsContext, on: Ground): Promise<void> {
  const { codeDeploy } = rolloutClients(aws);
  await codeDeploy.send(new CreateApplicationCommand({ applicationName: NAME, computePlatform: 'ECS' }));
  const nameOf = (arn: string): string => arn.split('/')[1] ?? '';
  const [production = '', tests = ''] = on.listeners;
  await codeDeploy.send(
    new CreateDeploymentGroupCommand({
      applicationName: NAME,
      deploymentGroupName: NAME,
      serviceRoleArn: CODE_DEPLOY_ROLE,
      deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      ecsServices: [{ clusterName: nameOf(on.cluster), serviceName: NAME }],
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 30 },
        deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
      },
      loadBalancerInfo: {
        targetGroupPairInfoList: [
          {
            targetGroups: [on.primary, on.alternate].map((arn) => ({ name: nameOf(arn) })),
            prodTrafficRoute: { listenerArns: [production] },
            testTrafficRoute: { listenerArns: [tests] },
          },
        ],
      },
    }),
  );
}

/** What Git says of it: other than it was made in the count, the image, and how it is deployed. */
function taken(deployment: DeploymentSpec): readonly Manifest[] {
  return [...base(), adopting(service('2', deployment, { nameOverride: NAME }))];
}

/** The first plan's differences; then takes it over, and gives the plan after that. */
async function takeOver(on: Stand, deployment: DeploymentSpec): Promise<readonly string[]> {
  await rest(on.world);
  const { serviceArn } = await on.service();
  on.commit(taken(deployment));
  const plan = await on.plan();
  const step = plan.waves.flat().find(({ ref }) => ref === 'Service/api');
  expect(step?.action).toBe('adopt');
  expect(plan.refusals).toEqual([expect.objectContaining({ code: 'Adoption', approvable: true })]);
  const operation = await on.sync();
  expect(operation.phase, operation.message).toBe('Succeeded');
  expect((await on.service()).serviceArn).toBe(serviceArn);
  await rest(on.world);
  expect(await on.tasks()).toHaveLength(2);
  const after = await on.plan();
  expect(isEmpty(after), renderText(after)).toBe(true);
  expect(await on.status()).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
  // Tags of each object are of no account here, but that there are any.
  const fields = step?.changes.map(({ path }) => (path.startsWith('/tags/') ? '/tags' : path));
  return [...new Set(fields)].toSorted();
}

test('a service under CODE_DEPLOY is taken over with its application and group, and the first plan has every difference', async () => {
  await using on = await stand();
  on.commit(base());
  expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
  await on.byHand(async (aws) => {
    const made = await ground(aws);
    await makeService(aws, made, { deploymentController: { type: 'CODE_DEPLOY' } });
    await makeDeploymentGroup(aws, made);
  });
  const { codeDeploy } = DEPLOYMENTS.CodeDeploy;
  if (codeDeploy === undefined) throw new Error('there are no settings for CodeDeploy');
  const names = { applicationName: NAME, deploymentGroupName: NAME };
  const differences = await takeOver(on, { strategy: 'CodeDeploy', codeDeploy: { ...codeDeploy, ...names } });
  expect(differences).toEqual([
    '/deployment/codeDeploy/autoRollback',
    '/deployment/codeDeploy/canary',
    '/deployment/codeDeploy/config',
    '/deployment/codeDeploy/terminateBlueAfterMinutes',
    '/desiredCount',
    '/tags',
    '/task/containers/web/image',
  ]);
  const there = await on.byHand(async (aws) => {
    const { codeDeploy: client } = rolloutClients(aws);
    const { applications } = await client.send(new ListApplicationsCommand({}));
    const { deploymentGroups } = await client.send(new ListDeploymentGroupsCommand({ applicationName: NAME }));
    return { applications, deploymentGroups };
  });
  expect(there).toEqual({ applications: [NAME], deploymentGroups: [NAME] });
});

test('a service that ECS deploys by BLUE_GREEN is taken over, and the first plan has every difference', async () => {
  await using on = await stand();
  on.commit(base());
  expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
  await on.byHand(async (aws) => {
    const made = await ground(aws);
    const [productionListenerRule = '', testListenerRule = ''] = made.rules;
    await makeService(aws, made, {
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 7 },
      loadBalancers: [
        {
          targetGroupArn: made.primary,
          containerName: 'web',
          containerPort: 8000,
          advancedConfiguration: {
            alternateTargetGroupArn: made.alternate,
            productionListenerRule,
            testListenerRule,
            roleArn: `arn:aws:iam::${ACCOUNT}:role/another`,
          },
        },
      ],
    });
    // Made with a bake time of seven minutes, its first deployment takes as long.
    await on.world.clock.sleep(600_000);
  });
  const differences = await takeOver(on, DEPLOYMENTS.BlueGreen);
  expect(differences).toEqual([
    '/deployment/bakeMinutes',
    '/deployment/listenerRole',
    '/desiredCount',
    '/tags',
    '/task/containers/web/image',
  ]);
});

test('a service whose group Git does not name is told which names Git has to say', async () => {
  await using on = await stand();
  on.commit(base());
  await on.sync();
  await on.byHand(async (aws) => {
    const made = await ground(aws);
    await makeService(aws, made, { deploymentController: { type: 'CODE_DEPLOY' } });
    await makeDeploymentGroup(aws, made);
  });
  on.commit(taken(DEPLOYMENTS.CodeDeploy));
  const { phase, message } = await on.sync();
  expect(phase).toBe('Failed');
  expect(message).toMatch(/deployment group by-hand/);
  expect(message).toMatch(/applicationName and deploymentGroupName/);
});
