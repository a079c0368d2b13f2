import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ServiceLoadBalancer, ServiceSpec } from '../../../api/service.ts';
import { readTargetGroup } from '../../../aws/reads.ts';
import type { Desired, PreflightFinding } from '../../../core/driver.ts';
import { mayRunOnFargate } from '../../../ecs/capacity.ts';
import { type Around, error, type Found, isOpen, looked, warning } from '../../../ecs/preflight/look.ts';
import { targetGroupArnsOf } from '../names.ts';

/** A target group that a service registers its tasks with, as it does. */
interface Target {
  readonly arn: string;
  readonly entry: ServiceLoadBalancer;
  readonly spec: ServiceSpec;
  /** VPC of the tasks, where it is known. */
  readonly vpc: string | undefined;
}

/**
 * Whether the target groups exist and take tasks as this service has them; of a pair both, for tasks come to either.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html
 */
export async function checkTargets(
  desired: Desired<ServiceSpec>,
  vpc: string | undefined,
  around: Around,
): Promise<readonly PreflightFinding[]> {
  const { spec } = desired;
  const found = (spec.loadBalancers ?? []).flatMap((entry, index) => {
    const { targetGroup, targetGroupArn } = entry;
    const arns = targetGroupArn === undefined ? targetGroupArnsOf(desired, targetGroup ?? '') : [targetGroupArn];
    const key = targetGroupArn === undefined ? 'targetGroup' : 'targetGroupArn';
    const check = { check: 'TargetGroup', path: `/loadBalancers/${index}/${key}` };
    return arns
      .filter((arn) => !isOpen(arn))
      .map((arn) =>
        looked(check, 'elasticloadbalancing:DescribeTargetGroups', () =>
          checkTarget({ arn, entry, spec, vpc }, around),
        ),
      );
  });
  return (await Promise.all(found)).flat();
}

async function checkTarget(target: Target, { pass }: Around): Promise<readonly Found[]> {
  const { arn, spec, vpc } = target;
  const group = await readTargetGroup(pass, arn);
  if (group === undefined) return [error(`target group ${arn} does not exist`)];
  const { TargetType = 'instance', TargetGroupName: name = arn, VpcId } = group;
  const networkMode =
    spec.task.networkMode ?? (mayRunOnFargate(spec) || spec.network !== undefined ? 'awsvpc' : 'bridge');
  const wanted = networkMode === 'awsvpc' ? 'ip' : 'instance';
  if (TargetType !== wanted) {
    return [
      error(
        `target group ${name} takes ${TargetType} targets; tasks with network mode ${networkMode} are ${wanted} targets`,
      ),
    ];
  }
  const found = [...protocolsOf(target, group)];
  if (networkMode === 'awsvpc' && vpc !== undefined && VpcId !== undefined && VpcId !== vpc) {
    found.push(error(`target group ${name} is in ${VpcId}, and the tasks are in ${vpc}`));
  }
  return found;
}

/**
 * What a target group speaks to targets over TCP, UDP or both:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
 */
const SPOKEN: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['tcp'],
  HTTPS: ['tcp'],
  TCP: ['tcp'],
  TLS: ['tcp'],
  UDP: ['udp'],
  QUIC: ['udp'],
  TCP_UDP: ['tcp', 'udp'],
  TCP_QUIC: ['tcp', 'udp'],
};

/**
 * Whether the port mapping lets through what the target group sends. ECS registers tasks with the port of the container, so
 * that the port of the target group does not matter; and it does not compare protocols: nothing is refused, and nothing
 * arrives.
 */
function protocolsOf({ entry, spec }: Target, { Protocol, TargetGroupName: name }: TargetGroup): readonly Found[] {
  const mappings = spec.task.containers.find((one) => one.name === entry.container)?.portMappings ?? [];
  const mapping = mappings.find(({ containerPort }) => containerPort === entry.port);
  const spoken = SPOKEN[Protocol ?? ''];
  if (mapping === undefined || Protocol === undefined || spoken === undefined) return [];
  const { protocol = 'tcp' } = mapping;
  if (spoken.includes(protocol)) return [];
  const port = `port ${entry.port} of container ${entry.container}`;
  return [
    warning(`target group ${name} speaks ${Protocol}, and ${port} is mapped for ${protocol}, expected ${spoken[0]}`),
  ];
}
