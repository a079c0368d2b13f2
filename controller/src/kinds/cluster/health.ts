import type { Cluster } from '@aws-sdk/client-ecs';
import type { Health } from '../../core/driver.ts';

/** Health of a cluster: its own status and that of the capacity providers that are attached to it. */
export function clusterHealth({ status, attachmentsStatus, clusterName }: Cluster): Health {
  if (status === 'FAILED') {
    return {
      status: 'Degraded',
      reason: 'ProvisioningFailed',
      message: `what the capacity providers of cluster ${clusterName} need could not be made`,
    };
  }
  if (attachmentsStatus === 'UPDATE_FAILED') {
    return {
      status: 'Degraded',
      reason: 'CapacityProvidersFailed',
      message: `capacity providers could not be attached to or detached from cluster ${clusterName}`,
    };
  }
  if (status !== 'ACTIVE' || attachmentsStatus === 'UPDATE_IN_PROGRESS') {
    return { status: 'Progressing', reason: 'Updating', message: `cluster ${clusterName} is ${status}` };
  }
  return { status: 'Healthy', reason: 'Active', message: `cluster ${clusterName} is ACTIVE` };
}
