import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import type { OfflineKind } from '../kind.ts';
import { iam } from './iam.ts';
import { lint } from './lint.ts';
import { serviceRef } from './live.ts';

/** Scaling of a service: removed before it, so that nothing scales what is on its way out. */
export const scalingPolicyOffline: OfflineKind<ScalingPolicySpec> = {
  name: 'ScalingPolicy',
  removalRank: 10,
  edges: (spec) => {
    const service = serviceRef(spec);
    return { needs: service === undefined ? [] : [service], serves: [] };
  },
  lint,
  iam,
};
