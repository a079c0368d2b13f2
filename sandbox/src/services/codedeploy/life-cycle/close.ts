import type { ErrorInformation } from '@aws-sdk/client-codedeploy';
import { codeDeployState, type DeploymentState, type GroupState } from '../state.ts';
import { taskSetViews } from '../target-view.ts';
import { breakOff } from './events.ts';
import { notify } from './notify.ts';
import { type Running, touch } from './running.ts';

/** The deployment is done: all its events are, and the task set that is not wanted any more is removed. */
export function succeed(on: Running): void {
  const group = groupById(on);
  if (group) group.lastSuccessful = on.deployment.id;
  close(on, 'Succeeded');
  notify(on, 'SUCCESS');
}

/** The deployment ends where it is: the event that runs fails, the others are skipped, and everything else stays. */
export function breakUp(on: Running, status: 'Failed' | 'Stopped', error: ErrorInformation): void {
  breakOff(on.deployment.events, on.world.clock.now());
  on.deployment.error = error;
  close(on, status);
  notify(on, status === 'Failed' ? 'FAILURE' : 'STOP');
}

/** The group of a deployment; undefined when it is gone. */
export function groupById({ world, scope, deployment }: Running): GroupState | undefined {
  return Object.values(codeDeployState(world, scope).applications)
    .flatMap(({ groups }) => Object.values(groups))
    .find(({ id }) => id === deployment.groupId);
}

function close(on: Running, status: DeploymentState['status']): void {
  const { world, deployment } = on;
  deployment.taskSets = taskSetViews(on);
  deployment.status = status;
  deployment.completedAt = world.clock.now();
  delete deployment.wait;
  if (deployment.timer !== undefined) world.timers.cancel(deployment.timer);
  delete deployment.timer;
  touch(on);
}
