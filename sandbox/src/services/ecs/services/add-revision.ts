import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn, lastPart } from '../arns.ts';
import { ecsState, type RevisionRecord, type RevisionSpec, type ServiceRecord } from '../state.ts';

/** Makes a service revision that shares its digits with the deployment of this id (`ecs-svc/<digits>`). */
export function addRevision(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  deploymentId: string,
  spec: RevisionSpec,
  resolved: Pick<RevisionRecord, 'imageDigests' | 'targetGroups'> = {},
): RevisionRecord {
  const id = lastPart(deploymentId);
  const revision: RevisionRecord = {
    arn: ecsArn(scope, `service-revision/${service.cluster}/${service.name}/${id}`),
    id,
    serviceArn: service.arn,
    clusterArn: ecsArn(scope, `cluster/${service.cluster}`),
    spec,
    createdAt: world.clock.now(),
    ...resolved,
  };
  ecsState(world, scope).revisions[revision.arn] = revision;
  return revision;
}
