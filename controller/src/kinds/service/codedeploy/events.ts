import type { LifecycleEvent } from '@aws-sdk/client-codedeploy';
import type { TaskSet } from '@aws-sdk/client-ecs';
import type { ServiceLive } from '../live.ts';
import type { Run } from './live.ts';

/** What is seen of a deployment: its lifecycle events. https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html */
type Seen = Pick<Run, 'info' | 'target'>;

/** The events of a deployment, in their order. */
export function eventsOf({ target }: Seen): readonly LifecycleEvent[] {
  return target?.lifecycleEvents ?? [];
}

function eventNamed(run: Seen, name: string): LifecycleEvent | undefined {
  return eventsOf(run).find(({ lifecycleEventName }) => lifecycleEventName === name);
}

/** Since when the new tasks get requests of production; undefined before. */
export function trafficSince(run: Seen): Date | undefined {
  return eventNamed(run, 'AllowTraffic')?.startTime;
}

/** Since when the new tasks get all of them, and nothing but the end of the old ones is left; undefined before. */
export function movedSince(run: Seen): Date | undefined {
  const { status, endTime } = eventNamed(run, 'AllowTraffic') ?? {};
  const after = eventNamed(run, 'AfterAllowTraffic');
  if (status !== 'Succeeded' || (after !== undefined && after.status !== 'Succeeded')) return undefined;
  return endTime;
}

/** True once the test listener serves the new tasks. */
export function servesTests(run: Seen): boolean {
  return eventNamed(run, 'AllowTestTraffic')?.status === 'Succeeded';
}

/** True while it waits until production traffic may move. */
export function isReady({ info }: Seen): boolean {
  return info.status === 'Ready';
}

/** True while it waits until the old tasks go. */
export function waitsForTermination({ info }: Seen): boolean {
  return info.instanceTerminationWaitTimeStarted === true && !isOver({ info });
}

/** Since when it waits: the end of the last event before. */
export function readySince(run: Seen): Date | undefined {
  const ends = eventsOf(run).flatMap(({ status, endTime }) =>
    endTime === undefined || (status !== 'Succeeded' && status !== 'Skipped') ? [] : endTime.getTime(),
  );
  return ends.length === 0 ? run.info.startTime : new Date(Math.max(...ends));
}

/** True when nothing comes of it any more. https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html */
function isOver({ info: { status } }: Pick<Run, 'info'>): boolean {
  return status === 'Succeeded' || status === 'Failed' || status === 'Stopped';
}

/** The task set that a deployment made: ECS has the id of the deployment on it. */
export function greenSet({ service }: Pick<ServiceLive, 'service'>, { id }: Pick<Run, 'id'>): TaskSet | undefined {
  return service.taskSets?.find(({ externalId, status }) => externalId === id && status !== 'DRAINING');
}

/** True for a deployment that takes another one back. */
export function isWayBack({ info, note, takesBack }: Pick<Run, 'info' | 'note' | 'takesBack'>): boolean {
  return info.creator === 'codeDeployRollback' || note?.back !== undefined || takesBack !== undefined;
}
