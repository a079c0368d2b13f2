import type { ServiceSpec } from '../../api/service.ts';
import type { AwsContext } from '../../aws/context.ts';
import type { Change, Claim, Desired, Driver, Outputs, Part } from '../../core/driver.ts';
import { OWNERSHIP_TAG } from '../../core/ownership.ts';
import { openExec } from '../../ecs/exec.ts';
import { clusterArnOf } from '../../ecs/names.ts';
import { tagMap } from '../../ecs/tags.ts';
import { codeDeployDeployer } from './codedeploy/deployer.ts';
import { type Controller, controllerFor, controllerOf, type Deployer } from './deployer.ts';
import { observeService, type ServiceLive } from './live.ts';
import { serviceName } from './names.ts';
import { nativeDeployer } from './native/deployer.ts';
import { servicePreflight } from './preflight/index.ts';
import { progressiveDeployer } from './progressive/deployer.ts';
import { scaleClaims, scaleService } from './scale.ts';
import { runsWanted } from './target.ts';
import { tasksOfService } from './tasks.ts';
import { changeController, changesController, controllerChange, controllerHealth } from './transitions.ts';
import { isVerified } from './verification/index.ts';

/** The driver of services: what they have in common, and a deployer for each deployment controller. */
export function serviceDriver(aws: AwsContext): Driver<ServiceSpec, ServiceLive> {
  const deployers: Readonly<Record<Controller, Deployer>> = {
    ECS: nativeDeployer(aws),
    CODE_DEPLOY: codeDeployDeployer(aws),
    EXTERNAL: progressiveDeployer(aws),
  };
  const of = (live: ServiceLive): Deployer => deployers[controllerOf(live)];
  // While the controller changes nobody moves weights: rules keep what they have.
  const claimsOf = (desired: Desired<ServiceSpec>, live: ServiceLive | undefined): readonly Claim[] => {
    if (live === undefined) return deployers[controllerFor(desired.spec)].claims(desired, live);
    return changesController(desired, live) ? [] : of(live).claims(desired, live);
  };
  return {
    observe: async (subject, pass) => {
      const { desired } = subject;
      const isWanted = (live: Pick<ServiceLive, 'service' | 'revision' | 'taskDefinition' | 'tags'>): boolean =>
        desired === undefined || (runsWanted(desired, live, aws) && isVerified(desired, live));
      const live = await observeService(subject, pass, isWanted);
      return live === undefined ? undefined : (of(live).observe?.(live, subject, pass) ?? live);
    },
    parts: (live) => [...partsOf(live), ...of(live).parts(live)],
    outputs: outputsOf,
    rollout: (live) => of(live).rollout(live),
    events: ({ service }) =>
      (service.events ?? []).map(({ id = '', createdAt = new Date(0), message = '' }) => ({
        id,
        at: createdAt,
        message,
      })),
    claims: (desired, live) => [...scaleClaims(desired, live), ...claimsOf(desired, live)],
    diff: (desired, live) => [
      ...renamed(desired, live),
      ...(changesController(desired, live) ? [controllerChange(desired, live)] : of(live).diff(desired, live)),
    ],
    ensure: (desired, live, pass) => {
      const existing = live === undefined || !isOfWantedName(desired, live) ? undefined : live;
      const wanted = controllerFor(desired.spec);
      if (existing !== undefined && controllerOf(existing) !== wanted) {
        return changeController(aws, desired, existing, pass, of(existing));
      }
      return deployers[wanted].ensure(desired, existing, pass);
    },
    act: (action, live, pass) => of(live).act(action, live, pass),
    preflight: servicePreflight(aws),
    tasks: tasksOfService,
    exec: async (request, live, pass) => openExec(aws, await tasksOfService(live, pass), request, pass.signal),
    scale: (request, desired, live, pass) => scaleService(aws, request, desired, live, pass),
    remove: (live, pass) => of(live).remove(live, pass),
    health: (desired, live, now) =>
      changesController(desired, live) ? controllerHealth(desired, live) : of(live).health(desired, live, now),
  };
}

/** The recorded service of another name is not the one to change: a new one takes its place. */
function isOfWantedName(desired: Desired<ServiceSpec>, { service }: ServiceLive): boolean {
  const cluster = clusterArnOf(desired);
  return service.serviceName === serviceName(desired) && (cluster === undefined || service.clusterArn === cluster);
}

/** A service of another name is another service; a change of the scheduling strategy says so itself. */
function renamed(desired: Desired<ServiceSpec>, { service }: ServiceLive): readonly Change[] {
  const name = serviceName(desired);
  const sameStrategy = (service.schedulingStrategy ?? 'REPLICA') === (desired.spec.schedulingStrategy ?? 'REPLICA');
  if (service.serviceName === name || !sameStrategy) return [];
  return [
    { part: 'ecs:service', path: '/nameOverride', from: service.serviceName ?? '', to: name, effect: 'replaces' },
  ];
}

/** The service, and its task definition where that is ours: a definition made by others belongs to them. */
function partsOf({ service, tags, taskDefinition }: ServiceLive): readonly Part[] {
  const parts: Part[] = [{ type: 'ecs:service', id: service.serviceArn ?? '', tags }];
  const definition = tagMap(taskDefinition?.tags);
  const arn = taskDefinition?.taskDefinition.taskDefinitionArn;
  if (arn !== undefined && definition[OWNERSHIP_TAG.application] !== undefined) {
    parts.push({ type: 'ecs:task-definition', id: arn, tags: definition });
  }
  return parts;
}

function outputsOf({ service }: ServiceLive): Outputs {
  const arn = service.serviceArn ?? '';
  const taskDefinitionArn = service.taskDefinition ?? '';
  return {
    arn,
    name: service.serviceName ?? '',
    clusterName: service.clusterArn?.split('/').at(-1) ?? '',
    taskDefinitionArn,
    revision: taskDefinitionArn.split(':').at(-1) ?? '',
  };
}
