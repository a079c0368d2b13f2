import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { readTaskDefinition } from '../../../aws/reads.ts';
import { equalJson } from '../../../core/canonical.ts';
import { diffTrees } from '../../../core/diff.ts';
import type { Desired, Driver, Pass, Subject } from '../../../core/driver.ts';
import { type Place, taskSetting } from '../../../ecs/capacity.ts';
import { canonicalLiveTask, canonicalTask, TASK_DIFF } from '../../../ecs/task.ts';
import type { ServiceLive } from '../live.ts';
import { restartBudgetOf } from './budget.ts';
import { labelled, type Labels, labelsIn } from './label.ts';
import { keptOf, labelsNow, readSecrets, type Secrets } from './restarts.ts';

type ServiceDriver = Driver<ServiceSpec, ServiceLive>;

/**
 * A driver of services that knows `restartOn: [secrets]`: to the driver inside, Git says which versions of their secrets
 * the containers run with, so that another version is a change like any other, with its plan, windows, rollout and hold.
 */
export function withRestarts(aws: AwsContext, inner: ServiceDriver): ServiceDriver {
  const at = (desired: Desired<ServiceSpec>, live: ServiceLive | undefined): Desired<ServiceSpec> =>
    labelled(desired, live?.labels);
  return {
    ...inner,
    observe: (subject, pass) => observe(aws, inner, subject, pass),
    claims: (desired, live) => inner.claims(at(desired, live), live),
    diff: (desired, live) => inner.diff(at(desired, live), live),
    ensure: async (desired, live, pass) => {
      // A new service begins with what its secrets are now. Who may not read them hears of it before it is made.
      const labels = live === undefined ? (await readSecrets(aws, desired, pass))?.wanted : live.labels;
      return inner.ensure(labelled(desired, labels), live, pass);
    },
    health: (desired, live, now) => inner.health(at(desired, live), live, now),
  };
}

async function observe(
  aws: AwsContext,
  inner: ServiceDriver,
  subject: Subject<ServiceSpec>,
  pass: Pass,
): Promise<ServiceLive | undefined> {
  const { desired } = subject;
  if (desired?.spec.restartOn?.includes('secrets') !== true) return inner.observe(subject, pass);
  const secrets = await readable(aws, desired, pass);
  const look = (labels: Labels | undefined): Promise<ServiceLive | undefined> =>
    inner.observe({ ...subject, desired: labelled(desired, labels) }, pass);
  const live = await look(secrets?.wanted);
  if (live === undefined) return undefined;
  const labels = await labelsOf(aws, desired, live, secrets, pass);
  if (equalJson(labels, secrets?.wanted ?? {})) return { ...live, labels };
  // What Git says is another: the same reads, which this pass has done already.
  const again = await look(labels);
  return again === undefined ? undefined : { ...again, labels };
}

async function labelsOf(
  aws: AwsContext,
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  secrets: Secrets | undefined,
  pass: Pass,
): Promise<Labels> {
  const moves = isMoving(live);
  const definition = moves ? await goesTo(live, pass) : live.taskDefinition?.taskDefinition;
  if (secrets === undefined) return labelsIn(definition);
  const kept = labelled(desired, keptOf(secrets.wanted, definition));
  const current = {
    key: live.service.serviceArn ?? '',
    definition,
    moves,
    deploys: definition !== undefined && taskDiffers(kept, definition, aws),
  };
  return labelsNow(secrets, current, pass.now, restartBudgetOf(aws));
}

/** Undefined: the secrets cannot be read now. What runs keeps its labels, and whoever watches is told. */
async function readable(aws: AwsContext, desired: Desired<ServiceSpec>, pass: Pass): Promise<Secrets | undefined> {
  try {
    return await readSecrets(aws, desired, pass);
  } catch (error) {
    pass.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const message = `restartOn: secrets cannot be looked at, so that no new version starts tasks anew: ${why}`;
    pass.note?.({ code: 'secrets.unreadable', level: 'warn', message, data: {} });
    return undefined;
  }
}

function taskDiffers(desired: Desired<ServiceSpec>, definition: TaskDefinition, place: Place): boolean {
  const task = canonicalTask(desired.spec.task, taskSetting(desired.spec, place));
  const claims = desired.claims.filter((claim) => claim.path.startsWith('/task/'));
  const rules = { ...TASK_DIFF, unknown: desired.unknown, claims };
  return diffTrees('ecs:task-definition', { task: canonicalLiveTask(definition) }, { task }, rules).length > 0;
}

/** The definition that the deployment under way goes to: of the last service deployment, or of the newest task set. */
async function goesTo(live: ServiceLive, pass: Pass): Promise<TaskDefinition | undefined> {
  const { taskSets = [] } = live.service;
  const [newest] = taskSets.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
  const arn = newest?.taskDefinition;
  const found = arn === undefined ? live.target?.taskDefinition : await readTaskDefinition(pass, arn);
  return (found ?? live.taskDefinition)?.taskDefinition;
}

function isMoving({ service: { deployments = [], taskSets = [] } }: ServiceLive): boolean {
  const [only, ...others] = deployments;
  return others.length > 0 || taskSets.length > 1 || only?.rolloutState === 'IN_PROGRESS';
}
