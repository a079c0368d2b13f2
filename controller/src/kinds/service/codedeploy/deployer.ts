import type { AwsContext } from '../../../aws/context.ts';
import type { Part } from '../../../core/driver.ts';
import type { Deployer } from '../deployer.ts';
import type { ServiceLive } from '../live.ts';
import { actOn } from './actions.ts';
import { claimsOf } from './claims.ts';
import { diffCodeDeploy } from './diff.ts';
import { ensureCodeDeploy } from './ensure.ts';
import { healthOf } from './health.ts';
import { observeCodeDeploy } from './live.ts';
import { arnOf, PART } from './names.ts';
import { leaveCodeDeploy, removeCodeDeploy } from './remove.ts';
import { rolloutOf } from './rollout.ts';

/**
 * Services whose deployments AWS CodeDeploy makes: the deployment controller CODE_DEPLOY.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html
 */
export function codeDeployDeployer(aws: AwsContext): Deployer {
  return {
    observe: (live, subject, pass) => observeCodeDeploy(aws, live, subject, pass),
    parts: (live) => partsOf(aws, live),
    rollout: rolloutOf,
    claims: claimsOf,
    diff: (desired, live) => diffCodeDeploy(desired, live, aws),
    ensure: (desired, live, pass) => ensureCodeDeploy(aws, desired, live, pass),
    act: (action, live, pass) => actOn(aws, action, live, pass),
    leave: (live, pass) => leaveCodeDeploy(aws, live, pass),
    remove: (live, pass) => removeCodeDeploy(aws, live, pass),
    health: (desired, live) => healthOf(desired, live, aws),
  };
}

/** The application and the group. Configurations take no tags, and go with the group. */
function partsOf(aws: AwsContext, { codeDeploy }: ServiceLive): readonly Part[] {
  const { key, groupTags, applicationTags } = codeDeploy ?? {};
  if (key === undefined) return [];
  const { application, group } = key;
  return [
    ...(applicationTags === undefined
      ? []
      : [{ type: PART.application, id: arnOf(aws, 'application', application), tags: applicationTags }]),
    ...(groupTags === undefined
      ? []
      : [{ type: PART.group, id: arnOf(aws, 'group', `${application}/${group}`), tags: groupTags }]),
  ];
}
