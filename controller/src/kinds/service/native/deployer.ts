import type { AwsContext } from '../../../aws/context.ts';
import type { Deployer } from '../deployer.ts';
import { withoutHold } from '../hold.ts';
import { removeService } from '../remove.ts';
import { changesOf } from '../target.ts';
import { actOn } from './actions.ts';
import { nativeClaims } from './claims.ts';
import { ensureService } from './ensure.ts';
import { healthOf } from './health.ts';
import { isFailing } from '../verification/after.ts';
import { standingOf } from '../verification/standing.ts';
import { observeNative } from './live.ts';
import { phaseOf, rolloutOf, verdictOn } from './rollout.ts';
import { isStranded, strandedChange } from './stranded.ts';

/** Services whose deployments ECS itself makes: Rolling, BlueGreen, Linear, Canary. */
export function nativeDeployer(aws: AwsContext): Deployer {
  return {
    observe: async (found, subject, pass) => {
      const live = await observeNative(found, subject, pass);
      const { desired } = subject;
      // What ECS gave up in the middle is not verified: the deployment that mends it is.
      if (desired === undefined || isStranded(desired, live, aws)) return live;
      const standing = await standingOf(desired, live, phaseOf(live), pass, aws);
      return standing === undefined ? live : { ...live, standing };
    },
    parts: () => [],
    rollout: rolloutOf,
    claims: nativeClaims,
    diff: (desired, live) => {
      const stranded = isStranded(desired, live, aws) ? [strandedChange(live)] : [];
      const changes = [...changesOf(desired, live, aws), ...stranded];
      return verdictOn(desired, live, aws).held || isFailing(live) ? withoutHold(changes) : changes;
    },
    ensure: (desired, live, pass) => ensureService(aws, desired, live, pass),
    act: (action, live, pass) => actOn(aws, action, live, pass),
    remove: (live, pass) => removeService(aws, live, pass),
    health: (desired, live) => healthOf(desired, live, aws),
  };
}
