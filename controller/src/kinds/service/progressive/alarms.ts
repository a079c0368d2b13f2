import { readAlarm } from '../../../aws/reads.ts';
import type { Pass } from '../../../core/driver.ts';

/**
 * Which of these alarms fire and began to after `since`. One that fired already is ignored, as ECS does with the alarms
 * of its own deployments: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
export async function firedSince(names: readonly string[], since: Date, pass: Pass): Promise<readonly string[]> {
  // Fresh reads do not wait behind those of a sweep: an alarm that fires takes the traffic back.
  const alarms = await Promise.all(names.map((name) => readAlarm(pass, name, { fresh: true })));
  const fired = alarms.flatMap((alarm) => {
    const began = alarm?.StateTransitionedTimestamp ?? alarm?.StateUpdatedTimestamp;
    const fires = alarm?.StateValue === 'ALARM' && began !== undefined && began > since;
    return fires && alarm.AlarmName !== undefined ? [alarm.AlarmName] : [];
  });
  return fired.toSorted();
}
