import { own } from '../../kernel/own.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { applicationName, groupName } from './names.ts';
import { type ApplicationState, codeDeployState, type DeploymentState, type GroupState, isOver } from './state.ts';

/** An application by its name. @throws AwsError ApplicationDoesNotExistException */
export function applicationOf(world: World, scope: Scope, name: string | undefined): ApplicationState {
  const found = own(codeDeployState(world, scope).applications, applicationName(name));
  if (!found) throw new AwsError('ApplicationDoesNotExistException', `No application found for name: ${name}`);
  return found;
}

/** A group of an application. @throws AwsError DeploymentGroupDoesNotExistException */
export function groupOf(application: ApplicationState, name: string | undefined): GroupState {
  const found = own(application.groups, groupName(name));
  if (!found) throw new AwsError('DeploymentGroupDoesNotExistException', `No Deployment Group found for name: ${name}`);
  return found;
}

/** A deployment by its id. @throws AwsError DeploymentIdRequiredException, InvalidDeploymentIdException, DeploymentDoesNotExistException */
export function deploymentOf(world: World, scope: Scope, id: string | undefined): DeploymentState {
  if (!id) throw new AwsError('DeploymentIdRequiredException', 'Deployment Id must be specified');
  if (!/^d-[A-Z0-9]+$/.test(id)) {
    throw new AwsError('InvalidDeploymentIdException', `Specified DeploymentId is not in the valid format: ${id}`);
  }
  const found = own(codeDeployState(world, scope).deployments, id);
  if (!found) throw new AwsError('DeploymentDoesNotExistException', `The deployment ${id} could not be found`);
  return found;
}

/** The deployments of a group, the oldest first. */
export function deploymentsOf(world: World, scope: Scope, groupId: string): DeploymentState[] {
  return Object.values(codeDeployState(world, scope).deployments).filter(
    (deployment) => deployment.groupId === groupId,
  );
}

/** The deployment of a group that goes on; a group has at most one. */
export function activeDeployment(world: World, scope: Scope, groupId: string): DeploymentState | undefined {
  return deploymentsOf(world, scope, groupId).find((deployment) => !isOver(deployment));
}
