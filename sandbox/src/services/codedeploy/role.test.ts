import { CreateDeploymentGroupCommand, CreateApplicationCommand } from '@aws-sdk/client-codedeploy';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type CodeDeploySandbox, codeDeploySandbox } from './testing/codedeploy-sandbox.ts';

const managed = 'arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS';

let on: CodeDeploySandbox;
afterEach(() => on.close());

/** Makes the service role, for CodeDeploy or another service, and waits until everybody knows of it. */
async function makeRole(service: string): Promise<IAMClient> {
  const iam = new IAMClient(clientSettings(on.sandbox.url));
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
  await iam.send(new CreateRoleCommand({ RoleName: 'codedeploy', AssumeRolePolicyDocument }));
  await on.sandbox.advance(10_000);
  return iam;
}

test('the service role of a group must be one that CodeDeploy can assume and the caller may pass', async () => {
  on = await codeDeploySandbox({ iam: 'enforced' });
  await makeRole('ecs-tasks.amazonaws.com');
  await expect(on.createGroup()).rejects.toMatchObject({
    name: 'InvalidRoleException',
    message:
      'AWS CodeDeploy does not have the permissions required to assume the role arn:aws:iam::111122223333:role/codedeploy.',
  });
});

test('what the service role may not do fails the deployment', async () => {
  on = await codeDeploySandbox({ iam: 'enforced' });
  const iam = await makeRole('codedeploy.amazonaws.com');
  await on.createGroup();
  const next = await on.register({ image: 'web:2' });
  const id = await on.deploy(next);
  await on.sandbox.advance(10_000);
  expect(await on.deployment(id)).toMatchObject({
    status: 'Failed',
    errorInformation: {
      code: 'IAM_ROLE_PERMISSIONS',
      message: expect.stringMatching(
        /^The IAM role \S+ does not give you permission to perform operations in the following AWS service: Amazon\w+\.$/,
      ),
    },
  });
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'codedeploy', PolicyArn: managed }));
  await on.sandbox.advance(10_000);
  const allowed = await on.deploy(next);
  await on.untilStatus(allowed, 'Succeeded');
});

test('a Network Load Balancer takes AllAtOnce only', async () => {
  on = await codeDeploySandbox();
  const { LoadBalancers } = await on.elb.send(
    new CreateLoadBalancerCommand({ Name: 'net', Type: 'network', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  const { TargetGroups } = await on.elb.send(
    new CreateTargetGroupCommand({
      Name: 'tcp',
      Protocol: 'TCP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
    }),
  );
  const { Listeners } = await on.elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'TCP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: TargetGroups?.[0]?.TargetGroupArn }],
    }),
  );
  await on.codedeploy.send(new CreateApplicationCommand({ applicationName: 'shop', computePlatform: 'ECS' }));
  const input = on.groupInput({
    deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: [{ name: 'blue' }, { name: 'green' }],
          prodTrafficRoute: { listenerArns: [Listeners?.[0]?.ListenerArn ?? ''] },
        },
      ],
    },
  });
  await expect(on.codedeploy.send(new CreateDeploymentGroupCommand(input))).rejects.toMatchObject({
    name: 'InvalidTrafficRoutingConfigurationException',
    message:
      'Only ALB supports gradual traffic routing, use AllAtOnce Traffic routing instead when you create/update Deployment group',
  });
});
