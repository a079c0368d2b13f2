import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import type { ServiceSpec } from '../../src/api/service.ts';
import { serviceKind } from '../../src/kinds/service/index.ts';
import { primaryDeployment, type ServiceLive } from '../../src/kinds/service/live.ts';
import { type ServiceMutation, SERVICE_MUTATIONS, SHIFT_MUTATIONS, TASK_MUTATIONS } from '../service-mutations.ts';
import { fargateSpecs, hostSpecs } from '../service-specs.ts';
import { HOOK_FUNCTIONS, shiftingSpecs } from '../shifting-specs.ts';
import { routed } from '../shifting.ts';
import type { KindProperty, Mutable, Mutation } from './property.ts';

type On = Mutable<ServiceSpec, ServiceLive>;

/** Services on Fargate, on container instances, and ones whose traffic ECS shifts. They run no task, so that a rollout is quickly over. */
export const serviceProperty: KindProperty<ServiceSpec, ServiceLive> = {
  kind: serviceKind,
  options: { functions: HOOK_FUNCTIONS },
  setUp: routed,
  specs: () => fc.oneof(fargateSpecs, hostSpecs, shiftingSpecs),
  mutations: (on) => (shiftsTraffic(on) ? ofService(on, SHIFT_MUTATIONS) : [...ofService(on), ...ofTask(on)]),
};

function shiftsTraffic({ live }: On): boolean {
  return (live.service.deploymentConfiguration?.strategy ?? 'ROLLING') !== 'ROLLING';
}

function ofService({ aws, live }: On, changes: readonly ServiceMutation[] = SERVICE_MUTATIONS): readonly Mutation[] {
  const primary = primaryDeployment(live.service) ?? {};
  return changes.flatMap(({ path, change }) => {
    const input = change(structuredClone(live.service), primary);
    if (input === undefined) return [];
    return { path, send: () => aws.ecs.send(new UpdateServiceCommand({ ...live.key, ...input })) };
  });
}

/** A task definition by hand: a revision of another family, and the service on it. */
function ofTask({ aws, live }: On): readonly Mutation[] {
  return TASK_MUTATIONS.flatMap(({ path, change }) => {
    const { containerDefinitions, ...definition } = structuredClone(live.taskDefinition?.taskDefinition) ?? {};
    const input = { ...definition, containerDefinitions, family: `by-hand-${definition.family}` };
    const web = containerDefinitions?.find(({ name }) => name === 'web');
    if (web === undefined || !change(input, web)) return [];
    const send = async (): Promise<unknown> => {
      const { taskDefinition } = await aws.ecs.send(new RegisterTaskDefinitionCommand(input));
      const command = new UpdateServiceCommand({ ...live.key, taskDefinition: taskDefinition?.taskDefinitionArn });
      return aws.ecs.send(command);
    };
    return { path, send };
  });
}
