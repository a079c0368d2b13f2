import { type ServiceRevision, UpdateServiceCommand, type UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import { equalJson } from '../../../core/canonical.ts';
import type { Pass } from '../../../core/driver.ts';
import { asJson } from '../../../core/json.ts';
import type { ServiceLive } from '../live.ts';

/** Brings the service to an earlier revision of it, with one UpdateService. */
export async function goBack(aws: AwsContext, live: ServiceLive, previous: ServiceRevision, pass: Pass): Promise<void> {
  const { cluster, service } = live.key;
  const command = new UpdateServiceCommand({ cluster, service, ...goBackRequest(live.revision, previous) });
  await doing(`UpdateService ${service} in ${cluster}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}

type Fields = Omit<UpdateServiceCommandInput, 'cluster' | 'service'>;

/**
 * What UpdateService is asked for to come from one revision to another: the fields in which they differ. Without `from`
 * ECS does not tell what runs, and the task definition alone goes back.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html
 */
function goBackRequest(from: ServiceRevision | undefined, to: ServiceRevision): Fields {
  const differs = (field: keyof ServiceRevision): boolean =>
    from !== undefined && !equalJson(asJson({ value: from[field] }), asJson({ value: to[field] }));
  const capacity = differs('capacityProviderStrategy') || differs('launchType');
  return {
    taskDefinition: to.taskDefinition,
    // ECS takes another strategy with a new deployment only; [] returns to the launch type.
    ...(capacity ? { capacityProviderStrategy: to.capacityProviderStrategy ?? [], forceNewDeployment: true } : {}),
    ...(differs('platformVersion') && to.platformVersion !== undefined ? { platformVersion: to.platformVersion } : {}),
    ...(differs('networkConfiguration') ? { networkConfiguration: to.networkConfiguration } : {}),
    ...(differs('loadBalancers') ? { loadBalancers: to.loadBalancers ?? [] } : {}),
    ...(differs('serviceRegistries') ? { serviceRegistries: to.serviceRegistries ?? [] } : {}),
    ...(differs('serviceConnectConfiguration')
      ? { serviceConnectConfiguration: to.serviceConnectConfiguration ?? { enabled: false } }
      : {}),
    ...(differs('volumeConfigurations') ? { volumeConfigurations: to.volumeConfigurations ?? [] } : {}),
    ...(differs('vpcLatticeConfigurations') ? { vpcLatticeConfigurations: to.vpcLatticeConfigurations ?? [] } : {}),
    ...(differs('monitoring') && to.monitoring !== undefined ? { monitoring: to.monitoring } : {}),
  };
}
