import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { OfflineKind } from '../kind.ts';
import { iam } from './iam.ts';
import { lint } from './lint.ts';

/** A target group: whoever forwards to it is made after it and removed before it. */
export const targetGroupOffline: OfflineKind<TargetGroupSpec> = {
  name: 'TargetGroup',
  removalRank: 50,
  edges: () => ({ needs: [], serves: [] }),
  lint,
  iam,
};
