import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { runsOnFargate } from '../capacity-strategy.ts';
import { invalidParameter } from '../errors.ts';
import type { RevisionSpec } from '../state.ts';

/** Throws for what a service with the scheduling strategy DAEMON cannot have. Source: API_CreateService; words as users quote them. */
export function checkDaemon(input: CreateServiceRequest, spec: RevisionSpec): void {
  if (input.schedulingStrategy !== 'DAEMON') return;
  if (runsOnFargate(spec) && !spec.capacityProviderStrategy?.length) {
    throw invalidParameter('The DAEMON scheduling strategy is not supported for the Fargate launch type.');
  }
  if (spec.capacityProviderStrategy?.length) {
    throw invalidParameter(
      'Specifying a capacity provider strategy is not supported when you create a service using the DAEMON scheduling strategy.',
    );
  }
  if (input.desiredCount !== undefined) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    );
  }
  checkDaemonPlacement('DAEMON', input.placementStrategy);
}

/** Throws for a placement strategy, also one that comes later. Source: as above. */
export function checkDaemonPlacement(
  schedulingStrategy: 'REPLICA' | 'DAEMON',
  placementStrategy: CreateServiceRequest['placementStrategy'],
): void {
  if (schedulingStrategy !== 'DAEMON' || !placementStrategy?.length) return;
  throw invalidParameter(
    'The daemon scheduling strategy does not support placement strategies. Remove the placement strategy and try again',
  );
}
