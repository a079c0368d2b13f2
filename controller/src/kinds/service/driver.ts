import type { ServiceSpec } from '../../api/service.ts';
import type { AwsContext } from '../../aws/context.ts';
import type { Change, Desired, Driver, Outputs, Part } from '../../core/driver.ts';
import { OWNERSHIP_TAG } from '../../core/ownership.ts';
import { below } from '../../core/pointer.ts';
import { tagMap } from '../../ecs/tags.ts';
import { actOn } from './actions.ts';
import { ensureService } from './ensure.ts';
import { healthOf } from './health.ts';
import { HOLD_TAG, observeService, type ServiceLive } from './live.ts';
import { serviceName } from './names.ts';
import { removeService } from './remove.ts';
import { rolloutOf, verdictOn } from './rollout.ts';
import { changesOf, runsWanted } from './target.ts';
import type { Place } from '../../ecs/capacity.ts';

/** The driver of services on the ECS deployment controller. */
export function serviceDriver(aws: AwsContext): Driver<ServiceSpec, ServiceLive> {
  return {
    observe: (subject, pass) => {
      const { desired } = subject;
      const isWanted = (live: Pick<ServiceLive, 'service' | 'revision' | 'taskDefinition' | 'tags'>): boolean =>
        desired === undefined || runsWanted(desired, live, aws);
      return observeService(subject, pass, isWanted);
    },
    parts: partsOf,
    outputs: outputsOf,
    rollout: rolloutOf,
    events: ({ service }) =>
      (service.events ?? []).map(({ id = '', createdAt = new Date(0), message = '' }) => ({
        id,
        at: createdAt,
        message,
      })),
    claims: () => [],
    diff: (desired, live) => diffService(desired, live, aws),
    ensure: (desired, live, pass) => ensureService(aws, desired, live, pass),
    act: (action, live, pass) => actOn(aws, action, live, pass),
    remove: (live, pass) => removeService(aws, live, pass),
    health: (desired, live) => healthOf(desired, live, aws),
  };
}

/** What differs. The hold on what Git says is no difference: it is what Longshore itself has set. */
function diffService(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): readonly Change[] {
  const changes = changesOf(desired, live, place);
  const { held } = verdictOn(desired, live, place);
  const hold = below('/tags', HOLD_TAG);
  return [...renamed(desired, live), ...(held ? changes.filter((change) => change.path !== hold) : changes)];
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
