import type { ServiceSpec } from '../../api/service.ts';
import { PREFLIGHT_SID, preflightIam } from '../../ecs/preflight/iam.ts';
import { roleResource } from '../../ecs/roles.ts';
import { codeDeployIam } from './codedeploy/iam.ts';
import type { Destination, IamStatement } from '../kind.ts';
import { progressiveIam } from './progressive/iam.ts';
import { verificationIam } from './verification/iam.ts';

/** The least policy for one service. Resource types: the Service Authorization Reference of Amazon ECS. */
export function serviceIam(
  spec: ServiceSpec,
  application: string,
  { accountId, region }: Destination,
): readonly IamStatement[] {
  const { nameOverride, loadBalancers } = spec;
  const roles = passedRoles(spec);
  const name = nameOverride ?? `${application}-*`;
  const arn = (resource: string): string => `arn:*:ecs:${region}:${accountId}:${resource}`;
  const statements: IamStatement[] = [
    {
      actions: [
        'ecs:CreateService',
        'ecs:UpdateService',
        'ecs:DeleteService',
        'ecs:DescribeServices',
        'ecs:ListServiceDeployments',
        'ecs:TagResource',
        'ecs:UntagResource',
      ],
      resources: [arn(`service/*/${name}`)],
    },
    {
      actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment', 'ecs:ContinueServiceDeployment'],
      resources: [arn(`service-deployment/*/${name}/*`)],
    },
    { actions: ['ecs:DescribeServiceRevisions'], resources: [arn(`service-revision/*/${name}/*`)] },
    {
      actions: ['ecs:RegisterTaskDefinition', 'ecs:TagResource', 'ecs:UntagResource'],
      resources: [arn(`task-definition/${application}-*:*`)],
    },
    // These know no resources, or only those that they are asked for one by one.
    {
      actions: [
        'ecs:DescribeTaskDefinition',
        'ecs:DeregisterTaskDefinition',
        'ecs:ListTaskDefinitions',
        'ecs:ListTasks',
        'ecs:DescribeTasks',
      ],
      resources: ['*'],
    },
  ];
  if (spec.enableExecuteCommand === true) {
    // For `longshore exec`, which asks for either.
    statements.push({ actions: ['ecs:ExecuteCommand'], resources: [arn('cluster/*'), arn('task/*')] });
  }
  if (roles.length > 0) {
    const resources = roles.map((role) => roleResource(role, accountId));
    statements.push({ actions: ['iam:PassRole'], resources: [...new Set(resources)] });
  }
  if ((loadBalancers ?? []).length > 0) {
    statements.push({ actions: ['elasticloadbalancing:DescribeTargetHealth'], resources: ['*'] });
  }
  const place = { accountId, region };
  return [
    ...statements,
    ...verificationIam(spec, place),
    ...codeDeployIam(spec, { application, service: name }, place),
    ...progressiveIam(spec, name, place),
    ...preflightIam(spec, [...roles, ...codeDeployRole(spec)], place),
    ...((loadBalancers ?? []).length === 0
      ? []
      : [{ sid: PREFLIGHT_SID, actions: ['elasticloadbalancing:DescribeTargetGroups'], resources: ['*'] }]),
  ];
}

/** The role that CodeDeploy acts as. */
function codeDeployRole({ deployment }: ServiceSpec): readonly string[] {
  const role = deployment?.codeDeploy?.serviceRole;
  return role === undefined || role === '' ? [] : [role];
}

/** The roles that the service hands on: of its tasks, and the infrastructure roles that ECS acts as. */
function passedRoles(spec: ServiceSpec): readonly string[] {
  const { task, serviceConnect, volumeConfigurations = [], vpcLatticeConfigurations = [], deployment } = spec;
  return [
    task.executionRole,
    task.taskRole,
    ...volumeConfigurations.map(({ managedEBSVolume }) => managedEBSVolume.roleArn),
    ...vpcLatticeConfigurations.map(({ roleArn }) => roleArn),
    ...(serviceConnect?.services ?? []).map(({ tls }) => tls?.roleArn),
    deployment?.listenerRole,
    ...(deployment?.hooks ?? []).map(({ lambda }) => lambda?.role),
  ].flatMap((role) => (role === undefined || role === '' ? [] : role));
}
