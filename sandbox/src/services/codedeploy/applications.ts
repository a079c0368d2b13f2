import type {
  ApplicationInfo,
  BatchGetApplicationsInput,
  CreateApplicationInput,
  DeleteApplicationInput,
  GetApplicationInput,
  ListApplicationsInput,
  UpdateApplicationInput,
} from '@aws-sdk/client-codedeploy';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { applicationArn, groupArn } from './arns.ts';
import { applicationOf, deploymentsOf } from './lookup.ts';
import { applicationName } from './names.ts';
import { batch, page } from './pages.ts';
import { type ApplicationState, codeDeployState } from './state.ts';
import { newTags } from './tags.ts';
import { stopForDeletion } from './life-cycle/end.ts';

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateApplication.html */
export function createApplication(input: CreateApplicationInput, { world, scope, now }: Call): object {
  const name = applicationName(input.applicationName);
  const { applications } = codeDeployState(world, scope);
  if (own(applications, name)) throw alreadyExists(name);
  const tags = newTags(input.tags);
  const created: ApplicationState = {
    id: world.uuid(),
    name,
    platform: input.computePlatform ?? 'Server',
    createdAt: now,
    groups: {},
  };
  applications[name] = created;
  const arn = applicationArn(scope, name);
  world.resources.add({ ...scope, arn, type: 'codedeploy:application', createdAt: now, tags });
  return { applicationId: created.id };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetApplication.html */
export function getApplication(input: GetApplicationInput, { world, scope }: Call): object {
  return { application: described(applicationOf(world, scope, input.applicationName)) };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetApplications.html */
export function batchGetApplications(input: BatchGetApplicationsInput, { world, scope }: Call): object {
  const names = batch(input.applicationNames, 'ApplicationNameRequiredException');
  return { applicationsInfo: names.map((name) => described(applicationOf(world, scope, name))) };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListApplications.html */
export function listApplications({ nextToken }: ListApplicationsInput, { world, scope }: Call): object {
  const { texts, ...more } = page(Object.keys(codeDeployState(world, scope).applications).toSorted(), nextToken);
  return { applications: texts, ...more };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_UpdateApplication.html: it gives another name. */
export function updateApplication(input: UpdateApplicationInput, { world, scope }: Call): object {
  const application = applicationOf(world, scope, input.applicationName);
  if (input.newApplicationName === undefined || input.newApplicationName === application.name) return {};
  const before = application.name;
  const after = applicationName(input.newApplicationName);
  const { applications } = codeDeployState(world, scope);
  if (own(applications, after)) throw alreadyExists(after);
  delete applications[before];
  applications[after] = application;
  application.name = after;
  const arns = [
    [applicationArn(scope, before), applicationArn(scope, after)],
    ...Object.keys(application.groups).map((group) => [groupArn(scope, before, group), groupArn(scope, after, group)]),
  ];
  for (const [from = '', arn = ''] of arns) {
    const resource = world.resources.get(from);
    world.resources.remove(from);
    if (resource) world.resources.add({ ...resource, arn });
  }
  return {};
}

/**
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeleteApplication.html: its groups go with it, and so
 * do deployments that go on. An unknown one is no error: the operation documents none.
 */
export function deleteApplication(input: DeleteApplicationInput, { world, scope }: Call): object {
  const name = applicationName(input.applicationName);
  const { applications } = codeDeployState(world, scope);
  const application = own(applications, name);
  if (!application) return {};
  for (const [group, { id }] of Object.entries(application.groups)) {
    for (const deployment of deploymentsOf(world, scope, id)) {
      stopForDeletion(world, scope, deployment, 'APPLICATION_MISSING', 'The application was missing.');
    }
    world.resources.remove(groupArn(scope, name, group));
  }
  world.resources.remove(applicationArn(scope, name));
  delete applications[name];
  return {};
}

function alreadyExists(name: string): AwsError {
  return new AwsError('ApplicationAlreadyExistsException', `Application already exists: ${name}`);
}

function described({ id, name, createdAt, platform }: ApplicationState): ApplicationInfo {
  return {
    applicationId: id,
    applicationName: name,
    createTime: new Date(createdAt),
    linkedToGitHub: false,
    computePlatform: platform,
  };
}
