import type { PlacementStrategy, ServiceConnectConfiguration, ServiceVolumeConfiguration } from '@aws-sdk/client-ecs';

/** Service Connect as it reads back: a service without a name in Cloud Map has that of its port. Source: API_ServiceConnectService. */
export function echoedConnect(given: ServiceConnectConfiguration): ServiceConnectConfiguration {
  const { services } = given;
  if (!services) return given;
  return {
    ...given,
    services: services.map((service) => ({ ...service, discoveryName: service.discoveryName ?? service.portName })),
  };
}

/** EBS volumes as they read back: with the file system xfs unless another is named. Source: API_ServiceManagedEBSVolumeConfiguration. */
export function echoedVolumes(given: readonly ServiceVolumeConfiguration[]): ServiceVolumeConfiguration[] {
  return given.map(({ managedEBSVolume: ebs, ...volume }) => ({
    ...volume,
    ...(ebs ? { managedEBSVolume: { ...ebs, filesystemType: ebs.filesystemType ?? 'xfs' } } : {}),
  }));
}

/**
 * A placement strategy as it reads back: `host` is `instanceId`, and the fields of binpack are in capitals.
 * Source: API_PlacementStrategy ("instanceId (or host, which has the same effect)"); the capitals as users quote them.
 */
export function echoedPlacement(given: readonly PlacementStrategy[]): PlacementStrategy[] {
  return given.map((strategy) => {
    const { field } = strategy;
    if (field === undefined) return strategy;
    if (field === 'host') return { ...strategy, field: 'instanceId' };
    return /^(cpu|memory)$/i.test(field) ? { ...strategy, field: field.toUpperCase() } : strategy;
  });
}
