import type { DeploymentLifecycleHookDetail, DeploymentStrategy, ServiceDeployment } from '@aws-sdk/client-ecs';
import type { StageHook } from '../../../api/deployment.ts';
import type { RolloutStep } from '../../../core/driver.ts';
import { plural } from '../causes.ts';
import type { ServiceLive } from '../live.ts';

/**
 * The stages of a deployment that shifts traffic, in their order. The documents name one more than the SDK's type.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
 */
const STAGES: readonly string[] = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
];

/** True for the deployments that have stages with traffic of their own. */
export function hasShifts({ service, deployment }: Pick<ServiceLive, 'service' | 'deployment'>): boolean {
  const strategy = deployment?.deploymentConfiguration?.strategy ?? service.deploymentConfiguration?.strategy;
  return strategy !== undefined && (['BLUE_GREEN', 'LINEAR', 'CANARY'] as DeploymentStrategy[]).includes(strategy);
}

/** A hook that the deployment stands at: somebody has to say how it goes on. */
export interface Waiting {
  readonly hookId: string;
  readonly stage: string | undefined;
  readonly expiresAt: Date | undefined;
  /** What the manifest has at the stage: a pause for a person, or an analysis. */
  readonly hook: StageHook | undefined;
  /** The manifest has no pause there (any more), so that nobody is to be waited for: the deployment goes on. */
  readonly isDropped: boolean;
}

/** The PAUSE hook that waits for an action; undefined when none does. */
export function waitingHook({ deployment, native }: Pick<ServiceLive, 'deployment' | 'native'>): Waiting | undefined {
  const detail = deployment?.lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION');
  if (detail?.hookId === undefined) return undefined;
  const stage = deployment?.lifecycleStage;
  const hook = native?.manifest?.hooks?.find((one) => one.stage === stage && one.lambda === undefined);
  const isDropped = native?.manifest !== undefined && hook === undefined;
  return { hookId: detail.hookId, stage, expiresAt: detail.expiresAt, hook, isDropped };
}

/** The stages as steps: those before the current one are over, those after it are to come. */
export function stepsOf(live: Pick<ServiceLive, 'service' | 'deployment' | 'native'>): readonly RolloutStep[] {
  const { deployment } = live;
  if (deployment === undefined || !hasShifts(live)) return [];
  const { status = '' } = deployment;
  const isBack = status.startsWith('ROLLBACK') || status === 'STOPPED' || status === 'STOP_REQUESTED';
  // The way back ends with a clean-up too: nothing says at which stage the way there ended.
  if (isBack && deployment.lifecycleStage === 'CLEAN_UP') return [];
  const stages = STAGES.filter((stage) => takesPlace(stage, deployment));
  const current = stages.findIndex((stage) => stage === deployment.lifecycleStage);
  return stages.map((name, index): RolloutStep => {
    if (status === 'SUCCESSFUL' || index < current) return { name, status: 'Succeeded' };
    if (index > current) return { name, status: isBack ? 'Skipped' : 'Pending' };
    const message = messageOf(live);
    return { name, status: isBack ? 'Failed' : 'InProgress', ...(message === undefined ? {} : { message }) };
  });
}

/** Test traffic needs a test rule, bake time minutes, and only what replaces an unfinished deployment reconciles. */
function takesPlace(stage: string, deployment: ServiceDeployment): boolean {
  if (stage === deployment.lifecycleStage) return true;
  if (stage === 'RECONCILE_SERVICE') return (deployment.sourceServiceRevisions ?? []).length > 1;
  if (stage === 'BAKE_TIME') return (deployment.deploymentConfiguration?.bakeTimeInMinutes ?? 0) > 0;
  return true;
}

function messageOf(live: Pick<ServiceLive, 'deployment' | 'native'>): string | undefined {
  const waiting = waitingHook(live);
  if (waiting !== undefined) return waitingInWords(waiting);
  const running = live.deployment?.lifecycleHookDetails?.find(({ status }) => status === 'IN_PROGRESS');
  return running === undefined ? live.deployment?.statusReason : `${hookName(running)} runs`;
}

function hookName({ targetArn, targetType }: DeploymentLifecycleHookDetail): string {
  return targetArn === undefined ? `hook ${targetType ?? ''}` : `function ${targetArn.split(':').at(-1)}`;
}

/** `a person to promote (at POST_TEST_TRAFFIC_SHIFT, until 2026-01-01T10:00:00.000Z)`. */
function waitingInWords({ stage, expiresAt, hook, isDropped }: Waiting): string {
  if (isDropped) return `the end of a pause at ${stage ?? 'a hook'} that Git does not ask for`;
  const who = hook?.analysis === undefined ? 'a person to promote' : `analysis ${hook.analysis}`;
  const until = expiresAt === undefined ? '' : `, until ${expiresAt.toISOString()}`;
  return `${who} (at ${stage ?? 'a hook'}${until})`;
}

/** What a deployment in flight waits for. */
export function waitsFor(live: Pick<ServiceLive, 'service' | 'deployment' | 'native'>): string | undefined {
  const { deployment } = live;
  if (deployment === undefined) return undefined;
  const message = messageOf(live);
  if (message !== undefined) return message;
  const minutes = deployment.deploymentConfiguration?.bakeTimeInMinutes ?? 0;
  if (deployment.lifecycleStage === 'BAKE_TIME') return `the bake time of ${plural(minutes, 'minute')} to pass`;
  return deployment.lifecycleStage === undefined ? undefined : `stage ${deployment.lifecycleStage}`;
}
