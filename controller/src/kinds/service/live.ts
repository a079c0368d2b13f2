import type { Deployment, Service, ServiceDeployment, ServiceRevision, Task } from '@aws-sdk/client-ecs';
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ServiceSpec } from '../../api/service.ts';
import {
  readService,
  readServiceDeployment,
  readServiceDeployments,
  readServiceRevision,
  readServiceTasks,
  readTargetHealth,
  readTask,
  readTaskDefinition,
  type ServiceKey,
  type TaggedTaskDefinition,
} from '../../aws/reads.ts';
import type { Pass, Subject } from '../../core/driver.ts';
import { clusterArnOf } from '../../ecs/names.ts';
import { tagMap } from '../../ecs/tags.ts';
import type { NativeLive } from './native/live.ts';
import type { CodeDeployLive } from './codedeploy/live.ts';
import { HOLD_TAG, namesInArn, serviceName } from './names.ts';
import type { ProgressiveLive } from './progressive/live.ts';
import type { Labels } from './restarts/label.ts';
import { type Scaled, scaledIn } from './scale.ts';
import type { Standing } from './verification/standing.ts';

/** What the last deployment went to. */
export interface Target {
  readonly revision: ServiceRevision;
  readonly taskDefinition: TaggedTaskDefinition | undefined;
}

/** Health of the targets of one target group. */
export interface TargetGroupHealth {
  readonly targetGroupArn: string;
  /** Undefined: the target group is gone. */
  readonly targets: readonly TargetHealthDescription[] | undefined;
}

/** All that is known of a service. */
export interface ServiceLive {
  readonly service: Service;
  readonly key: ServiceKey;
  readonly tags: Readonly<Record<string, string>>;
  /** The definition that the service has now. */
  readonly taskDefinition: TaggedTaskDefinition | undefined;
  /** The revision that the service has now, where ECS tells which it is: services that nobody deployed since 2024-10 have none. */
  readonly revision: ServiceRevision | undefined;
  /** The last deployment; while the service is settled on what Git wants, read where one asks closely. */
  readonly deployment: ServiceDeployment | undefined;
  readonly target: Target | undefined;
  /** What the deployment replaces. */
  readonly source?: ServiceRevision;
  /** Tasks that stopped within the last hour; read only while something is missing. */
  readonly stopped: readonly Task[];
  readonly targetGroups: readonly TargetGroupHealth[];
  /** Another number of tasks than Git says, while that holds. */
  readonly scaled?: Scaled;
  /** Labels that the containers are to have now for the versions of their secrets, by container. */
  readonly labels?: Labels;
  /** What comes after a deployment that ECS completed, where the manifest asks for verification. */
  readonly standing?: Standing;
  /** Of services under ECS's own deployment controller. */
  readonly native?: NativeLive;
  /** Of services under the deployment controller EXTERNAL. */
  readonly progressive?: ProgressiveLive;
  /** Of services under the deployment controller CODE_DEPLOY. */
  readonly codeDeploy?: CodeDeployLive;
}

/** How many stopped tasks are looked at. */
const MAX_STOPPED = 100;

/** The service of the wanted name, else the recorded one. */
export async function observeService(
  subject: Subject<ServiceSpec>,
  pass: Pass,
  isWanted: (live: Pick<ServiceLive, 'service' | 'revision' | 'taskDefinition' | 'tags'>) => boolean,
): Promise<ServiceLive | undefined> {
  for (const key of candidates(subject)) {
    const service = await readService(pass, key);
    if (service === undefined) continue;
    const arn = service.taskDefinition;
    const taskDefinition = arn === undefined || arn === '' ? undefined : await readTaskDefinition(pass, arn);
    const tags = tagMap(service.tags);
    const current = await currentRevision(pass, service);
    const settled = isSettled(service, tags) && isWanted({ service, revision: current, taskDefinition, tags });
    // Task sets are no service deployments: their deployers read them.
    const deployment = isDeployedByEcs(service) ? await deploymentOf(pass, key, service, settled) : undefined;
    const [stopped, targetGroups, target, source] = await Promise.all([
      isShort(service) || hasFailed(deployment) ? stoppedTasks(pass, key) : [],
      Promise.all(
        (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) =>
          targetGroupArn === undefined ? [] : targetGroupHealth(pass, targetGroupArn),
        ),
      ),
      targetOf(pass, deployment),
      sourceOf(pass, deployment),
    ]);
    // While a deployment is under way the service is at more than one revision: what it goes to counts.
    const revision = current ?? target?.revision;
    const scaled = scaledIn(tags, pass.now);
    return {
      service,
      key,
      tags,
      taskDefinition,
      revision,
      deployment,
      target,
      ...(source !== undefined && { source }),
      stopped,
      targetGroups,
      ...(scaled !== undefined && { scaled }),
    };
  }
  return undefined;
}

