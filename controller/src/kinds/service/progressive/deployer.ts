import type { AwsContext } from '../../../aws/context.ts';
import type { Deployer } from '../deployer.ts';
import { actOn } from './actions.ts';
import { claimsOf } from './claims.ts';
import { diffProgressive } from './diff.ts';
import { ensureProgressive } from './ensure.ts';
import { healthOf } from './health.ts';
import { leaveProgressive } from './leave.ts';
import { observeProgressive } from './live.ts';
import { removeProgressive } from './remove.ts';
import { rolloutOf } from './rollout.ts';

/**
 * Services whose deployments Longshore itself makes, over weights and task sets: the deployment controller EXTERNAL.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-external.html
 */
export function progressiveDeployer(aws: AwsContext): Deployer {
  return {
    observe: observeProgressive,
    // Task sets come and go with each rollout, and belong to the service.
    parts: () => [],
    rollout: (live) => rolloutOf(live, aws),
    claims: (desired, live) => claimsOf(desired, live, aws),
    diff: (desired, live) => diffProgressive(desired, live, aws),
    ensure: (desired, live, pass) => ensureProgressive(aws, desired, live, pass),
    act: (action, live, pass) => actOn(aws, action, live, pass),
    leave: (live, pass) => leaveProgressive(aws, live, pass),
    remove: (live, pass) => removeProgressive(aws, live, pass),
    health: (desired, live, now) => healthOf(desired, live, now, aws),
  };
}
