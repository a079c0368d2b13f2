import {
  CreateApplicationCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
  DeleteDeploymentConfigCommand,
  paginateListDeploymentConfigs,
  TagResourceCommand,
  type TrafficRoutingConfig,
  UntagResourceCommand,
  UpdateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { awsCode, doing } from '../../../aws/errors.ts';
import { readCodeDeployTags, readDeploymentGroup } from '../../../aws/reads.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Desired, Pass } from '../../../core/driver.ts';
import { TerminalError } from '../../../core/errors.ts';
import { tagChanges, wantedTags } from '../../../core/ownership.ts';
import type { ServiceLive } from '../live.ts';
import { groupChanges, groupRequest } from './group.ts';
import { arnOf, configNameOf, groupKeyOf, type Owner, shiftInName } from './names.ts';

type Want = Desired<ServiceSpec>;

/** Makes the application, the configuration and the group so. True when something was sent. */
export async function ensureGroup(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<boolean> {
  const { group } = live.codeDeploy ?? {};
  const tagged = await ensureTags(aws, desired, live, pass);
  if (groupChanges(desired, group).length === 0) return tagged;
  const { codeDeploy } = rolloutClients(aws);
  const request = groupRequest(desired, live.service.clusterArn ?? '');
  const abort = { abortSignal: pass.signal };
  const { applicationName, deploymentGroupName } = request;
  await ensureConfig(aws, desired, pass);
  if (group !== undefined) {
    const { deploymentGroupName: currentDeploymentGroupName, ...settings } = request;
    const command = new UpdateDeploymentGroupCommand({ ...settings, currentDeploymentGroupName });
    await doing(`UpdateDeploymentGroup ${deploymentGroupName}`, codeDeploy.send(command, abort));
    return true;
  }
  const tags = tagList(wantedTags(desired.spec.tags, desired.ownership));
  const application = new CreateApplicationCommand({ applicationName, computePlatform: 'ECS', tags });
  await unlessThere(doing(`CreateApplication ${applicationName}`, codeDeploy.send(application, abort)));
  const command = new CreateDeploymentGroupCommand({ ...request, tags });
  const made = doing(`CreateDeploymentGroup ${deploymentGroupName}`, codeDeploy.send(command, abort));
  await unlessThere(made.catch(sayWhoHasIt));
  return true;
}

/** A configuration never changes, and its name says what is in it: one of this name is the right one. */
async function ensureConfig(aws: AwsContext, desired: Want, pass: Pass): Promise<void> {
  const deploymentConfigName = configNameOf(desired);
  const shift = shiftInName(deploymentConfigName, desired);
  if (shift === undefined) return;
  const { kind, percent, minutes } = shift;
  const trafficRoutingConfig: TrafficRoutingConfig =
    kind === 'canary'
      ? { type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage: percent, canaryInterval: minutes } }
      : { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: percent, linearInterval: minutes } };
  const command = new CreateDeploymentConfigCommand({
    deploymentConfigName,
    computePlatform: 'ECS',
    trafficRoutingConfig,
  });
  const call = rolloutClients(aws).codeDeploy.send(command, { abortSignal: pass.signal });
  await unlessThere(doing(`CreateDeploymentConfig ${deploymentConfigName}`, call));
}

/** Takes configurations of our own away that the group does not use any more. An account has room for 50. */
export async function trimConfigs(aws: AwsContext, owner: Owner, keep: string | undefined, pass: Pass): Promise<void> {
  const client = rolloutClients(aws).codeDeploy;
  const names: string[] = [];
  for await (const page of paginateListDeploymentConfigs({ client }, {}, { abortSignal: pass.signal })) {
    names.push(...(page.deploymentConfigsList ?? []));
  }
  const unused = names.filter((name) => name !== keep && shiftInName(name, owner) !== undefined);
  for (const name of unused) await deleteConfig(aws, name, pass);
}

/** One that is gone, or that a group of somebody else uses, is left alone. */
async function deleteConfig(aws: AwsContext, deploymentConfigName: string, pass: Pass): Promise<void> {
  const command = new DeleteDeploymentConfigCommand({ deploymentConfigName });
  try {
    await rolloutClients(aws).codeDeploy.send(command, { abortSignal: pass.signal });
  } catch (error) {
    const code = awsCode(error);
    if (code === 'DeploymentConfigInUse' || code === 'DeploymentConfigDoesNotExist') return;
    await doing(`DeleteDeploymentConfig ${deploymentConfigName}`, Promise.reject(error as Error));
  }
}

async function ensureTags(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<boolean> {
  const { groupTags, applicationTags } = live.codeDeploy ?? {};
  const { application, group } = groupKeyOf(desired);
  const both = [
    [arnOf(aws, 'group', `${application}/${group}`), groupTags],
    [arnOf(aws, 'application', application), applicationTags],
  ] as const;
  const wanted = wantedTags(desired.spec.tags, desired.ownership);
  const { codeDeploy } = rolloutClients(aws);
  const abort = { abortSignal: pass.signal };
  let sent = false;
  for (const [ResourceArn, tags] of both) {
    if (tags === undefined) continue;
    const { set, remove } = tagChanges(tags, wanted, desired.managedTagKeys);
    if (Object.keys(set).length > 0) {
      const command = new TagResourceCommand({ ResourceArn, Tags: tagList(set) });
      await doing(`TagResource ${ResourceArn}`, codeDeploy.send(command, abort));
      sent = true;
    }
    if (remove.length > 0) {
      const command = new UntagResourceCommand({ ResourceArn, TagKeys: [...remove] });
      await doing(`UntagResource ${ResourceArn}`, codeDeploy.send(command, abort));
      sent = true;
    }
  }
  return sent;
}

/** What was sent has to show in the next look, which may come from what is kept. */
export async function reread(aws: AwsContext, desired: Want, pass: Pass): Promise<void> {
  const key = groupKeyOf(desired);
  await Promise.all([
    readDeploymentGroup(pass, key, { fresh: true }),
    readCodeDeployTags(pass, arnOf(aws, 'group', `${key.application}/${key.group}`), { fresh: true }),
    readCodeDeployTags(pass, arnOf(aws, 'application', key.application), { fresh: true }),
  ]);
}

function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/**
 * A service is in one group: one that somebody made by hand has to be named in Git.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html
 */
function sayWhoHasIt(error: unknown): never {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(error instanceof Error) || awsCode(cause) !== 'ECSServiceMappingLimitExceeded') throw error;
  const expected =
    'expected the names of that group and its application in deployment.codeDeploy.applicationName and deploymentGroupName, so that it is taken over';
  throw new TerminalError('DeploymentGroup', `${error.message}; ${expected}`);
}

/** An earlier try may have made it. Whose it is shows in the next look. */
async function unlessThere(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (!awsCode(cause)?.endsWith('AlreadyExists')) throw error;
  }
}
