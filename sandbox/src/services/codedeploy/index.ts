import * as sdk from '@aws-sdk/client-codedeploy';
import type { Service } from '../../kernel/service.ts';
import { functionRuntime } from '../lambda/runtime.ts';
import {
  batchGetApplications,
  createApplication,
  deleteApplication,
  getApplication,
  listApplications,
  updateApplication,
} from './applications.ts';
import { createDeployment } from './create-deployment.ts';
import {
  createDeploymentConfig,
  deleteDeploymentConfig,
  getDeploymentConfig,
  listDeploymentConfigs,
} from './deployment-configs.ts';
import {
  batchGetDeploymentGroups,
  createDeploymentGroup,
  deleteDeploymentGroup,
  getDeploymentGroup,
  listDeploymentGroups,
  updateDeploymentGroup,
} from './deployment-groups.ts';
import { batchGetDeployments, getDeployment, listDeployments } from './deployments.ts';
import { hookReport, putLifecycleEventHookExecutionStatus } from './life-cycle/hooks.ts';
import { step } from './life-cycle/step.ts';
import { continueDeployment } from './life-cycle/waits.ts';
import { watchDue } from './life-cycle/watch.ts';
import { getApplicationRevision } from './revisions.ts';
import { stopDeployment } from './stop-deployment.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import { batchGetDeploymentTargets, getDeploymentTarget, listDeploymentTargets } from './targets.ts';

/** AWS CodeDeploy, for deployments of ECS services. The functions of its hooks run with it: Lambda has no API here. */
export const codedeploy: Service = {
  name: 'codedeploy',
  sdk,
  model: 'codedeploy',
  // Each kind of name has an error of its own.
  ownChecks: ['ApplicationName', 'DeploymentGroupName', 'DeploymentConfigName'],
  handlers: {
    BatchGetApplications: batchGetApplications,
    BatchGetDeploymentGroups: batchGetDeploymentGroups,
    BatchGetDeploymentTargets: batchGetDeploymentTargets,
    BatchGetDeployments: batchGetDeployments,
    ContinueDeployment: continueDeployment,
    CreateApplication: createApplication,
    CreateDeployment: createDeployment,
    CreateDeploymentConfig: createDeploymentConfig,
    CreateDeploymentGroup: createDeploymentGroup,
    DeleteApplication: deleteApplication,
    DeleteDeploymentConfig: deleteDeploymentConfig,
    DeleteDeploymentGroup: deleteDeploymentGroup,
    GetApplication: getApplication,
    GetApplicationRevision: getApplicationRevision,
    GetDeployment: getDeployment,
    GetDeploymentConfig: getDeploymentConfig,
    GetDeploymentGroup: getDeploymentGroup,
    GetDeploymentTarget: getDeploymentTarget,
    ListApplications: listApplications,
    ListDeploymentConfigs: listDeploymentConfigs,
    ListDeploymentGroups: listDeploymentGroups,
    ListDeploymentTargets: listDeploymentTargets,
    ListDeployments: listDeployments,
    ListTagsForResource: listTagsForResource,
    PutLifecycleEventHookExecutionStatus: putLifecycleEventHookExecutionStatus,
    StopDeployment: stopDeployment,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateApplication: updateApplication,
    UpdateDeploymentGroup: updateDeploymentGroup,
  },
  timers: {
    'codedeploy/hookReport': hookReport,
    'codedeploy/step': step,
    'codedeploy/watch': watchDue,
    ...functionRuntime.timers,
  },
  listening: functionRuntime.listening,
  quiesce: functionRuntime.quiesce,
  close: functionRuntime.close,
};
