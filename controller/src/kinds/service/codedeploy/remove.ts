import {
  DeleteApplicationCommand,
  DeleteDeploymentGroupCommand,
  type DeploymentGroupInfo,
  ListDeploymentGroupsCommand,
} from '@aws-sdk/client-codedeploy';
import type { AwsContext } from '../../../aws/context.ts';
import { doing, isAbsent } from '../../../aws/errors.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Pass, Progress } from '../../../core/driver.ts';
import type { Ref } from '../../../core/manifest.ts';
import { OWNERSHIP_TAG, sameOwner } from '../../../core/ownership.ts';
import type { ServiceLive } from '../live.ts';
import { removeService } from '../remove.ts';
import { stop } from './calls.ts';
import type { LiveGroup } from './live.ts';
import { trimConfigs } from './resources.ts';

/** How often a deployment that ends is looked at, in milliseconds. */
const POLL_MS = 5_000;

/**
 * Takes away what stands beside the service, then the service. That order can be gone on with after a crash: while there
 * is a service, its group is found; without one nothing would lead to it.
 */
export async function removeCodeDeploy(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<Progress> {
  const left = await leaveCodeDeploy(aws, live, pass);
  return left.done ? removeService(aws, live, pass) : left;
}

/** Takes away group, application and configurations that are ours, and leaves the service, at rest. */
export async function leaveCodeDeploy(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<Progress> {
  const { key, active, group, groupTags, applicationTags } = live.codeDeploy ?? {};
  if (key === undefined) return { done: true };
  if (active !== undefined) {
    await stop(aws, active, pass);
    return { done: false, waitsFor: `deployment ${active.id} to be taken back`, pollAfterMs: POLL_MS };
  }
  await removeGroup(aws, { key, group, groupTags, applicationTags }, live, pass);
  const id = live.tags[OWNERSHIP_TAG.resource];
  const application = live.tags[OWNERSHIP_TAG.application];
  if (group !== undefined && isOf(group, live) && application !== undefined && id !== undefined && isRef(id)) {
    await trimConfigs(aws, { id, application }, undefined, pass);
  }
  return { done: true };
}

/** Takes a group away, and its application when it has no other, where they are ours. */
export async function removeGroup(
  aws: AwsContext,
  { key, group, groupTags, applicationTags }: LiveGroup,
  live: ServiceLive,
  pass: Pass,
): Promise<void> {
  const { codeDeploy } = rolloutClients(aws);
  const abort = { abortSignal: pass.signal };
  const { application: applicationName, group: deploymentGroupName } = key;
  if (group !== undefined) {
    if (!isOf(group, live) || !sameOwner(groupTags ?? {}, live.tags)) return;
    const command = new DeleteDeploymentGroupCommand({ applicationName, deploymentGroupName });
    await unlessGone(codeDeploy.send(command, abort), `DeleteDeploymentGroup ${deploymentGroupName}`);
  }
  if (applicationTags === undefined || !sameOwner(applicationTags, live.tags)) return;
  const list = new ListDeploymentGroupsCommand({ applicationName });
  const groups = await unlessGone(codeDeploy.send(list, abort), `ListDeploymentGroups ${applicationName}`);
  // Deleting an application deletes its groups, whoever made them.
  if (groups?.deploymentGroups?.length !== 0) return;
  const command = new DeleteApplicationCommand({ applicationName });
  await unlessGone(codeDeploy.send(command, abort), `DeleteApplication ${applicationName}`);
}

/** A service of another name may have taken the place of this one, and its group too. */
function isOf({ ecsServices = [] }: DeploymentGroupInfo, { service }: ServiceLive): boolean {
  return ecsServices.some(({ serviceName }) => serviceName === service.serviceName);
}

async function unlessGone<T>(call: Promise<T>, what: string): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    return doing(what, Promise.reject<T>(error as Error));
  }
}

function isRef(text: string): text is Ref {
  return text.includes('/');
}
