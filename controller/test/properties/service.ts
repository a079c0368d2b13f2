import { CreateClusterCommand, RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import type { ServiceSpec } from '../../src/api/service.ts';
import { serviceKind } from '../../src/kinds/service/index.ts';
import { primaryDeployment, type ServiceLive } from '../../src/kinds/service/live.ts';
import { SERVICE_MUTATIONS, TASK_MUTATIONS } from '../service-mutations.ts';
import { fargateSpecs, hostSpecs } from '../service-specs.ts';
import type { KindProperty, Mutable, Mutation } from './property.ts';

type On = Mutable<ServiceSpec, ServiceLive>;

/** Services on Fargate and on container instances. They run no task, so that a rollout is quickly over. */
export const serviceProperty: KindProperty<ServiceSpec, ServiceLive> = {
  kind: serviceKind,
  setUp: async ({ aws }) => {
    const { cluster } = await aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    return { 'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' } };
  },
  specs: () => fc.oneof(fargateSpecs, hostSpecs),
  mutations: (on) => [...ofService(on), ...ofTask(on)],
};

function ofService({ aws, live }: On): readonly Mutation[] {
  const primary = primaryDeployment(live.service) ?? {};
  return SERVICE_MUTATIONS.flatMap(({ path, change }) => {
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
