import { DeleteServiceCommand } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../../aws/context.ts';
import { isAbsent, wrapAws } from '../../aws/errors.ts';
import {
  readServiceDeployment,
  readServiceDeployments,
  readServiceRevision,
  readServiceTasks,
  readTask,
} from '../../aws/reads.ts';
import type { Pass, Progress } from '../../core/driver.ts';
import { OWNERSHIP_TAG } from '../../core/ownership.ts';
import { SERVICE_TAG, type Trim, trimRevisions } from '../../ecs/revisions.ts';
import type { ServiceLive } from './live.ts';

/** How often a draining service is looked at, in milliseconds. */
const POLL_MS = 5_000;

/**
 * Takes the service away. Its own task definitions go first: running tasks do not mind an INACTIVE revision, and once the
 * service is INACTIVE nothing would lead to them any more.
 */
export async function removeService(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<Progress> {
  const { service, key } = live;
  await removeRevisions(aws, live, pass);
  if (service.status !== 'DRAINING') {
    try {
      const command = new DeleteServiceCommand({ ...key, force: true });
      await aws.ecs.send(command, { abortSignal: pass.signal });
    } catch (error) {
      if (isAbsent(error)) return { done: true };
      throw wrapAws(error, `DeleteService ${key.service} in ${key.cluster}`);
    }
  }
  return { done: false, waitsFor: `service ${key.service} to drain`, pollAfterMs: POLL_MS };
}

async function removeRevisions(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<void> {
  const family = live.taskDefinition?.taskDefinition.family;
  if (family === undefined || live.tags[OWNERSHIP_TAG.application] === undefined) return;
  const tags = { ...live.tags, [SERVICE_TAG]: live.service.serviceName ?? '' };
  await trimRevisions(aws, pass, { family, tags, keep: 0, inUse: async () => new Set() });
}

/** Deregisters own revisions beyond the history, never one that a deployment, a service revision or a task uses. */
export async function trimService(
  aws: AwsContext,
  live: ServiceLive,
  pass: Pass,
  trim: Omit<Trim, 'inUse'>,
): Promise<void> {
  await trimRevisions(aws, pass, { ...trim, inUse: () => revisionsInUse(live, pass) });
}

async function revisionsInUse({ service, key }: ServiceLive, pass: Pass): Promise<ReadonlySet<string>> {
  const inUse = new Set<string | undefined>([
    service.taskDefinition,
    ...(service.deployments ?? []).map((deployment) => deployment.taskDefinition),
    ...(service.taskSets ?? []).map((taskSet) => taskSet.taskDefinition),
  ]);
  const tasks = await readServiceTasks(pass, { ...key, status: 'RUNNING' }, { fresh: true });
  for (const task of await Promise.all(tasks.map((arn) => readTask(pass, { cluster: key.cluster, task: arn })))) {
    inUse.add(task?.taskDefinitionArn);
  }
  // Services with task sets have no service deployments.
  const deployed =
    (service.deploymentController?.type ?? 'ECS') === 'ECS' ? await revisionsOfLastDeployment(key, pass) : [];
  for (const revision of deployed) inUse.add(revision);
  return new Set([...inUse].filter((arn) => arn !== undefined));
}

/** The source of the last deployment is what ECS goes back to. */
async function revisionsOfLastDeployment(
  key: ServiceLive['key'],
  pass: Pass,
): Promise<readonly (string | undefined)[]> {
  const [last] = await readServiceDeployments(pass, key, { fresh: true });
  const deployment = last === undefined ? undefined : await readServiceDeployment(pass, last);
  const arns = [deployment?.targetServiceRevision, ...(deployment?.sourceServiceRevisions ?? [])].flatMap(
    (summary) => summary?.arn ?? [],
  );
  const revisions = await Promise.all(arns.map((arn) => readServiceRevision(pass, arn)));
  return revisions.map((revision) => revision?.taskDefinition);
}
