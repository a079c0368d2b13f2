import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import type {
  Cluster,
  Service,
  ServiceDeployment,
  ServiceRevision,
  Tag,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type {
  Certificate,
  Listener,
  LoadBalancer,
  Rule,
  TargetGroup,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Pass } from '../core/driver.ts';

/** `fresh`: past every cache, after a write of our own. */
export interface ReadOptions {
  readonly fresh?: boolean;
}

/** A map of strings, as AWS keeps tags and attributes. */
export type StringMap = Readonly<Record<string, string>>;

/** A task definition and the tags of its revision. The definition never changes; status and tags do. */
export interface TaggedTaskDefinition {
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** A service, by its cluster and its own name or ARN. */
export interface ServiceKey {
  /** Name or ARN of the cluster. */
  readonly cluster: string;
  /** Name or ARN of the service. */
  readonly service: string;
}

/** Types that `Pass.read` knows. Drivers use the functions below instead. */
export const READ = {
  cluster: 'ecs:cluster',
  service: 'ecs:service',
  serviceTasks: 'ecs:service-tasks',
  familyTasks: 'ecs:family-tasks',
  task: 'ecs:task',
  taskDefinition: 'ecs:task-definition',
  activeRevisions: 'ecs:task-definition-family',
  serviceDeployment: 'ecs:service-deployment',
  serviceDeployments: 'ecs:service-deployments',
  serviceRevision: 'ecs:service-revision',
  targetGroup: 'elbv2:target-group',
  targetGroupAttributes: 'elbv2:target-group-attributes',
  targetHealth: 'elbv2:target-health',
  loadBalancer: 'elbv2:load-balancer',
  loadBalancerAttributes: 'elbv2:load-balancer-attributes',
  loadBalancerCapacity: 'elbv2:load-balancer-capacity',
  listeners: 'elbv2:listeners',
  listener: 'elbv2:listener',
  listenerAttributes: 'elbv2:listener-attributes',
  listenerCertificates: 'elbv2:listener-certificates',
  rules: 'elbv2:rules',
  elbTags: 'elbv2:tags',
  scalableTarget: 'autoscaling:scalable-target',
  scalingPolicies: 'autoscaling:policies',
  scheduledActions: 'autoscaling:scheduled-actions',
  autoscalingTags: 'autoscaling:tags',
} as const;

/** A key of several names. No AWS name or ARN holds a line break. */
function compoundKey(...names: readonly string[]): string {
  return names.join('\n');
}

/** The names of a compound key. */
export function namesOfKey(key: string): readonly string[] {
  return key.split('\n');
}

// ECS

/** A cluster by name or ARN, with settings, configuration and tags; INACTIVE is absent. By 100 (DescribeClusters). */
export function readCluster(pass: Pass, cluster: string, options?: ReadOptions): Promise<Cluster | undefined> {
  return pass.read(READ.cluster, cluster, options);
}

/** A service with its tags; also a DRAINING one; INACTIVE is absent. By 10 for each cluster (DescribeServices). */
export function readService(pass: Pass, key: ServiceKey, options?: ReadOptions): Promise<Service | undefined> {
  return pass.read(READ.service, compoundKey(key.cluster, key.service), options);
}

/** ARNs of the tasks of a service, running or stopped within the last hour. One call each (ListTasks). */
export async function readServiceTasks(
  pass: Pass,
  key: ServiceKey & { readonly status: 'RUNNING' | 'STOPPED' },
  options?: ReadOptions,
): Promise<readonly string[]> {
  return (
    (await pass.read<string[]>(READ.serviceTasks, compoundKey(key.cluster, key.service, key.status), options)) ?? []
  );
}

/**
 * ARNs of the tasks of a task definition family in a cluster, running or stopped within the last hour; none when the
 * cluster is gone. One call each (ListTasks: with `startedBy` it takes no other filter, with `family` it does).
 */
export async function readFamilyTasks(
  pass: Pass,
  key: { readonly cluster: string; readonly family: string; readonly status: 'RUNNING' | 'STOPPED' },
  options?: ReadOptions,
): Promise<readonly string[]> {
  return (await pass.read<string[]>(READ.familyTasks, compoundKey(key.cluster, key.family, key.status), options)) ?? [];
}

/** A task by ARN, with its tags. By 100 for each cluster (DescribeTasks). */
export function readTask(
  pass: Pass,
  key: { readonly cluster: string; readonly task: string },
  options?: ReadOptions,
): Promise<Task | undefined> {
  return pass.read(READ.task, compoundKey(key.cluster, key.task), options);
}

/** A task definition by the ARN of its revision: kept for as long as the process runs. `fresh` for its status and tags. */
export function readTaskDefinition(
  pass: Pass,
  arn: string,
  options?: ReadOptions,
): Promise<TaggedTaskDefinition | undefined> {
  return pass.read(READ.taskDefinition, arn, options);
}

/** ARNs of a family's ACTIVE revisions, newest first (ListTaskDefinitions). */
export async function readActiveRevisions(
  pass: Pass,
  family: string,
  options?: ReadOptions,
): Promise<readonly string[]> {
  return (await pass.read<string[]>(READ.activeRevisions, family, options)) ?? [];
}

/** A service deployment by ARN. By 20 (DescribeServiceDeployments). */
export function readServiceDeployment(
  pass: Pass,
  arn: string,
  options?: ReadOptions,
): Promise<ServiceDeployment | undefined> {
  return pass.read(READ.serviceDeployment, arn, options);
}

/** ARNs of a service's last deployments, newest first, at most 20 (ListServiceDeployments). */
export async function readServiceDeployments(
  pass: Pass,
  key: ServiceKey,
  options?: ReadOptions,
): Promise<readonly string[]> {
  return (await pass.read<string[]>(READ.serviceDeployments, compoundKey(key.cluster, key.service), options)) ?? [];
}

/** A service revision by ARN. Immutable. By 20 (DescribeServiceRevisions). */
export function readServiceRevision(
  pass: Pass,
  arn: string,
  options?: ReadOptions,
): Promise<ServiceRevision | undefined> {
  return pass.read(READ.serviceRevision, arn, options);
}

// Elastic Load Balancing

/** A target group by name. From one list of all in the region for each pass; fresh: one call. */
export function readTargetGroupByName(
  pass: Pass,
  name: string,
  options?: ReadOptions,
): Promise<TargetGroup | undefined> {
  return pass.read(READ.targetGroup, name, options);
}

/** A target group by ARN, from the same list. */
export function readTargetGroup(pass: Pass, arn: string, options?: ReadOptions): Promise<TargetGroup | undefined> {
  return pass.read(READ.targetGroup, arn, options);
}

/** All attributes of a target group by ARN; undefined when it is gone. One call each. */
export function readTargetGroupAttributes(
  pass: Pass,
  arn: string,
  options?: ReadOptions,
): Promise<StringMap | undefined> {
  return pass.read(READ.targetGroupAttributes, arn, options);
}

/** Health of every registered target; undefined when the target group is gone. One call each. */
export function readTargetHealth(
  pass: Pass,
  targetGroupArn: string,
  options?: ReadOptions,
): Promise<readonly TargetHealthDescription[] | undefined> {
  return pass.read(READ.targetHealth, targetGroupArn, options);
}

/** A load balancer by name. From one list of all in the region for each pass; fresh: one call. */
export function readLoadBalancerByName(
  pass: Pass,
  name: string,
  options?: ReadOptions,
): Promise<LoadBalancer | undefined> {
  return pass.read(READ.loadBalancer, name, options);
}

/** A load balancer by ARN, from the same list. */
export function readLoadBalancer(pass: Pass, arn: string, options?: ReadOptions): Promise<LoadBalancer | undefined> {
  return pass.read(READ.loadBalancer, arn, options);
}

/** All attributes of a load balancer by ARN; undefined when it is gone. One call each. */
export function readLoadBalancerAttributes(
  pass: Pass,
  arn: string,
  options?: ReadOptions,
): Promise<StringMap | undefined> {
  return pass.read(READ.loadBalancerAttributes, arn, options);
}

/** Capacity units that are reserved for a load balancer by ARN, 0 without; undefined when it is gone. One call each. */
export function readReservedCapacity(
  pass: Pass,
  loadBalancerArn: string,
  options?: ReadOptions,
): Promise<number | undefined> {
  return pass.read(READ.loadBalancerCapacity, loadBalancerArn, options);
}

/** The listeners of a load balancer by its ARN; undefined when the load balancer is gone. One call each. */
export function readListeners(
  pass: Pass,
  loadBalancerArn: string,
  options?: ReadOptions,
): Promise<readonly Listener[] | undefined> {
  return pass.read(READ.listeners, loadBalancerArn, options);
}

/** A listener by its own ARN, for listeners of other teams. */
export function readListener(pass: Pass, arn: string, options?: ReadOptions): Promise<Listener | undefined> {
  return pass.read(READ.listener, arn, options);
}

/** All attributes of a listener by ARN; undefined when it is gone. One call each. */
export function readListenerAttributes(pass: Pass, arn: string, options?: ReadOptions): Promise<StringMap | undefined> {
  return pass.read(READ.listenerAttributes, arn, options);
}

/** The default and additional certificates of a listener; undefined when it is gone. One call each. */
export function readListenerCertificates(
  pass: Pass,
  listenerArn: string,
  options?: ReadOptions,
): Promise<readonly Certificate[] | undefined> {
  return pass.read(READ.listenerCertificates, listenerArn, options);
}

/** The rules of a listener by its ARN, the default rule too; undefined when the listener is gone. One call each. */
export function readRules(
  pass: Pass,
  listenerArn: string,
  options?: ReadOptions,
): Promise<readonly Rule[] | undefined> {
  return pass.read(READ.rules, listenerArn, options);
}

/** Tags of a load balancer, listener, rule or target group by ARN; undefined when it is gone. By 20. */
export function readElbTags(pass: Pass, arn: string, options?: ReadOptions): Promise<StringMap | undefined> {
  return pass.read(READ.elbTags, arn, options);
}

// Application Auto Scaling (namespace ecs, dimension ecs:service:DesiredCount)

/** A scalable target; `resourceId` is `service/<cluster name>/<service name>`. By 50. */
export function readScalableTarget(
  pass: Pass,
  resourceId: string,
  options?: ReadOptions,
): Promise<ScalableTarget | undefined> {
  return pass.read(READ.scalableTarget, resourceId, options);
}

/** Scaling policies of a resource. */
export async function readScalingPolicies(
  pass: Pass,
  resourceId: string,
  options?: ReadOptions,
): Promise<readonly ScalingPolicy[]> {
  return (await pass.read<ScalingPolicy[]>(READ.scalingPolicies, resourceId, options)) ?? [];
}

/** Scheduled actions of a resource. */
export async function readScheduledActions(
  pass: Pass,
  resourceId: string,
  options?: ReadOptions,
): Promise<readonly ScheduledAction[]> {
  return (await pass.read<ScheduledAction[]>(READ.scheduledActions, resourceId, options)) ?? [];
}

/** Tags of a scalable target by its ARN. One call each. */
export function readAutoscalingTags(
  pass: Pass,
  scalableTargetArn: string,
  options?: ReadOptions,
): Promise<StringMap | undefined> {
  return pass.read(READ.autoscalingTags, scalableTargetArn, options);
}
