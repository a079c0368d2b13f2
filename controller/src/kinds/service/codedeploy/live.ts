import type { DeploymentGroupInfo, DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import {
  type DeploymentGroupKey,
  readActiveDeployments,
  readCodeDeployment,
  readCodeDeployTags,
  readDeploymentGroup,
  readEcsTarget,
  readTargetHealth,
  readTaskDefinition,
} from '../../../aws/reads.ts';
import type { Desired, Pass, Subject } from '../../../core/driver.ts';
import { routeOfListener } from '../../../elbv2/routes.ts';
import type { ServiceLive, TargetGroupHealth } from '../live.ts';
import { HOLD_TAG } from '../names.ts';
import { type LiveRule, readRule } from '../rules.ts';
import { runsWanted } from '../target.ts';
import { isVerified } from '../verification/index.ts';
import { atTaskSet } from './comparing.ts';
import { arnOf, groupKeyOf, recordedKey } from './names.ts';
import { type Note, noteIn } from './note.ts';
import { stoppedTasks } from './stopped.ts';

/** One deployment by CodeDeploy. */
export interface Run {
  readonly id: string;
  readonly info: DeploymentInfo;
  /** Undefined: it has not begun. */
  readonly target: ECSTarget | undefined;
  /** Undefined: somebody else made it. */
  readonly note: Note | undefined;
  /** The deployment that it takes back: a rollback by CodeDeploy, or our way back after a failed verification. */
  readonly takesBack: DeploymentInfo | undefined;
  /** The lifecycle events of that one. */
  readonly taken: ECSTarget | undefined;
}

type Tags = Readonly<Record<string, string>>;

/** A deployment group and its application. */
export interface LiveGroup {
  readonly key: DeploymentGroupKey;
  readonly group: DeploymentGroupInfo | undefined;
  /** Tags of the group and the application; undefined where it is not there. */
  readonly groupTags: Tags | undefined;
  readonly applicationTags: Tags | undefined;
}

/** What there is of a service under CODE_DEPLOY besides the service itself. */
export interface CodeDeployLive extends Omit<LiveGroup, 'key'> {
  /** Undefined: nobody knows which group it is: the manifest is gone, and none is on record. */
  readonly key: DeploymentGroupKey | undefined;
  /** The group under the names of before, while the manifest gives others and there is none under those yet. */
  readonly former: LiveGroup | undefined;
  /** The deployment under way. */
  readonly active: Run | undefined;
  /** The last deployment that is over. Not read while the service is settled on what Git wants. */
  readonly last: Run | undefined;
  /** The service as ECS gives it: `ServiceLive.service` reads as its PRIMARY task set is. */
  readonly raw: Service;
  /** The production listener, where it is outside the Application and nobody else keeps its weights. */
  readonly listener: LiveRule | undefined;
  /** When the look was. */
  readonly at: Date;
}

/** The task set that serves. */
export function primarySet({ taskSets }: Pick<Service, 'taskSets'>): TaskSet | undefined {
  return taskSets?.find(({ status }) => status === 'PRIMARY');
}

/**
 * Reads what stands beside the service. A service that is settled on what Git wants costs nothing more than its
 * deployment group and its tags every five minutes: DescribeServices shows its task sets, and with them that nothing
 * moves. Everything else is read while something does.
 */
export async function observeCodeDeploy(
  aws: AwsContext,
  seen: ServiceLive,
  { desired, recorded }: Subject<ServiceSpec>,
  pass: Pass,
): Promise<ServiceLive> {
  const raw = seen.service;
  const primary = primarySet(raw);
  const definition = primary?.taskDefinition ?? raw.taskDefinition;
  const live: ServiceLive = {
    ...seen,
    service: atTaskSet(raw, primary, desired),
    taskDefinition:
      definition === undefined || definition === seen.service.taskDefinition
        ? seen.taskDefinition
        : await readTaskDefinition(pass, definition),
    revision: undefined,
  };
  const key = desired === undefined ? recordedKey(recorded) : groupKeyOf(desired);
  const kept = key && (await readDeploymentGroup(pass, key));
  const fresh = !isSettled(live, raw) || isUnderWay(kept) || (desired !== undefined && !isWanted(desired, live, aws));
  const [found, listener] = await Promise.all([
    key && readGroup(aws, key, fresh, pass),
    outsideListener(desired, pass),
  ]);
  const { group } = found ?? {};
  const former = group === undefined ? await formerGroup(aws, key, recordedKey(recorded), pass) : undefined;
  const active = fresh && group !== undefined && key !== undefined ? await activeRun(live, key, pass) : undefined;
  const last = active === undefined ? await lastOf(live, group, fresh, pass) : undefined;
  const { groupTags, applicationTags } = found ?? {};
  const beside = { key, group, groupTags, applicationTags, former };
  const codeDeploy: CodeDeployLive = { ...beside, active, last, raw, listener, at: pass.now };
  const [targetGroups, stopped] = await Promise.all([
    targetGroupsOf(live, raw, active, pass),
    fresh && live.stopped.length === 0 ? stoppedTasks(live, pass) : live.stopped,
  ]);
  return { ...live, targetGroups, stopped, codeDeploy };
}

async function readGroup(aws: AwsContext, key: DeploymentGroupKey, fresh: boolean, pass: Pass): Promise<LiveGroup> {
  const [group, groupTags, applicationTags] = await Promise.all([
    readDeploymentGroup(pass, key, { fresh }),
    readCodeDeployTags(pass, arnOf(aws, 'group', `${key.application}/${key.group}`), { fresh }),
    readCodeDeployTags(pass, arnOf(aws, 'application', key.application), { fresh }),
  ]);
  return { key, group, groupTags: group && (groupTags ?? {}), applicationTags };
}

async function formerGroup(
  aws: AwsContext,
  key: DeploymentGroupKey | undefined,
  recorded: DeploymentGroupKey | undefined,
  pass: Pass,
): Promise<LiveGroup | undefined> {
  if (key === undefined || recorded === undefined) return undefined;
  if (recorded.application === key.application && recorded.group === key.group) return undefined;
  const former = await readGroup(aws, recorded, true, pass);
  return former.group === undefined ? undefined : former;
}

/** One task set, which is steady, and nothing that failed or is still to be verified. */
function isSettled(live: ServiceLive, { taskSets = [] }: Service): boolean {
  const [only, ...others] = taskSets;
  return (
    only?.status === 'PRIMARY' &&
    only.stabilityStatus === 'STEADY_STATE' &&
    others.length === 0 &&
    live.tags[HOLD_TAG] === undefined
  );
}

/** A deployment that was made this moment has no task set yet. */
function isUnderWay(group: DeploymentGroupInfo | undefined): boolean {
  const { status } = group?.lastAttemptedDeployment ?? {};
  return status !== undefined && status !== 'Succeeded' && status !== 'Failed' && status !== 'Stopped';
}

function isWanted(desired: Desired<ServiceSpec>, live: ServiceLive, aws: AwsContext): boolean {
  return runsWanted(desired, live, aws) && isVerified(desired, live);
}

async function activeRun(live: ServiceLive, key: DeploymentGroupKey, pass: Pass): Promise<Run | undefined> {
  const [id] = await readActiveDeployments(pass, key, { fresh: true });
  return id === undefined ? undefined : readRun(live, id, pass);
}

/** Of a settled service the last run says how it came there, if it is the one that did. */
async function lastOf(
  live: ServiceLive,
  group: DeploymentGroupInfo | undefined,
  fresh: boolean,
  pass: Pass,
): Promise<Run | undefined> {
  if (fresh) return lastRun(live, group, pass);
  const last = pass.closely === true ? await lastRun(live, group, pass) : undefined;
  return last?.info.status === 'Succeeded' ? last : undefined;
}

/** What the group says was attempted last: a deployment, or the rollback that followed it. */
async function lastRun(
  live: ServiceLive,
  group: DeploymentGroupInfo | undefined,
  pass: Pass,
): Promise<Run | undefined> {
  const id = group?.lastAttemptedDeployment?.deploymentId;
  return id === undefined ? undefined : readRun(live, id, pass);
}

async function readRun({ key }: ServiceLive, id: string, pass: Pass): Promise<Run | undefined> {
  const info = await readCodeDeployment(pass, id, { fresh: true });
  if (info === undefined) return undefined;
  const note = noteIn(info.description);
  const back = info.rollbackInfo?.rollbackTriggeringDeploymentId ?? note?.back;
  const cluster = key.cluster.split('/').at(-1) ?? key.cluster;
  const of = { cluster, service: key.service };
  const [target, takesBack, taken] = await Promise.all([
    readEcsTarget(pass, { ...of, deployment: id }, { fresh: true }),
    back === undefined || back === '' ? undefined : readCodeDeployment(pass, back),
    back === undefined || back === '' ? undefined : readEcsTarget(pass, { ...of, deployment: back }),
  ]);
  return { id, info, target, note, takesBack, taken };
}

/** The listener is claimed where it is in this Application; outside, the deployments of this service alone move it. */
async function outsideListener(desired: Desired<ServiceSpec> | undefined, pass: Pass): Promise<LiveRule | undefined> {
  const reference = desired?.spec.deployment?.codeDeploy?.productionListener;
  if (desired === undefined || reference === undefined) return undefined;
  const route = routeOfListener(reference, desired.needs);
  return route.on !== undefined || route.arn === undefined ? undefined : readRule(pass, route.arn);
}

/** Health of the targets of the set that serves, and of the set that a deployment brings up. */
async function targetGroupsOf(
  live: ServiceLive,
  { taskSets = [] }: Service,
  active: Run | undefined,
  pass: Pass,
): Promise<readonly TargetGroupHealth[]> {
  const sets = taskSets.filter((set) => set.status === 'PRIMARY' || (active !== undefined && set.status === 'ACTIVE'));
  const arns = new Set(sets.flatMap((set) => set.loadBalancers?.[0]?.targetGroupArn ?? []));
  return Promise.all(
    [...arns].map(
      async (targetGroupArn) =>
        live.targetGroups.find((known) => known.targetGroupArn === targetGroupArn) ?? {
          targetGroupArn,
          targets: await readTargetHealth(pass, targetGroupArn),
        },
    ),
  );
}
