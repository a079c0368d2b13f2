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
import { DOMAIN } from '../../core/manifest.ts';
import { clusterArnOf } from '../../ecs/names.ts';
import { tagMap } from '../../ecs/tags.ts';
import { namesInArn, serviceName } from './names.ts';

/** Tag on the service: digest of the spec whose rollout failed. It is not tried again until Git says something else. */
export const HOLD_TAG = `${DOMAIN}/hold`;

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
  /** The last deployment; not read while the service is settled on what Git wants. */
  readonly deployment: ServiceDeployment | undefined;
  readonly target: Target | undefined;
  /** Tasks that stopped within the last hour; read only while something is missing. */
  readonly stopped: readonly Task[];
  readonly targetGroups: readonly TargetGroupHealth[];
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
    const taskDefinition = arn === undefined ? undefined : await readTaskDefinition(pass, arn);
    const tags = tagMap(service.tags);
    const current = await currentRevision(pass, service);
    const settled = isSettled(service, tags) && isWanted({ service, revision: current, taskDefinition, tags });
    const deployment = settled ? undefined : await lastDeployment(pass, key, service);
    const [stopped, targetGroups, target] = await Promise.all([
      isShort(service) || hasFailed(deployment) ? stoppedTasks(pass, key) : [],
      Promise.all(
        (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) =>
          targetGroupArn === undefined ? [] : targetGroupHealth(pass, targetGroupArn),
        ),
      ),
      targetOf(pass, deployment),
    ]);
    // While a deployment is under way the service is at more than one revision: what it goes to counts.
    const revision = current ?? target?.revision;
    return { service, key, tags, taskDefinition, revision, deployment, target, stopped, targetGroups };
  }
  return undefined;
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

async function targetGroupHealth(pass: Pass, targetGroupArn: string): Promise<TargetGroupHealth> {
  return { targetGroupArn, targets: await readTargetHealth(pass, targetGroupArn) };
}
