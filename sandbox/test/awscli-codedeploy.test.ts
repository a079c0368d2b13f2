// Debian's AWS CLI deploys with CodeDeploy, as a person would. Sandbox time runs 1000 times faster than the person.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startSandbox } from '../src/index.ts';

const AWS = '/usr/bin/aws';
const present = existsSync(AWS);
if (!present && !process.env.CI) process.emitWarning(`skipped: the AWS CLI is not at ${AWS} (apt-get install awscli)`);

const taskDefinition = (image: string) => ({
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 8000 }] }],
});

test.skipIf(!present && !process.env.CI)(
  'the AWS CLI deploys with CodeDeploy and waits for it',
  async ({ onTestFinished }) => {
    const sandbox = await startSandbox({ port: 0, time: 'real', speed: 1000, runtime: 'simulated', throttle: false });
    onTestFinished(() => sandbox.close());
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: '/nonexistent',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: '000000000000',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_PAGER: '',
    };
    const text = async (...args: string[]): Promise<string> => {
      const all = ['--endpoint-url', sandbox.url, ...args, '--output', 'text'];
      return (await promisify(execFile)(AWS, all, { env })).stdout.trim();
    };
    /** Runs a command with its whole input as JSON, and prints what the query finds. */
    const call = (service: string, command: string, input: object, query: string) =>
      text(service, command, '--cli-input-json', JSON.stringify(input), '--query', query);
    const register = (image: string) =>
      call('ecs', 'register-task-definition', taskDefinition(image), 'taskDefinition.taskDefinitionArn');
    const group = (Name: string) =>
      call(
        'elbv2',
        'create-target-group',
        { Name, Protocol: 'HTTP', Port: 8000, TargetType: 'ip', VpcId: 'vpc-0a1b2c3d' },
        'TargetGroups[0].TargetGroupArn',
      );

    await call('ecs', 'create-cluster', { clusterName: 'prod' }, 'cluster.status');
    const [blue] = [await group('blue'), await group('green')];
    const LoadBalancerArn = await call(
      'elbv2',
      'create-load-balancer',
      { Name: 'public', Subnets: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'] },
      'LoadBalancers[0].LoadBalancerArn',
    );
    const DefaultActions = [{ Type: 'forward', TargetGroupArn: blue }];
    const listener = await call(
      'elbv2',
      'create-listener',
      { LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions },
      'Listeners[0].ListenerArn',
    );
    await register('example/web:1');
    const service = {
      cluster: 'prod',
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 2,
      launchType: 'FARGATE',
      deploymentController: { type: 'CODE_DEPLOY' },
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
      loadBalancers: [{ targetGroupArn: blue, containerName: 'web', containerPort: 8000 }],
    };
    await call('ecs', 'create-service', service, 'service.status');

    await call('deploy', 'create-application', { applicationName: 'shop', computePlatform: 'ECS' }, 'applicationId');
    const deploymentGroup = {
      applicationName: 'shop',
      deploymentGroupName: 'web',
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
      serviceRoleArn: 'arn:aws:iam::000000000000:role/codedeploy',
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      ecsServices: [{ clusterName: 'prod', serviceName: 'web' }],
      loadBalancerInfo: {
        targetGroupPairInfoList: [
          { targetGroups: [{ name: 'blue' }, { name: 'green' }], prodTrafficRoute: { listenerArns: [listener] } },
        ],
      },
    };
    await call('deploy', 'create-deployment-group', deploymentGroup, 'deploymentGroupId');

    const content = JSON.stringify({
      version: 0,
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: {
              TaskDefinition: await register('example/web:2'),
              LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 8000 },
            },
          },
        },
      ],
    });
    const revision = { revisionType: 'AppSpecContent', appSpecContent: { content } };
    const deployment = { applicationName: 'shop', deploymentGroupName: 'web', revision };
    const id = await call('deploy', 'create-deployment', deployment, 'deploymentId');
    expect(id).toMatch(/^d-[A-Z0-9]{9}$/);
    await text('deploy', 'wait', 'deployment-successful', '--deployment-id', id);
    expect(
      await call(
        'deploy',
        'get-deployment-target',
        { deploymentId: id, targetId: 'prod:web' },
        'deploymentTarget.ecsTarget.[status, lifecycleEvents[-1].[lifecycleEventName, status]]',
      ),
    ).toBe('Succeeded\nAfterAllowTraffic\tSucceeded');
    expect(
      await text(
        'elbv2',
        'describe-listeners',
        '--listener-arns',
        listener,
        '--query',
        'Listeners[0].DefaultActions[0].ForwardConfig.TargetGroups[].Weight',
      ),
    ).toBe('0\t100');
  },
  120_000,
);
