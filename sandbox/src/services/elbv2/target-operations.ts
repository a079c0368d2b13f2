import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isIP } from 'node:net';
import { AwsError, type Call } from '../../kernel/service.ts';
import { healthStates } from './health.ts';
import { targetGroup } from './lookup.ts';
import { elbState, type TargetGroupState, type TargetHealthState, targetKey } from './state.ts';
import { addTarget, drainTarget } from './targets.ts';

const quota = 1000;

/** RegisterTargets. A target without a port gets the target group's. */
export function registerTargets(input: RegisterTargetsInput, call: Call): object {
  const group = targetGroup(elbState(call.world, call.scope), input.TargetGroupArn ?? '');
  const targets = input.Targets ?? [];
  if (targets.length === 0) throw new AwsError('ValidationError', 'At least one target must be specified');
  for (const target of targets) checkTarget(group, target);
  const limit = group.targetType === 'lambda' ? 1 : quota;
  const keys = new Set([
    ...Object.keys(group.targets),
    ...targets.map((target) => targetKey(target.Id ?? '', portOf(group, target))),
  ]);
  if (keys.size > limit) {
    throw new AwsError(
      'TooManyTargets',
      `The maximum number of targets for target group '${group.arn}' (${limit}) has been reached`,
    );
  }
  checkLoadBalancerQuotas(call, group, keys);
  for (const target of targets) {
    addTarget(call.world, call.scope, group, {
      id: target.Id ?? '',
      port: portOf(group, target),
      ...(target.AvailabilityZone ? { availabilityZone: target.AvailabilityZone } : {}),
    });
  }
  return {};
}

/** Targets of each load balancer type: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const targetsPerLoadBalancer = { application: 1000, network: 3000 };

/** Words as quoted: https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2302. */
function checkLoadBalancerQuotas({ world, scope }: Call, group: TargetGroupState, wanted: ReadonlySet<string>): void {
  const { loadBalancers, targetGroups } = elbState(world, scope);
  for (const arn of new Set(Object.values(group.usedBy))) {
    const balancer = loadBalancers[arn];
    if (!balancer) continue;
    const others = Object.values(targetGroups).filter(
      (other) => other !== group && Object.values(other.usedBy).includes(arn),
    );
    const count = others.reduce((sum, other) => sum + Object.keys(other.targets).length, wanted.size);
    const limit = targetsPerLoadBalancer[balancer.type];
    if (count > limit) {
      throw new AwsError(
        'TooManyTargets',
        `The maximum number of targets per load balancer '${limit}' has been reached`,
      );
    }
  }
}

/** DeregisterTargets. Without a port: all ports of that id. One that is not registered is no error. */
export function deregisterTargets(input: DeregisterTargetsInput, call: Call): object {
  const group = targetGroup(elbState(call.world, call.scope), input.TargetGroupArn ?? '');
  for (const wanted of input.Targets ?? []) {
    const chosen = Object.values(group.targets).filter(
      (target) => target.id === wanted.Id && (wanted.Port === undefined || target.port === wanted.Port),
    );
    for (const target of chosen) drainTarget(call.world, call.scope, group, target.id, target.port);
  }
  return {};
}

/** DescribeTargetHealth: all targets, draining ones too, or those that are named. */
export function describeTargetHealth(input: DescribeTargetHealthInput, call: Call): DescribeTargetHealthOutput {
  const group = targetGroup(elbState(call.world, call.scope), input.TargetGroupArn ?? '');
  if (!input.Targets?.length) {
    return {
      TargetHealthDescriptions: Object.values(group.targets).map((target) =>
        describe(group, target.id, target.port, target.health, target.availabilityZone),
      ),
    };
  }
  return {
    TargetHealthDescriptions: input.Targets.map((wanted) => {
      checkTarget(group, wanted);
      const id = wanted.Id ?? '';
      const port = portOf(group, wanted);
      const target = group.targets[targetKey(id, port)];
      return describe(group, id, port, target?.health ?? healthStates.notRegistered, target?.availabilityZone);
    }),
  };
}

function describe(
  group: TargetGroupState,
  id: string,
  port: number,
  health: TargetHealthState,
  availabilityZone: string | undefined,
): TargetHealthDescription {
  const lambda = group.targetType === 'lambda';
  return {
    Target: {
      Id: id,
      ...(lambda ? {} : { Port: port }),
      ...(availabilityZone ? { AvailabilityZone: availabilityZone } : {}),
    },
    ...(lambda
      ? {}
      : { HealthCheckPort: group.healthCheck.port === 'traffic-port' ? String(port) : group.healthCheck.port }),
    TargetHealth: {
      State: health.state,
      ...(health.reason
        ? { Reason: health.reason as NonNullable<NonNullable<TargetHealthDescription['TargetHealth']>['Reason']> }
        : {}),
      ...(health.description ? { Description: health.description } : {}),
    },
  };
}

function portOf(group: TargetGroupState, target: TargetDescription): number {
  return target.Port ?? group.port ?? 0;
}

/** Addresses outside of a VPC and its neighbours: anything but RFC 1918 and RFC 6598. */
const privateAddress = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

function checkTarget(group: TargetGroupState, target: TargetDescription): void {
  const id = target.Id ?? '';
  if (group.targetType === 'ip') {
    const version = isIP(id);
    if (version === 0) throw new AwsError('ValidationError', `The IP address '${id}' is not a valid IP address`);
    if (version === 4 && !privateAddress.test(id)) {
      throw new AwsError('ValidationError', `The IP address '${id}' is not within a valid range`);
    }
  }
  if (group.targetType === 'instance' && !/^i-[0-9a-f]+$/.test(id)) {
    throw new AwsError(
      'InvalidTarget',
      `The following targets are not in a running state and cannot be registered: '${id}'`,
    );
  }
  if (group.targetType === 'lambda' && !id.startsWith('arn:aws:lambda:')) {
    throw new AwsError('InvalidTarget', `'${id}' is not a valid Lambda function ARN`);
  }
}
