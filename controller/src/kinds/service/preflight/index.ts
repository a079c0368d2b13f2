import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { readCluster } from '../../../aws/reads.ts';
import type { Desired, Driver, PreflightFinding } from '../../../core/driver.ts';
import { mayRunOnFargate } from '../../../ecs/capacity.ts';
import { clusterArnOf } from '../../../ecs/names.ts';
import { type Around, error, looked } from '../../../ecs/preflight/look.ts';
import { checkNetwork } from '../../../ecs/preflight/network.ts';
import { checkRoles, type NamedRole } from '../../../ecs/preflight/roles.ts';
import { checkTask, needsOf } from '../../../ecs/preflight/task.ts';
import type { ServiceLive } from '../live.ts';
import { checkTargets } from './targets.ts';

/** Looks at what a service rests on: roles, secrets, images, log groups, its network, its target groups, quotas. */
export function servicePreflight(aws: AwsContext): NonNullable<Driver<ServiceSpec, ServiceLive>['preflight']> {
  return async (desired, live, pass, { secretReaderRole } = {}) => {
    const { spec } = desired;
    const around: Around = { aws, pass, secretReaderRole };
    const [task, roles, network, quota] = await Promise.all([
      checkTask(spec.task, around),
      checkRoles(rolesOf(spec), around),
      checkNetwork(spec.network, { ...needsOf(spec.task, mayRunOnFargate(spec)), tasks: newTasks(spec, live) }, around),
      live === undefined ? checkQuota(desired, around) : [],
    ]);
    return [...task, ...roles, ...network.findings, ...(await checkTargets(desired, network.vpc, around)), ...quota];
  };
}

const ECS = 'ecs.amazonaws.com';

/** The roles that AWS acts as for a service, besides those of its tasks. */
function rolesOf({
  deployment,
  volumeConfigurations = [],
  vpcLatticeConfigurations = [],
  serviceConnect,
}: ServiceSpec): readonly NamedRole[] {
  const ofEcs = (path: string, role: string | undefined): NamedRole => ({
    check: 'InfrastructureRole',
    path,
    role,
    service: ECS,
  });
  return [
    ofEcs('/deployment/listenerRole', deployment?.listenerRole),
    ...(deployment?.hooks ?? []).map(({ lambda }, index) =>
      ofEcs(`/deployment/hooks/${index}/lambda/role`, lambda?.role),
    ),
    ...volumeConfigurations.map(({ managedEBSVolume }, index) =>
      ofEcs(`/volumeConfigurations/${index}/managedEBSVolume/roleArn`, managedEBSVolume.roleArn),
    ),
    ...vpcLatticeConfigurations.map(({ roleArn }, index) =>
      ofEcs(`/vpcLatticeConfigurations/${index}/roleArn`, roleArn),
    ),
    ...(serviceConnect?.services ?? []).map(({ tls }, index) =>
      ofEcs(`/serviceConnect/services/${index}/tls/roleArn`, tls?.roleArn),
    ),
    {
      check: 'CodeDeployRole',
      path: '/deployment/codeDeploy/serviceRole',
      role: deployment?.codeDeploy?.serviceRole,
      service: 'codedeploy.amazonaws.com',
    },
  ];
}

/** How many tasks a deployment starts beside those that run: ECS's default maximum is 200 percent. */
function newTasks({ desiredCount = 1, deployment }: ServiceSpec, live: ServiceLive | undefined): number {
  const running = live?.service.desiredCount ?? desiredCount;
  const share = ((deployment?.rolling?.maximumPercent ?? 200) - 100) / 100;
  return live === undefined ? running : Math.max(1, Math.floor(running * share));
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const SERVICES_PER_CLUSTER = 5000;

async function checkQuota(desired: Desired<ServiceSpec>, { pass }: Around): Promise<readonly PreflightFinding[]> {
  const cluster = clusterArnOf(desired);
  if (cluster === undefined) return [];
  const path = desired.spec.clusterArn === undefined ? '/cluster' : '/clusterArn';
  return looked({ check: 'Quota', path }, 'ecs:DescribeClusters', async () => {
    const live = await readCluster(pass, cluster);
    if (live === undefined) {
      return desired.spec.clusterArn === undefined ? [] : [error(`cluster ${cluster} does not exist`)];
    }
    const { activeServicesCount = 0 } = live;
    if (activeServicesCount < SERVICES_PER_CLUSTER) return [];
    return [error(`cluster ${cluster} has ${activeServicesCount} services; ECS takes ${SERVICES_PER_CLUSTER}`)];
  });
}
