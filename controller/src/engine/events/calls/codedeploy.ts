import { text } from '../fields.ts';
import { arnIn } from '../place.ts';
import { type CallTable, NOTHING, type Touched } from './call.ts';

const application: Touched = {
  type: 'codedeploy:application',
  read: ({ request, place }) => {
    const name = text(request, 'applicationName');
    return name === undefined ? [] : [arnIn(place, 'codedeploy', `application:${name}`)];
  },
};

const deploymentGroup: Touched = {
  type: 'codedeploy:deployment-group',
  read: ({ request, place }) => {
    const of = text(request, 'applicationName');
    const name = text(request, 'deploymentGroupName') ?? text(request, 'currentDeploymentGroupName');
    return of === undefined || name === undefined ? [] : [arnIn(place, 'codedeploy', `deploymentgroup:${of}/${name}`)];
  },
};

/** A deployment has an id and no ARN. */
const deployment: Touched = {
  type: 'codedeploy:deployment',
  read: ({ request, response }) => {
    const id = text(request, 'deploymentId') ?? text(response, 'deploymentId');
    return id === undefined ? [] : [id];
  },
};

const tagged: Touched = {
  type: 'any',
  read: ({ request }) => {
    const arn = text(request, 'resourceArn');
    return arn === undefined ? [] : [arn];
  },
};

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_Operations.html */
export const CODEDEPLOY_CALLS: CallTable = {
  AddTagsToOnPremisesInstances: NOTHING,
  ContinueDeployment: [deployment],
  CreateApplication: [application],
  CreateDeployment: [deploymentGroup, deployment],
  CreateDeploymentConfig: NOTHING,
  CreateDeploymentGroup: [deploymentGroup],
  DeleteApplication: [application],
  DeleteDeploymentConfig: NOTHING,
  DeleteDeploymentGroup: [deploymentGroup],
  DeleteGitHubAccountToken: NOTHING,
  DeleteResourcesByExternalId: NOTHING,
  DeregisterOnPremisesInstance: NOTHING,
  PutLifecycleEventHookExecutionStatus: [deployment],
  RegisterApplicationRevision: [application],
  RegisterOnPremisesInstance: NOTHING,
  RemoveTagsFromOnPremisesInstances: NOTHING,
  SkipWaitTimeForInstanceTermination: [deployment],
  StopDeployment: [deployment],
  TagResource: [tagged],
  UntagResource: [tagged],
  UpdateApplication: [application],
  UpdateDeploymentGroup: [deploymentGroup],
};
