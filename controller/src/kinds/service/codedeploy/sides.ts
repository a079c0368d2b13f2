import type { ECSTaskSet } from '@aws-sdk/client-codedeploy';
import type { RolloutSide } from '../../../core/driver.ts';
import type { ServiceLive } from '../live.ts';
import { servesTests } from './events.ts';
import type { Run } from './live.ts';

/** Blue and green of a deployment, with their tasks and their shares of the traffic. */
export function sidesOf(live: ServiceLive, run: Run): readonly RolloutSide[] {
  const tests = run.info.loadBalancerInfo?.targetGroupPairInfoList?.[0]?.testTrafficRoute?.listenerArns ?? [];
  return (run.target?.taskSetsInfo ?? []).map((info) => sideOf(live, info, tests.length > 0, servesTests(run)));
}

function sideOf(live: ServiceLive, info: ECSTaskSet, hasTests: boolean, testsMoved: boolean): RolloutSide {
  const set = live.service.taskSets?.find(({ id }) => id === info.identifer);
  const isGreen = info.taskSetLabel === 'Green';
  const targetGroup = set?.loadBalancers?.[0]?.targetGroupArn;
  return {
    role: isGreen ? 'new' : 'stable',
    revision: set?.taskDefinition ?? '',
    desired: info.desiredCount ?? set?.computedDesiredCount ?? 0,
    running: info.runningCount ?? set?.runningCount ?? 0,
    pending: info.pendingCount ?? set?.pendingCount ?? 0,
    failed: live.stopped.filter(({ startedBy }) => startedBy !== undefined && startedBy === info.identifer).length,
    ...(targetGroup !== undefined && { targetGroup }),
    ...(info.trafficWeight !== undefined && { weight: info.trafficWeight }),
    ...(hasTests && { testWeight: isGreen === testsMoved ? 100 : 0 }),
  };
}
