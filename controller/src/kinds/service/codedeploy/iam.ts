import type { ServiceSpec } from '../../../api/service.ts';
import { roleResource } from '../../../ecs/roles.ts';
import type { Destination, IamStatement } from '../../kind.ts';

/**
 * What a service with CodeDeploy needs besides what every service does; `service` is its name in AWS, or a pattern of it.
 * Resource types: the Service Authorization Reference of AWS CodeDeploy.
 */
export function codeDeployIam(
  { deployment }: Pick<ServiceSpec, 'deployment'>,
  { application, service }: { readonly application: string; readonly service: string },
  { accountId, region }: Destination,
): readonly IamStatement[] {
  const settings = deployment?.codeDeploy;
  if (settings === undefined) return [];
  const applicationName = settings.applicationName ?? `${application}-*`;
  const groupName = settings.deploymentGroupName ?? `${application}-*`;
  const arn = (resource: string): string => `arn:*:codedeploy:${region}:${accountId}:${resource}`;
  const applicationArn = arn(`application:${applicationName}`);
  const groupArn = arn(`deploymentgroup:${applicationName}/${groupName}`);
  return [
    {
      actions: [
        'codedeploy:CreateApplication',
        'codedeploy:DeleteApplication',
        'codedeploy:GetApplicationRevision',
        'codedeploy:RegisterApplicationRevision',
        'codedeploy:ListDeploymentGroups',
        'codedeploy:ListTagsForResource',
        'codedeploy:TagResource',
        'codedeploy:UntagResource',
      ],
      resources: [applicationArn],
    },
    {
      actions: [
        'codedeploy:CreateDeploymentGroup',
        'codedeploy:UpdateDeploymentGroup',
        'codedeploy:DeleteDeploymentGroup',
        'codedeploy:BatchGetDeploymentGroups',
        'codedeploy:CreateDeployment',
        'codedeploy:StopDeployment',
        'codedeploy:ContinueDeployment',
        'codedeploy:ListDeployments',
        'codedeploy:BatchGetDeployments',
        'codedeploy:ListTagsForResource',
        'codedeploy:TagResource',
        'codedeploy:UntagResource',
      ],
      resources: [groupArn],
    },
    {
      actions: [
        'codedeploy:GetDeploymentConfig',
        'codedeploy:CreateDeploymentConfig',
        'codedeploy:DeleteDeploymentConfig',
      ],
      resources: [arn('deploymentconfig:*')],
    },
    // It knows no resources.
    { actions: ['codedeploy:ListDeploymentConfigs', 'codedeploy:BatchGetDeploymentTargets'], resources: ['*'] },
    // A task set that no deployment owns.
    { actions: ['ecs:DeleteTaskSet'], resources: [`arn:*:ecs:${region}:${accountId}:task-set/*/${service}/*`] },
    ...outside(settings.productionListener.listenerArn),
    { actions: ['iam:PassRole'], resources: [roleResource(settings.serviceRole, accountId)] },
  ];
}

/** The weights of a listener outside the Application, which nobody else keeps. */
function outside(listenerArn: string | undefined): readonly IamStatement[] {
  return [
    { actions: ['elasticloadbalancing:DescribeListeners'], resources: ['*'] },
    ...(listenerArn === undefined
      ? []
      : [{ actions: ['elasticloadbalancing:ModifyListener'], resources: [listenerArn] }]),
  ];
}
