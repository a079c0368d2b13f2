import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
  DeleteTargetGroupInput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput,
  ModifyTargetGroupInput,
  ModifyTargetGroupOutput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Call } from '../../kernel/service.ts';
import { anyTargetGroupRules, isHttp, targetGroupRules } from './attribute-rules.ts';
import { checkAttributes, readAttributes } from './attributes.ts';
import { newHealthCheck, withSettings } from './health-settings.ts';
import { loadBalancer, targetGroup } from './lookup.ts';
import { checkArn, checkName, elbArn } from './names.ts';
import { page } from './pages.ts';
import { elbState, type TargetGroupState } from './state.ts';
import { register, sameTags, tagRecord } from './tags.ts';
import { restartHealthChecks, stopTimer } from './targets.ts';

const quota = 3000;

/** CreateTargetGroup. The same settings again give the target group that is there. */
export function createTargetGroup(input: CreateTargetGroupInput, call: Call): CreateTargetGroupOutput {
  const { world, scope } = call;
  const state = elbState(world, scope);
  const name = input.Name ?? '';
  checkName('Target group', name);
  const tags = tagRecord(input.Tags ?? []);
  const wanted = settingsOf(input);
  const existing = Object.values(state.targetGroups).find((group) => group.name === name);
  if (existing) {
    if (!sameSettings(existing, wanted) || !sameTags(world, existing.arn, tags)) {
      throw new AwsError(
        'DuplicateTargetGroupName',
        `A target group with the same name '${name}' exists, but with different settings`,
      );
    }
    return { TargetGroups: [describe(existing)] };
  }
  if (Object.keys(state.targetGroups).length >= quota) {
    throw new AwsError('TooManyTargetGroups', `The maximum number of target groups (${quota}) has been reached`);
  }
  const created: TargetGroupState = {
    ...wanted,
    arn: elbArn(scope, 'targetgroup', `${name}/${world.id(16)}`),
    name,
    attributes: {},
    targets: {},
    usedBy: {},
  };
  state.targetGroups[created.arn] = created;
  register(world, scope, 'targetgroup', created.arn, tags);
  return { TargetGroups: [describe(created)] };
}

/** ModifyTargetGroup: health check settings; what is not named stays. Targets are checked by the new settings from now on. */
export function modifyTargetGroup(input: ModifyTargetGroupInput, call: Call): ModifyTargetGroupOutput {
  const group = targetGroup(elbState(call.world, call.scope), input.TargetGroupArn ?? '');
  group.healthCheck = withSettings(group, input, group.healthCheck);
  restartHealthChecks(call.world, call.scope, group);
  return { TargetGroups: [describe(group)] };
}

/** DescribeTargetGroups, by ARNs, by names, by load balancer, or all. */
export function describeTargetGroups(input: DescribeTargetGroupsInput, call: Call): DescribeTargetGroupsOutput {
  const state = elbState(call.world, call.scope);
  let chosen = Object.values(state.targetGroups);
  if (input.TargetGroupArns?.length) {
    chosen = input.TargetGroupArns.map((arn) => targetGroup(state, arn));
  } else if (input.Names?.length) {
    const byName = new Map(chosen.map((group) => [group.name, group]));
    chosen = input.Names.map((name) => {
      const found = byName.get(name);
      if (!found) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
      return found;
    });
  } else if (input.LoadBalancerArn) {
    const balancer = loadBalancer(state, input.LoadBalancerArn);
    chosen = chosen.filter((group) => loadBalancersOf(group).includes(balancer.arn));
  }
  const { items, NextMarker } = page(chosen, input.Marker, input.PageSize);
  return { TargetGroups: items.map(describe), ...(NextMarker ? { NextMarker } : {}) };
}

/** DeleteTargetGroup: refused while an action names it. One that does not exist is no error. */
export function deleteTargetGroup(input: DeleteTargetGroupInput, call: Call): object {
  const state = elbState(call.world, call.scope);
  const arn = input.TargetGroupArn ?? '';
  checkArn(arn, 'targetgroup');
  const group = state.targetGroups[arn];
  if (!group) return {};
  if (Object.keys(group.usedBy).length > 0) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  for (const target of Object.values(group.targets)) stopTimer(call.world, target);
  delete state.targetGroups[arn];
  call.world.resources.remove(arn);
  return {};
}

/** DescribeTargetGroupAttributes: all attributes of the type, with defaults. */
export function describeTargetGroupAttributes(
  input: DescribeTargetGroupAttributesInput,
  call: Call,
): DescribeTargetGroupAttributesOutput {
  const group = targetGroup(elbState(call.world, call.scope), input.TargetGroupArn ?? '');
  return { Attributes: readAttributes(targetGroupRules(group), group.attributes) };
}

