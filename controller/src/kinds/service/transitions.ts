import { UpdateServiceCommand, type UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { DeploymentSpec } from '../../api/deployment.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import type { Change, Desired, Health, Pass, Progress } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import { type Controller, controllerFor, controllerOf, type Deployer } from './deployer.ts';
import { STRATEGIES, renderDeployment } from './deployment.ts';
import { primaryDeployment, type ServiceLive } from './live.ts';
import { shiftingStrategy } from './native/shifting.ts';
import { loadBalancers } from './requests.ts';

/** The strategies of the manifest. */
export type Strategy = NonNullable<DeploymentSpec['strategy']>;

/** In the order of the documentation. */
export const ALL_STRATEGIES: readonly Strategy[] = [
  'Rolling',
  'BlueGreen',
  'Linear',
  'Canary',
  'CodeDeploy',
  'Progressive',
];

/** How a service comes from one strategy to another. */
export interface Transition {
  /** `inPlace`: one call, no task restarts; `steps`: several, one after the other; `refused`: AWS cannot. */
  readonly way: 'inPlace' | 'steps' | 'refused';
  /** What happens, or why it is refused and what to do instead. */
  readonly what: string;
  /** The document of AWS that it rests on. */
  readonly source: string;
}

const GUIDE = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide';
const SOURCE = {
  toShifting: `${GUIDE}/update-rolling-to-bluegreen.html`,
  toRolling: `${GUIDE}/update-bluegreen-to-rolling.html`,
  amongShifting: `${GUIDE}/migrate-deployment-strategies.html`,
  fromCodeDeploy: `${GUIDE}/migrate-codedeploy-to-ecs-bluegreen.html`,
  controllers: `${GUIDE}/update-service-parameters.html`,
} as const;

const SAME: Transition = {
  way: 'inPlace',
  what: 'Settings change with UpdateService; no task restarts.',
  source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html',
};
const TO_SHIFTING: Transition = {
  way: 'steps',
  what: 'A rolling deployment gives the service both target groups and the rules; when it is over, the strategy changes. A service without load balancer changes at once.',
  source: SOURCE.toShifting,
};
const AMONG_SHIFTING: Transition = {
  way: 'inPlace',
  what: 'The strategy changes when no deployment is under way; no task restarts.',
  source: SOURCE.amongShifting,
};
const TO_ROLLING: Transition = {
  way: 'inPlace',
  what: 'The strategy changes when no deployment is under way; no task restarts, all stay in the target group that serves.',
  source: SOURCE.toRolling,
};
const FROM_CODE_DEPLOY: Transition = {
  way: 'steps',
  what: "When one task set is left, CodeDeploy's application and group go, and one UpdateService changes controller and strategy; no task restarts.",
  source: SOURCE.fromCodeDeploy,
};
const CODE_DEPLOY_TO_SHIFTING: Transition = {
  ...FROM_CODE_DEPLOY,
  what: "When one task set is left, CodeDeploy's application and group go, and one UpdateService changes controller, strategy and load balancers, which begins a deployment by the new strategy.",
};
const TO_EXTERNAL: Transition = {
  way: 'steps',
  what: 'When no deployment is under way, the controller changes, and what runs becomes the PRIMARY task set; no task restarts. Refused with Service Connect, volumes, VPC Lattice, DAEMON or several target groups.',
  source: SOURCE.controllers,
};
const FROM_EXTERNAL: Transition = {
  way: 'steps',
  what: 'When one task set is left, one UpdateService changes controller and strategy; no task restarts.',
  source: SOURCE.controllers,
};
const EXTERNAL_TO_SHIFTING: Transition = {
  ...FROM_EXTERNAL,
  what: 'When one task set is left, one UpdateService changes controller, strategy and load balancers, which begins a deployment by the new strategy.',
};
const TO_CODE_DEPLOY: Transition = {
  way: 'refused',
  what: 'ECS takes no service over to CODE_DEPLOY. Give the service another name (`metadata.name` or `nameOverride`), so that a new one takes its place, or choose BlueGreen, Linear or Canary.',
  source: SOURCE.controllers,
};

/** How a service comes from one strategy to another: every pair has an answer. */
export function transition(from: Strategy, to: Strategy): Transition {
  if (from === to) return SAME;
  if (to === 'CodeDeploy') return TO_CODE_DEPLOY;
  if (to === 'Progressive')
    return from === 'CodeDeploy' ? { ...TO_EXTERNAL, what: CODE_DEPLOY_TO_EXTERNAL } : TO_EXTERNAL;
  if (from === 'CodeDeploy') return to === 'Rolling' ? FROM_CODE_DEPLOY : CODE_DEPLOY_TO_SHIFTING;
  if (from === 'Progressive') return to === 'Rolling' ? FROM_EXTERNAL : EXTERNAL_TO_SHIFTING;
  if (to === 'Rolling') return TO_ROLLING;
  return from === 'Rolling' ? TO_SHIFTING : AMONG_SHIFTING;
}

const CODE_DEPLOY_TO_EXTERNAL =
  "When one task set is left, CodeDeploy's application and group go, and the controller changes; the task set stays, and no task restarts.";

/** The strategy that a service has. */
export function strategyOf(live: Pick<ServiceLive, 'service'>): Strategy {
  const controller = controllerOf(live);
  if (controller === 'CODE_DEPLOY') return 'CodeDeploy';
  if (controller === 'EXTERNAL') return 'Progressive';
  const name = STRATEGIES[live.service.deploymentConfiguration?.strategy ?? 'ROLLING'];
  return ALL_STRATEGIES.find((strategy) => strategy === name) ?? 'Rolling';
}

/** True while the service has another deployment controller than its strategy needs. */
export function changesController(desired: Pick<Desired<ServiceSpec>, 'spec'>, live: ServiceLive): boolean {
  return controllerOf(live) !== controllerFor(desired.spec);
}

/** The change of a strategy that needs another deployment controller. Everything else is compared when it has it. */
export function controllerChange(desired: Desired<ServiceSpec>, live: ServiceLive): Change {
  const [from, to] = [strategyOf(live), desired.spec.deployment?.strategy ?? 'Rolling'];
  const refused = refusal(desired, live);
  return {
    part: 'ecs:service',
    path: '/deployment/strategy',
    from,
    to,
    effect: changesLoadBalancers(desired) ? 'restartsTasks' : 'inPlace',
    ...(refused === undefined ? {} : { refused }),
  };
}

/**
 * True where the service gets the other target group and the rules, for which ECS begins a deployment:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html
 */
function changesLoadBalancers({ spec }: Desired<ServiceSpec>): boolean {
  return shiftingStrategy(spec.deployment) !== undefined && (spec.loadBalancers ?? []).length > 0;
}

/** Why the change is refused; undefined when it is not. */
function refusal(desired: Desired<ServiceSpec>, live: ServiceLive): string | undefined {
  const to = desired.spec.deployment?.strategy ?? 'Rolling';
  const { way, what, source } = transition(strategyOf(live), to);
  if (way === 'refused') return `${what} See ${source}`;
  if (to !== 'Progressive') return undefined;
  const held = unsupported(live);
  return held === undefined
    ? undefined
    : `the service has ${held} still, which the controller EXTERNAL does not take; take it out in one commit, and change the strategy in the next. See ${source}`;
}

/** What a service has that no task set can have: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateTaskSet.html */
function unsupported({ service }: ServiceLive): string | undefined {
  const primary = primaryDeployment(service);
  if (service.schedulingStrategy === 'DAEMON') return 'the scheduling strategy DAEMON';
  if (primary?.serviceConnectConfiguration?.enabled === true) return 'Service Connect';
  if ((primary?.volumeConfigurations ?? []).length > 0) return 'volumes configured at launch';
  if ((primary?.vpcLatticeConfigurations ?? []).length > 0) return 'VPC Lattice target groups';
  return (service.loadBalancers ?? []).length > 1 ? 'several target groups' : undefined;
}

/** Health of a service that waits for another deployment controller. */
export function controllerHealth(desired: Desired<ServiceSpec>, live: ServiceLive): Health {
  const refused = refusal(desired, live);
  const to = desired.spec.deployment?.strategy ?? 'Rolling';
  return refused === undefined
    ? {
        status: 'Progressing',
        reason: 'StrategyChanges',
        message: `it comes from strategy ${strategyOf(live)} to ${to}`,
      }
    : { status: 'Degraded', reason: 'StrategyRefused', message: refused };
}

/** How often a service is looked at until its controller can be changed, in milliseconds. */
const POLL_MS = 5_000;

/**
 * Brings a service that is there from its deployment controller to the one that the strategy needs: one UpdateService,
 * when nothing moves. The deployer of the old controller takes away what it has beside the service.
 * @throws TerminalError `DeploymentController` when AWS cannot do it
 */
export async function changeController(
  aws: AwsContext,
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  pass: Pass,
  old: Pick<Deployer, 'leave'>,
): Promise<Progress> {
  const refused = refusal(desired, live);
  if (refused !== undefined) throw new TerminalError('DeploymentController', `${desired.id}: ${refused}`);
  const moving = inMotion(live);
  // What moves under EXTERNAL nobody but Longshore ends: leaving does.
  if (moving !== undefined && controllerOf(live) !== 'EXTERNAL') return waiting(moving);
  const left = await old.leave?.(live, pass);
  if (left?.done === false) return left;
  if (moving !== undefined) return waiting(moving);
  const request = controllerRequest(desired, live, controllerFor(desired.spec));
  await doing(
    `UpdateService ${live.key.service} in ${live.key.cluster}`,
    aws.ecs.send(new UpdateServiceCommand(request), { abortSignal: pass.signal }),
  );
  return waiting('the deployment controller to change');
}

/**
 * What has to be over first: ECS changes the controller of a service with one task set, the primary one, or without any
 * deployment under way.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-deployment-controller-migration.html
 */
function inMotion(live: ServiceLive): string | undefined {
  const { taskSets = [], deployments = [] } = live.service;
  if (controllerOf(live) !== 'ECS') {
    // One that was a deployment before is still shown as that.
    const former = deployments.filter(({ id }) => id !== undefined && !taskSets.some((set) => set.id === id));
    const [only, ...others] = [...taskSets, ...former];
    if (others.length > 0) return 'all task sets but one to go';
    return only?.status === 'PRIMARY' ? undefined : 'a PRIMARY task set';
  }
  const over = deployments.length === 1 && primaryDeployment(live.service)?.rolloutState !== 'IN_PROGRESS';
  return over ? undefined : 'the deployment under way to end';
}

function controllerRequest(
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  type: Controller,
): UpdateServiceCommandInput {
  const { spec } = desired;
  const request = { ...live.key, deploymentController: { type } };
  if (type !== 'ECS') return { ...request, ...withoutEcsSettings(live) };
  return {
    ...request,
    deploymentConfiguration: renderDeployment(spec.deployment, spec.schedulingStrategy === 'DAEMON'),
    ...(shiftingStrategy(spec.deployment) === undefined ? {} : { loadBalancers: loadBalancers(desired, live.service) }),
  };
}

/** Other controllers know ROLLING alone, no hooks and no circuit breaker: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
function withoutEcsSettings({ service }: ServiceLive): Pick<UpdateServiceCommandInput, 'deploymentConfiguration'> {
  const { strategy = 'ROLLING', lifecycleHooks = [], deploymentCircuitBreaker } = service.deploymentConfiguration ?? {};
  if (strategy === 'ROLLING' && lifecycleHooks.length === 0 && deploymentCircuitBreaker?.enable !== true) return {};
  return {
    deploymentConfiguration: {
      strategy: 'ROLLING',
      lifecycleHooks: [],
      deploymentCircuitBreaker: { enable: false, rollback: false },
    },
  };
}

function waiting(waitsFor: string): Progress {
  return { done: false, waitsFor, pollAfterMs: POLL_MS };
}
