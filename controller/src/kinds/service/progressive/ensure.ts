import { CreateServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import type { Change, Desired, Pass, Progress } from '../../../core/driver.ts';
import { TerminalError, WaitError } from '../../../core/errors.ts';
import { wantedTags } from '../../../core/ownership.ts';
import { ensureTags } from '../../../ecs/tags.ts';
import { routeOf } from '../../../elbv2/routes.ts';
import { heldError } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { refuseDraining, resolvedCluster, revisionOf, tagOwnRevision } from '../making.ts';
import { HOLD_TAG, SCALE_TAG } from '../names.ts';
import { trimService } from '../remove.ts';
import { updateRequest } from '../requests.ts';
import { isScaled } from '../scale.ts';
import { changesWith } from './comparing.ts';
import { stateIn } from './look.ts';
import { decide } from './decide.ts';
import { perform } from './perform.ts';
import { refusedFields } from './refused.ts';
import { serviceRequest } from './requests.ts';
import type { RolloutState } from './state.ts';
import { setOf } from './look.ts';
import { verifying } from './verifying.ts';

type Want = Desired<ServiceSpec>;

/** How soon what was done is looked at, in milliseconds. */
const ACTED_POLL_MS = 1_000;
const POLL_MS = 5_000;

/** One turn of a service under EXTERNAL: looks where the rollout is, and takes the next step. */
export async function ensureProgressive(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive | undefined,
  pass: Pass,
): Promise<Progress> {
  const cluster = resolvedCluster(desired);
  const [refused] = refusedFields(desired.spec);
  if (refused !== undefined) throw new TerminalError('NotSupported', `${refused.path}: ${refused.refused}`);
  const existing = live?.service.clusterArn === cluster ? live : undefined;
  if (existing === undefined) return create(aws, desired, cluster, pass);
  refuseDraining(existing);
  const state = stateIn(existing, desired, aws);
  if (state === undefined) throw new WaitError(missing(desired), POLL_MS);
  const decision = decide({ ...state, ...(await verifying(aws, desired, state, pass)) }, pass.now);
  if (decision.is === 'failed') {
    throw heldError(desired, `failed: ${decision.cause}`);
  }
  if (decision.is === 'act') for (const action of decision.actions) await perform(aws, action, desired, existing, pass);
  const sent = await updateInPlace(aws, desired, existing, state, pass);
  if (decision.is === 'act') {
    // Looks are stale for seconds: what was made would be made again.
    const pollAfterMs = decision.actions.some(({ do: what }) => what === 'create') ? POLL_MS : ACTED_POLL_MS;
    return { done: false, waitsFor: decision.waitsFor, pollAfterMs };
  }
  if (decision.is === 'wait') return { done: false, waitsFor: decision.waitsFor, pollAfterMs: decision.pollAfterMs };
  if (sent) return { done: false, waitsFor: 'ECS to show the change', pollAfterMs: ACTED_POLL_MS };
  const { family, tags } = revisionOf(aws, desired);
  await trimService(aws, existing, pass, { family, tags, keep: desired.spec.revisionHistoryLimit ?? 10 });
  return { done: true };
}

async function create(aws: AwsContext, desired: Want, cluster: string, pass: Pass): Promise<Progress> {
  const request = serviceRequest(desired, cluster);
  await doing(
    `CreateService ${request.serviceName} in ${cluster}`,
    aws.ecs.send(new CreateServiceCommand(request), { abortSignal: pass.signal }),
  );
  return { done: false, waitsFor: 'the service to be there', pollAfterMs: ACTED_POLL_MS };
}

/** What is not there yet of what the traffic moves over. */
function missing(desired: Want): string {
  const { productionRule } = desired.spec.deployment?.progressive ?? {};
  const route = productionRule && routeOf(productionRule, desired.needs);
  const group = desired.spec.loadBalancers?.[0]?.targetGroup ?? '';
  if (typeof desired.needs[`TargetGroup/${group}`]?.['alternateArn'] !== 'string') {
    return `TargetGroup/${group} has no alternate yet; it needs blueGreen: true`;
  }
  return `the rule of ${route?.words ?? 'productionRule'} is not there yet`;
}

/** Fields that UpdateService takes under EXTERNAL. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html */
const UPDATABLE: ReadonlySet<string> = new Set([
  'desiredCount',
  'healthCheckGracePeriodSeconds',
  'placementConstraints',
  'placementStrategy',
  'enableECSManagedTags',
  'propagateTags',
]);

/** True for a change that UpdateService makes under EXTERNAL. */
export function isUpdatable({ path }: Pick<Change, 'path'>): boolean {
  return UPDATABLE.has(path.split('/')[1] ?? '');
}

/** Tags and what UpdateService takes. True when something was sent that the next look has to show. */
async function updateInPlace(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  { stable, next: moving, held }: RolloutState,
  pass: Pass,
): Promise<boolean> {
  const changes = changesWith(desired, live, setOf(live, stable?.id), aws).filter(isUpdatable);
  const wanted = wantedTags(desired.spec.tags, desired.ownership);
  // A hold belongs to what was given up: it stays until that has gone and something else is wanted.
  const keepsHold = held || moving?.marks?.ended !== undefined;
  const managed = [
    ...(desired.managedTagKeys ?? []),
    ...(keepsHold ? [] : [HOLD_TAG]),
    ...(isScaled(desired) ? [] : [SCALE_TAG]),
  ];
  const tagged = await ensureTags(aws, pass, live.service.serviceArn ?? '', live.tags, wanted, managed);
  await tagOwnRevision(aws, desired, live, wanted, pass);
  const request = updateRequest(desired, live.key.cluster, changes, undefined);
  if (request === undefined) return tagged;
  await doing(
    `UpdateService ${live.key.service} in ${live.key.cluster}`,
    aws.ecs.send(new UpdateServiceCommand(request), { abortSignal: pass.signal }),
  );
  return true;
}