function isDeployedByEcs({ deploymentController }: Service): boolean {
  return (deploymentController?.type ?? 'ECS') === 'ECS';
}

/** The deployment that the service is meant to be at. */
export function primaryDeployment(service: Service): Deployment | undefined {
  return service.deployments?.find((deployment) => deployment.status === 'PRIMARY');
}

function candidates({ desired, recorded }: Subject<ServiceSpec>): readonly ServiceKey[] {
  const cluster = desired && clusterArnOf(desired);
  const wanted = desired && cluster !== undefined ? [{ cluster, service: serviceName(desired) }] : [];
  const known = recorded.flatMap((part) => (part.type === 'ecs:service' ? (namesInArn(part.id) ?? []) : []));
  return [...wanted, ...known];
}

/** Nothing moves, and no failed rollout is on record. */
function isSettled(service: Service, tags: Readonly<Record<string, string>>): boolean {
  const completed = primaryDeployment(service)?.rolloutState === 'COMPLETED';
  return completed && service.deployments?.length === 1 && tags[HOLD_TAG] === undefined;
}

function isShort(service: Service): boolean {
  const primary = primaryDeployment(service);
  return (
    service.status === 'ACTIVE' &&
    ((service.runningCount ?? 0) < (service.desiredCount ?? 0) ||
      (primary?.failedTasks ?? 0) > 0 ||
      primary?.rolloutState === 'FAILED')
  );
}

function hasFailed(deployment: ServiceDeployment | undefined): boolean {
  return deployment?.status?.startsWith('ROLLBACK_') === true || deployment?.status === 'STOPPED';
}

/** The one revision that a service at rest has. */
async function currentRevision(
  pass: Pass,
  { currentServiceRevisions = [] }: Service,
): Promise<ServiceRevision | undefined> {
  const [only, ...others] = currentServiceRevisions;
  return only?.arn === undefined || others.length > 0 ? undefined : readServiceRevision(pass, only.arn);
}

async function lastDeployment(pass: Pass, key: ServiceKey, service: Service): Promise<ServiceDeployment | undefined> {
  const arn = service.currentServiceDeployment ?? (await readServiceDeployments(pass, key))[0];
  return arn === undefined ? undefined : readServiceDeployment(pass, arn);
}

/** Of a settled service the last deployment says how it came there, if it is the one that did. */
async function deploymentOf(
  pass: Pass,
  key: ServiceKey,
  service: Service,
  settled: boolean,
): Promise<ServiceDeployment | undefined> {
  if (settled && pass.closely !== true) return undefined;
  const last = await lastDeployment(pass, key, service);
  return settled && last?.status !== 'SUCCESSFUL' ? undefined : last;
}

async function sourceOf(pass: Pass, deployment: ServiceDeployment | undefined): Promise<ServiceRevision | undefined> {
  const arn = deployment?.sourceServiceRevisions?.[0]?.arn;
  return arn === undefined ? undefined : readServiceRevision(pass, arn);
}

async function targetOf(pass: Pass, deployment: ServiceDeployment | undefined): Promise<Target | undefined> {
  const arn = deployment?.targetServiceRevision?.arn;
  const revision = arn === undefined ? undefined : await readServiceRevision(pass, arn);
  if (revision === undefined) return undefined;
  const definition = revision.taskDefinition;
  return {
    revision,
    taskDefinition: definition === undefined ? undefined : await readTaskDefinition(pass, definition),
  };
}

async function stoppedTasks(pass: Pass, key: ServiceKey): Promise<readonly Task[]> {
  const arns = await readServiceTasks(pass, { ...key, status: 'STOPPED' });
  const tasks = await Promise.all(
    arns.slice(0, MAX_STOPPED).map((task) => readTask(pass, { cluster: key.cluster, task })),
  );
  return tasks
    .filter((task) => task !== undefined)
    .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
}

/** Health of the targets of a target group, as it was read last. */
export async function targetGroupHealth(pass: Pass, targetGroupArn: string): Promise<TargetGroupHealth> {
  return { targetGroupArn, targets: await readTargetHealth(pass, targetGroupArn) };
}
