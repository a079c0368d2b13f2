import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { Kind } from '../kind.ts';
import { targetGroupDriver } from './driver.ts';
import type { LiveTargetGroup } from './live.ts';
import { targetGroupOffline } from './offline.ts';

/** A target group: whoever forwards to it is made after it and removed before it. */
export const targetGroupKind: Kind<TargetGroupSpec, LiveTargetGroup> = {
  ...targetGroupOffline,
  driver: targetGroupDriver,
};
