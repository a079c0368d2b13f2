import { AwsError } from '../../kernel/service.ts';

/** What may be in names of applications, groups and configurations: the user guide, "CodeDeploy quotas". */
const allowed = /^[A-Za-z0-9+=,.@_-]{1,100}$/;

/** The name of an application. @throws AwsError InvalidApplicationNameException */
export function applicationName(name: string | undefined): string {
  return checked(name, 'ApplicationName', 'Application');
}

/** The name of a deployment group. @throws AwsError DeploymentGroupNameRequiredException, InvalidDeploymentGroupNameException */
export function groupName(name: string | undefined): string {
  return checked(name, 'DeploymentGroupName', 'Deployment Group');
}

/** The name of a deployment configuration. @throws AwsError InvalidDeploymentConfigNameException */
export function configName(name: string | undefined): string {
  return checked(name, 'DeploymentConfigName', 'Deployment Configuration');
}

function checked(name: string | undefined, code: string, what: string): string {
  if (name === undefined || name === '') throw new AwsError(`${code}RequiredException`, `${what} name is missing`);
  if (!allowed.test(name)) {
    throw new AwsError(`Invalid${code}Exception`, `The ${what} name '${name}' is not in a valid format`);
  }
  return name;
}
