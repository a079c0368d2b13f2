import type { NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { ServiceNetwork } from '../api/service.ts';

/** Where the network interfaces of the tasks are, as CreateService, UpdateService and RunTask take it. */
export function renderNetwork({ subnets, securityGroups, assignPublicIp }: ServiceNetwork): NetworkConfiguration {
  return {
    awsvpcConfiguration: {
      subnets: subnets.map((id) => id.trim()),
      ...(securityGroups === undefined ? {} : { securityGroups: securityGroups.map((id) => id.trim()) }),
      assignPublicIp: assignPublicIp === true ? 'ENABLED' : 'DISABLED',
    },
  };
}
