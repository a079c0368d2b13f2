import type { Scope, World } from '../../kernel/world.ts';
import { newEvents } from './life-cycle/events.ts';
import { codeDeployState, type DeploymentState } from './state.ts';

/** What a new deployment is made of. */
type Made = Pick<
  DeploymentState,
  | 'applicationName'
  | 'groupId'
  | 'group'
  | 'configName'
  | 'routing'
  | 'creator'
  | 'serviceArn'
  | 'revision'
  | 'previousRevision'
  | 'description'
  | 'overrideAlarms'
  | 'autoRollback'
>;

/** Keeps a new deployment, that has not begun. */
export function newDeployment(world: World, scope: Scope, made: Made): DeploymentState {
  const now = world.clock.now();
  const deployment: DeploymentState = {
    ...made,
    id: newId(world),
    createdAt: now,
    changedAt: now,
    status: 'Created',
    events: newEvents(made.group.testListener !== undefined),
    shifted: 0,
    increments: 0,
    readyWaitOver: false,
    terminationWaitStarted: false,
  };
  codeDeployState(world, scope).deployments[deployment.id] = deployment;
  return deployment;
}

/** `d-` and nine capitals and digits. */
function newId(world: World): string {
  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const random = () => characters.charAt(Math.floor(world.random() * characters.length));
  return `d-${Array.from({ length: 9 }, random).join('')}`;
}
