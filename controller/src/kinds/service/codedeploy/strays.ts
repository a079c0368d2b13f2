import type { TaskSet } from '@aws-sdk/client-ecs';
import { DeleteTaskSetCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import { readListener } from '../../../aws/reads.ts';
import type { Desired, Pass } from '../../../core/driver.ts';
import { routeOfListener } from '../../../elbv2/routes.ts';
import type { ServiceLive } from '../live.ts';
import { type LiveRule, shiftRule, weightsOf } from '../rules.ts';
import { primarySet } from './live.ts';

type Want = Desired<ServiceSpec>;

/** What no deployment owns is put right this long after the last deployment, in milliseconds: it may still tidy up. */
const SETTLING_MS = 60_000;

/** Since when there is no deployment; undefined while there is one. */
function restsSince({ codeDeploy, service }: ServiceLive): Date | undefined {
  if (codeDeploy === undefined || codeDeploy.active !== undefined) return undefined;
  const { last, group } = codeDeploy;
  return last?.info.completeTime ?? group?.lastAttemptedDeployment?.endTime ?? primarySet(service)?.createdAt;
}

/** True while a deployment has the traffic, or had it a moment ago. */
export function isMoving(live: ServiceLive): boolean {
  const since = restsSince(live);
  return since === undefined || (live.codeDeploy?.at ?? since).getTime() - since.getTime() < SETTLING_MS;
}

/** Task sets that serve nobody and that no deployment under way has made. */
export function straySets(live: ServiceLive): readonly TaskSet[] {
  if (live.codeDeploy?.active !== undefined) return [];
  return (live.service.taskSets ?? []).filter(({ status }) => status === 'ACTIVE');
}

/** Weights of a listener outside the Application that are not on what serves; undefined: they are, or move. */
export function strayWeights(live: ServiceLive): Readonly<Record<string, number>> | undefined {
  const { listener, active } = live.codeDeploy ?? {};
  const serving = primarySet(live.service)?.loadBalancers?.[0]?.targetGroupArn;
  if (listener === undefined || active !== undefined || serving === undefined) return undefined;
  return weightsOf(listener)[serving] === 100 ? undefined : { [serving]: 100 };
}

/**
 * Puts right what no deployment owns, in the order that loses no request: first the traffic, then the tasks that had it.
 * Gives what is still waited for.
 */
export async function tidy(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<string | undefined> {
  const weights = strayWeights(live);
  const sets = straySets(live);
  if (weights === undefined && sets.length === 0) return undefined;
  if (isMoving(live)) return 'the last deployment to be over for a minute, before what it left is taken away';
  const { listener } = live.codeDeploy ?? {};
  if (weights !== undefined && listener !== undefined) {
    await shiftRule(aws, listener, weights, pass);
    return 'the production listener to show its weights';
  }
  return removeSets(aws, desired, live, sets, pass);
}

async function removeSets(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  sets: readonly TaskSet[],
  pass: Pass,
): Promise<string> {
  const shares = weightsOf(await productionRule(desired, pass));
  const now = pass.now.getTime();
  const serving = primarySet(live.service)?.loadBalancers?.[0]?.targetGroupArn;
  for (const set of sets) {
    const group = set.loadBalancers?.[0]?.targetGroupArn;
    const isYoung = now - (set.createdAt?.getTime() ?? 0) < SETTLING_MS;
    if (isYoung || (group !== serving && (shares[group ?? ''] ?? 0) > 0)) continue;
    const command = new DeleteTaskSetCommand({ ...live.key, taskSet: set.taskSetArn, force: true });
    await doing(`DeleteTaskSet ${set.id} of ${live.key.service}`, aws.ecs.send(command, { abortSignal: pass.signal }));
  }
  return `task set ${sets.map(({ id }) => id).join(', ')}, which no deployment owns, to go`;
}

async function productionRule(desired: Want, pass: Pass): Promise<Pick<LiveRule, 'actions'>> {
  const reference = desired.spec.deployment?.codeDeploy?.productionListener;
  const arn = reference && routeOfListener(reference, desired.needs).arn;
  const listener = arn === undefined ? undefined : await readListener(pass, arn, { fresh: true });
  return { actions: listener?.DefaultActions ?? [] };
}