/** ModifyTargetGroupAttributes: what is not named stays. */
export function modifyTargetGroupAttributes(
  input: ModifyTargetGroupAttributesInput,
  call: Call,
): ModifyTargetGroupAttributesOutput {
  const group = targetGroup(elbState(call.world, call.scope), input.TargetGroupArn ?? '');
  const rules = targetGroupRules(group);
  const type = group.protocol ?? group.targetType;
  const changed = checkAttributes('Target group', type, rules, anyTargetGroupRules, input.Attributes ?? []);
  group.attributes = { ...group.attributes, ...changed };
  return { Attributes: readAttributes(rules, group.attributes) };
}

/** ARNs of the load balancers that route to a target group. */
export function loadBalancersOf(group: TargetGroupState): string[] {
  return [...new Set(Object.values(group.usedBy))];
}

type CreateSettings = Omit<TargetGroupState, 'arn' | 'name' | 'attributes' | 'targets' | 'usedBy'>;

function settingsOf(input: CreateTargetGroupInput): CreateSettings {
  const targetType = input.TargetType ?? 'instance';
  if (targetType === 'lambda') {
    if (input.Protocol || input.Port || input.VpcId) {
      throw new AwsError(
        'ValidationError',
        "Protocol, port and VPC cannot be specified for target groups with target type 'lambda'",
      );
    }
    return { targetType, healthCheck: newHealthCheck({ targetType }, input) };
  }
  if (!input.Protocol) throw new AwsError('ValidationError', 'A protocol must be specified');
  if (!input.Port) throw new AwsError('ValidationError', 'A port must be specified');
  if (!input.VpcId) throw new AwsError('ValidationError', 'A VPC ID must be specified');
  const protocols = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'];
  if (!protocols.includes(input.Protocol)) {
    throw new AwsError(
      'ValidationError',
      `Target group protocol '${input.Protocol}' must be one of '${protocols.join(', ')}'`,
    );
  }
  if (targetType === 'alb' && input.Protocol !== 'TCP') {
    throw new AwsError(
      'ValidationError',
      "Target group protocol must be 'TCP' for target groups with target type 'alb'",
    );
  }
  const version = isHttp(input.Protocol) ? (input.ProtocolVersion ?? 'HTTP1') : undefined;
  if (input.ProtocolVersion !== undefined && !['HTTP1', 'HTTP2', 'GRPC'].includes(version ?? '')) {
    throw new AwsError(
      'ValidationError',
      `Protocol version '${input.ProtocolVersion}' must be one of 'HTTP1, HTTP2, GRPC'`,
    );
  }
  const kind = { targetType, protocol: input.Protocol, ...(version ? { protocolVersion: version } : {}) };
  return {
    ...kind,
    port: input.Port,
    vpcId: input.VpcId,
    ipAddressType: input.IpAddressType ?? 'ipv4',
    ...(input.TargetControlPort ? { targetControlPort: input.TargetControlPort } : {}),
    healthCheck: newHealthCheck(kind, input),
  };
}

function sameSettings(existing: TargetGroupState, wanted: CreateSettings): boolean {
  const shape = (settings: CreateSettings): string => {
    const { targetType, protocol, protocolVersion, port, vpcId, ipAddressType, healthCheck } = settings;
    const check = Object.entries(healthCheck).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([targetType, protocol, protocolVersion, port, vpcId, ipAddressType, check]);
  };
  return shape(existing) === shape(wanted);
}

/** A target group as the API shows it. */
function describe(group: TargetGroupState): TargetGroup {
  const check = group.healthCheck;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    ...(group.protocol ? { Protocol: group.protocol as NonNullable<TargetGroup['Protocol']> } : {}),
    ...(group.port ? { Port: group.port } : {}),
    ...(group.vpcId ? { VpcId: group.vpcId } : {}),
    HealthCheckProtocol: check.protocol as NonNullable<TargetGroup['HealthCheckProtocol']>,
    HealthCheckPort: check.port,
    HealthCheckEnabled: check.enabled,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    ...(check.path ? { HealthCheckPath: check.path } : {}),
    ...(check.matcher ? { Matcher: check.matcher } : {}),
    LoadBalancerArns: loadBalancersOf(group),
    TargetType: group.targetType,
    ...(group.protocolVersion ? { ProtocolVersion: group.protocolVersion } : {}),
    ...(group.targetControlPort ? { TargetControlPort: group.targetControlPort } : {}),
    ...(group.ipAddressType ? { IpAddressType: group.ipAddressType as NonNullable<TargetGroup['IpAddressType']> } : {}),
  };
}
