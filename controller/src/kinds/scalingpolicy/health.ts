import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import type { Desired, Health } from '../../core/driver.ts';
import type { LiveScaling } from './live.ts';
import { capacityOf } from './normalize.ts';

/** Scaling that somebody switched off, on purpose or not, is Suspended. */
export function health(_desired: Desired<ScalingPolicySpec>, live: LiveScaling): Health {
  const { minCapacity, maxCapacity } = capacityOf(live.target);
  const between = `between ${minCapacity} and ${maxCapacity} tasks`;
  const suspended = live.target.SuspendedState;
  const off = [
    ...(suspended?.DynamicScalingInSuspended === true ? ['scale-in'] : []),
    ...(suspended?.DynamicScalingOutSuspended === true ? ['scale-out'] : []),
    ...(suspended?.ScheduledScalingSuspended === true ? ['scheduled actions'] : []),
  ];
  if (off.length > 0) {
    return { status: 'Suspended', reason: 'ScalingSuspended', message: `${off.join(', ')} suspended; ${between}` };
  }
  return { status: 'Healthy', reason: 'Active', message: between };
}
