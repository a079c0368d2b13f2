import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { roleArn, type ShiftSandbox, shiftSandbox } from './testing/shift-sandbox.ts';

let on: ShiftSandbox;
beforeEach(async () => {
  on = await shiftSandbox();
  await on.register();
});
afterEach(() => on.close());

const blueGreen: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
const arn = (part: string) => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:${part}`;

describe('CreateService refuses', () => {
  test.each<[string, DeploymentConfiguration, string]>([
    [
      'a step below 3 percent',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 2.9 } },
      'stepPercent must be between 3 and 100, but is 2.9.',
    ],
    [
      'a canary finer than a tenth of a percent',
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.15 } },
      'canaryPercent must be a multiple of 0.1, but is 0.15.',
    ],
    [
      'a bake time above a day',
      { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1441 },
      'bakeTimeInMinutes must be between 0 and 1440, but is 1441.',
    ],
    [
      'the settings of another strategy',
      { strategy: 'BLUE_GREEN', canaryConfiguration: { canaryPercent: 5 } },
      'canaryConfiguration is only valid when the deployment strategy is CANARY.',
    ],
    [
      'a pause at a shift stage',
      { ...blueGreen, lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }] },
      'Invalid lifecycle stage provided for Pause Hook',
    ],
    [
      'a Lambda hook without a function',
      { ...blueGreen, lifecycleHooks: [{ roleArn, lifecycleStages: ['PRE_SCALE_UP'] }] },
      'hookTargetArn and roleArn must be specified for a lifecycle hook of the type AWS_LAMBDA.',
    ],
    [
      'a pause longer than 14 days',
      {
        ...blueGreen,
        lifecycleHooks: [
          {
            targetType: 'PAUSE',
            lifecycleStages: ['PRE_SCALE_UP'],
            timeoutConfiguration: { timeoutInMinutes: 20_161 },
          },
        ],
      },
      '20160',
    ],
    [
      'more than ten pauses',
      {
        ...blueGreen,
        lifecycleHooks: Array.from({ length: 11 }, () => ({
          targetType: 'PAUSE' as const,
          lifecycleStages: ['PRE_SCALE_UP' as const],
        })),
      },
      'A service can have at most 10 lifecycle hooks of the type PAUSE.',
    ],
  ])('%s', async (_what, deploymentConfiguration, message) => {
    await expect(on.create({ loadBalancers: [on.loadBalancer()], deploymentConfiguration })).rejects.toThrow(message);
  });

  test('a load balancer without advancedConfiguration, or some with and some without', async () => {
    const plain = { targetGroupArn: on.groups.one, containerName: 'web', containerPort: 80 };
    await expect(on.create({ loadBalancers: [plain], deploymentConfiguration: blueGreen })).rejects.toThrow(
      'advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy',
    );
    const other = { ...plain, targetGroupArn: on.groups.two };
    await expect(on.create({ loadBalancers: [on.loadBalancer(), other] })).rejects.toThrow(
      'Either all or none of the provided loadBalancers must have advancedConfiguration defined',
    );
  });

  test('listeners of an Application Load Balancer, one rule for both, and one target group twice', async () => {
    const create = (more: Parameters<ShiftSandbox['loadBalancer']>[0]) =>
      on.create({ loadBalancers: [on.loadBalancer(more)], deploymentConfiguration: blueGreen });
    const listener = arn('listener/app/front/0123456789abcdef/0123456789abcdef');
    await expect(create({ productionListenerRule: listener })).rejects.toThrow(
      `productionListenerRule has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: ${listener}`,
    );
    await expect(create({ testListenerRule: on.productionRule })).rejects.toThrow(
      `The following rules cannot be used as both production and test listener rules: ${on.productionRule}`,
    );
    await expect(create({ alternateTargetGroupArn: on.groups.one })).rejects.toThrow(
      `Duplicate targetGroupArn found: ${on.groups.one}`,
    );
  });

  test('no test rule while the production rule does not have both target groups', async () => {
    const loadBalancers = [on.loadBalancer({ testListenerRule: undefined })];
    await expect(on.create({ loadBalancers, deploymentConfiguration: blueGreen })).rejects.toThrow(
      'For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated with both targetGroup and alternateTargetGroup',
    );
    await forward({ [on.groups.one]: 1, [on.groups.two]: 0 });
    await on.create({ loadBalancers, deploymentConfiguration: blueGreen });
    await on.untilSuccessful();
    expect(await on.weights(on.productionRule)).toEqual({ one: 0, two: 100 });
    expect((await on.deployment()).targetServiceRevision?.requestedTestTrafficWeight).toBeUndefined();
  });
});

describe('a deployment is rolled back because of', () => {
  const prefix = 'Service deployment rolled back because of invalid networking configuration';
  const failed = async () => (await on.untilDeployment(({ status }) => status === 'ROLLBACK_SUCCESSFUL')).statusReason;

  test('two target groups that serve at once', async () => {
    await on.deployed(blueGreen);
    await forward({ [on.groups.one]: 1, [on.groups.two]: 1 });
    await on.update();
    expect(await failed()).toBe(
      `${prefix}. productionListenerRule ${on.productionRule} should have exactly one target group serving traffic ` +
        'but found 2 target groups which are serving traffic',
    );
  });

  test('a rule that does something else than forward', async () => {
    await on.deployed(blueGreen);
    const RedirectConfig = { Host: 'example.com', StatusCode: 'HTTP_302' as const };
    await on.elb.send(new ModifyRuleCommand({ RuleArn: on.testRule, Actions: [{ Type: 'redirect', RedirectConfig }] }));
    await on.update();
    expect(await failed()).toBe(
      `${prefix}. Listener rule ${on.testRule} must have a forward action and no other action.`,
    );
  });

  test('a target group that no rule has', async () => {
    await on.deployed(blueGreen);
    await on.update();
    for (const rule of [on.productionRule, on.testRule]) await forward({ [on.groups.two]: 1 }, rule);
    expect(await failed()).toBe(
      `${prefix}: Target group ${on.groups.one} is not associated with either productionListenerRule or testListenerRule.`,
    );
  });

  test('a role that ECS cannot assume', async () => {
    await on.close();
    on = await shiftSandbox({ iam: 'enforced' });
    await on.sandbox.advance(5000);
    await on.register();
    await on.create({ loadBalancers: [on.loadBalancer()], deploymentConfiguration: blueGreen });
    const { statusReason } = await on.untilDeployment(({ status }) => status === 'ROLLBACK_FAILED');
    expect(statusReason).toContain(
      `${prefix}. ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role '${roleArn}'.`,
    );
  });

  test('a role that may not change listener rules', async () => {
    await on.close();
    on = await shiftSandbox({ iam: 'enforced' });
    const iam = new IAMClient(on.client);
    const Statement = [{ Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateRoleCommand({ RoleName: 'infrastructure', AssumeRolePolicyDocument }));
    iam.destroy();
    await on.sandbox.advance(5000);
    await on.register();
    await on.create({ loadBalancers: [on.loadBalancer()], deploymentConfiguration: blueGreen });
    const { statusReason } = await on.untilDeployment(({ status }) => status === 'ROLLBACK_FAILED');
    expect(statusReason).toContain(
      'Service deployment rolled back because TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. User: ' +
        'arn:aws:sts::111122223333:assumed-role/infrastructure/ECSNetworkingWithELB is not authorized to perform: ' +
        'elasticloadbalancing:ModifyRule on resource: ',
    );
  });
});

async function forward(weights: Record<string, number>, RuleArn = on.productionRule): Promise<void> {
  const TargetGroups = Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  const Actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
  await on.elb.send(new ModifyRuleCommand({ RuleArn, Actions }));
}
