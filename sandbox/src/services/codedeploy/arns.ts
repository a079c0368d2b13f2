import { arnOf } from '../../kernel/arn.ts';
import type { Scope } from '../../kernel/world.ts';

/**
 * ARNs of CodeDeploy's resources, with colons where others have slashes:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html#awscodedeploy-resources-for-iam-policies
 */
export function applicationArn(scope: Scope, application: string): string {
  return arnOf('codedeploy', scope, `application:${application}`);
}

/** The ARN of a deployment group. */
export function groupArn(scope: Scope, application: string, group: string): string {
  return arnOf('codedeploy', scope, `deploymentgroup:${application}/${group}`);
}
