import { CreateServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import type { Change, Desired, Pass, Progress } from '../../../core/driver.ts';
import { TerminalError, WaitError } from '../../../core/errors.ts';
import { wantedTags } from '../../../core/ownership.ts';
import { ensureRevision } from '../../../ecs/revisions.ts';
import { ensureTags } from '../../../ecs/tags.ts';
import { plural } from '../causes.ts';
import { heldError, hold, isMarked } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { refuseDraining, resolvedCluster, revisionOf, tagOwnRevision } from '../making.ts';
import { HOLD_TAG, SCALE_TAG } from '../names.ts';
import { trimService } from '../remove.ts';
import { createRequest, updateRequest } from '../requests.ts';
import { isScaled } from '../scale.ts';
import { expectVerification, isPending } from '../verification/index.ts';
import { DEPLOYED, renderAppSpec, targetDigest } from './appspec.ts';
import { begin } from './calls.ts';
import { causeOf } from './causes.ts';
import { fieldOf, serviceChanges, servesWanted } from './comparing.ts';
import { diffCodeDeploy, PERCENTS, percentChanges, UPDATABLE } from './diff.ts';
import { neededPair, settingsOf } from './group.ts';
import { primarySet } from './live.ts';
import { configNameOf } from './names.ts';
import { removeGroup } from './remove.ts';
import { ensureGroup, reread, trimConfigs } from './resources.ts';
import { steer } from './steer.ts';
import { tidy } from './strays.ts';
import { failedDeployment, noteKey, SUPERSEDED_TAG, verdictOn } from './verdict.ts';
import { goBack, verifyAtRest } from './verifying.ts';

type Want = Desired<ServiceSpec>;

/** How often a service is looked at, in milliseconds. */
const POLL_MS = 5_000;

/** Makes the service and what stands beside it so: a change that starts new tasks is one CreateDeployment. */
export async function ensureCodeDeploy(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive | undefined,
  pass: Pass,
): Promise<Progress> {
  const cluster = resolvedCluster(desired);
  const existing = live?.service.clusterArn === cluster ? live : undefined;
  if (existing === undefined) return create(aws, desired, cluster, pass);
  refuseDraining(existing);
  const { codeDeploy } = existing;
  // A service is in one group at a time.
  if (codeDeploy?.former !== undefined) await removeGroup(aws, codeDeploy.former, existing, pass);
  if (await ensureGroup(aws, desired, existing, pass)) {
    await reread(aws, desired, pass);
    return waiting('the deployment group to show its settings');
  }
  if (codeDeploy?.active !== undefined) return steer(aws, desired, existing, codeDeploy.active, pass);
  await refuseFailed(aws, desired, existing, pass);
  const changes = serviceChanges(desired, existing, aws);
  refuseImpossible(desired, existing, aws);
  const sent = await update(aws, desired, existing, changes, pass);
  if (sent) return waiting('ECS to show the change');
  if (changes.some((change) => DEPLOYED.includes(fieldOf(change))))
    return deploy(aws, desired, existing, changes, pass);
  return settle(aws, desired, existing, pass);
}

/** The first revision is ECS's own business: it makes the first task set, behind the first target group of the pair. */
async function create(aws: AwsContext, desired: Want, cluster: string, pass: Pass): Promise<Progress> {
  neededPair(desired);
  const taskDefinition = await ensureRevision(aws, pass, revisionOf(aws, desired));
  // Refused before there is a service that could never be deployed.
  renderAppSpec(desired, taskDefinition);
  const request = createRequest(desired, cluster, taskDefinition);
  await doing(
    `CreateService ${request.serviceName} in ${cluster}`,
    aws.ecs.send(new CreateServiceCommand(request), { abortSignal: pass.signal }),
  );
  return waiting('the first tasks to start');
}

/** What Git says failed before: it is held, and stays so until Git says something else or a person retries. */
async function refuseFailed(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<void> {
  const { held, failed } = verdictOn(desired, live, aws);
  if (!held && !failed) return;
  const cause = causeOf(live);
  if (!isMarked(desired, live, aws)) await hold(aws, desired, live, pass, cause);
  const serves = servesWanted(desired, live, aws);
  const back = serves && isPending(live) ? await goBack(aws, live, pass) : undefined;
  const left = back ?? (await tidy(aws, desired, live, pass));
  if (left !== undefined) throw new WaitError(`${desired.id} failed (${cause}); waits for ${left}`, POLL_MS);
  const stands = serves ? `; ${nameOf(live)} serves still, and there is nothing to go back to` : '';
  throw heldError(desired, `failed: ${cause}${stands}`);
}

function refuseImpossible(desired: Want, live: ServiceLive, aws: AwsContext): void {
  const change = diffCodeDeploy(desired, live, aws).find(({ refused }) => refused !== undefined);
  if (change?.refused !== undefined) throw new TerminalError('NoWay', `${desired.id}${change.path}: ${change.refused}`);
}

/** What needs no new tasks. True when something was sent that the next look has to show. */
async function update(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  changes: readonly Change[],
  pass: Pass,
): Promise<boolean> {
  const wanted = wantedTags(desired.spec.tags, desired.ownership);
  const arn = live.service.serviceArn ?? '';
  const tagged = await ensureTags(aws, pass, arn, live.tags, wanted, ownTagKeys(desired, live));
  await tagOwnRevision(aws, desired, live, wanted, pass);
  const fields = updateRequest(
    desired,
    live.key.cluster,
    changes.filter((change) => UPDATABLE.includes(fieldOf(change))),
    undefined,
  );
  const percents = percentChanges(live).length > 0;
  if (fields === undefined && !percents) return tagged;
  const request = { ...live.key, ...fields, ...(percents && { deploymentConfiguration: PERCENTS }) };
  await doing(
    `UpdateService ${live.key.service} in ${live.key.cluster}`,
    aws.ecs.send(new UpdateServiceCommand(request), { abortSignal: pass.signal }),
  );
  return true;
}

/** Tags of ours whose time may be over. */
function ownTagKeys(desired: Want, live: ServiceLive): readonly string[] {
  const { last } = live.codeDeploy ?? {};
  const superseded = live.tags[SUPERSEDED_TAG];
  // Of a settled service the last deployment was not looked at: it may be the one.
  const counts = last === undefined || superseded === last.id || superseded === last.takesBack?.deploymentId;
  return [
    ...(desired.managedTagKeys ?? []),
    HOLD_TAG,
    ...(isScaled(desired) ? [] : [SCALE_TAG]),
    ...(counts ? [] : [SUPERSEDED_TAG]),
  ];
}

/** Begins the one deployment of all changes. */
async function deploy(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  changes: readonly Change[],
  pass: Pass,
): Promise<Progress> {
  const newTask = changes.some(({ part }) => part === 'ecs:task-definition');
  const running = live.service.taskDefinition;
  const taskDefinition =
    newTask || running === undefined ? await ensureRevision(aws, pass, revisionOf(aws, desired)) : running;
  const wait = settingsOf(desired).readyWait;
  await expectVerification(aws, desired, live, pass);
  const note = {
    to: targetDigest(desired, aws),
    key: noteKey(desired, aws),
    ...(wait !== undefined && { ready: { then: wait.then ?? 'Continue', minutes: wait.minutes } }),
  };
  await begin(aws, live, { content: renderAppSpec(desired, taskDefinition, primarySet(live.service)), note }, pass);
  return waiting(`the deployment of ${taskDefinition.split('/').at(-1)} to begin`);
}

/** Nothing is left to be sent: waits for tasks and verification, then tidies up. */
async function settle(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<Progress> {
  const primary = primarySet(live.service);
  if (primary?.stabilityStatus !== 'STEADY_STATE') {
    const { runningCount = 0, computedDesiredCount = 0 } = primary ?? {};
    return waiting(`${nameOf(live)}: ${runningCount} of ${plural(computedDesiredCount, 'task')} run`);
  }
  const verifying = await verifyAtRest(aws, desired, live, pass);
  if (verifying !== undefined) return verifying;
  const left = await tidy(aws, desired, live, pass);
  if (left !== undefined) return waiting(left);
  if (failedDeployment(live) === undefined) await trimConfigs(aws, desired, configNameOf(desired), pass);
  const { family, tags } = revisionOf(aws, desired);
  await trimService(aws, live, pass, { family, tags, keep: desired.spec.revisionHistoryLimit ?? 10 });
  return { done: true };
}

function nameOf({ service }: ServiceLive): string {
  return service.taskDefinition?.split('/').at(-1) ?? 'it';
}

function waiting(waitsFor: string): Progress {
  return { done: false, waitsFor, pollAfterMs: POLL_MS };
}
