import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import type { Kind } from '../kind.ts';
import { scalingPolicyDriver } from './driver.ts';
import type { LiveScaling } from './live.ts';
import { scalingPolicyOffline } from './offline.ts';

/** Scaling of a service: removed before it, so that nothing scales what is on its way out. */
export const scalingPolicyKind: Kind<ScalingPolicySpec, LiveScaling> = {
  ...scalingPolicyOffline,
  driver: scalingPolicyDriver,
};
