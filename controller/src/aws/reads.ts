import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import type {
  Cluster,
  Service,
  ServiceDeployment,
  ServiceRevision,
  Tag,
  Task,
  TaskDefinition,
  TaskSet,
} from '@aws-sdk/client-ecs';
import type {
  Certificate,
  Listener,
  LoadBalancer,
  Rule,
  TargetGroup,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { DeploymentGroupInfo, DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import type { RouteTable, SecurityGroup, Subnet, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { PolicyEvaluationDecisionType, Role } from '@aws-sdk/client-iam';
import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { ParameterMetadata } from '@aws-sdk/client-ssm';
import type { Pass } from '../core/driver.ts';
import type { SecretKeys, SecretToLookInto } from './secret-keys.ts';

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
  taskSet: 'ecs:task-set',
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
  deploymentGroup: 'codedeploy:deployment-group',
  activeDeployments: 'codedeploy:active-deployments',
  codeDeployment: 'codedeploy:deployment',
  ecsTarget: 'codedeploy:ecs-target',
  appSpec: 'codedeploy:app-spec',
  codeDeployTags: 'codedeploy:tags',
  alarm: 'cloudwatch:alarm',
  secret: 'secretsmanager:secret',
  secretKeys: 'secretsmanager:secret-keys',
  parameter: 'ssm:parameter',
  role: 'iam:role',
  iamDecision: 'iam:decision',
  image: 'ecr:image',
  logGroup: 'logs:log-group',
  elbLimits: 'elbv2:account-limits',
  subnet: 'ec2:subnet',
  securityGroup: 'ec2:security-group',
  routeTables: 'ec2:route-tables',
  vpcEndpoints: 'ec2:vpc-endpoints',
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

/** A task set by id or ARN, with its tags. All of a service in one call (DescribeTaskSets). */
export function readTaskSet(
  pass: Pass,
  key: ServiceKey & { readonly taskSet: string },
  options?: ReadOptions,
): Promise<TaskSet | undefined> {
  return pass.read(READ.taskSet, compoundKey(key.cluster, key.service, key.taskSet), options);
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

// CodeDeploy

/** A deployment group, by its application and its own name. */
export interface DeploymentGroupKey {
  readonly application: string;
  readonly group: string;
}

/**
 * A deployment group, with the last deployments that it had. Kept for five minutes over passes: whoever knows that
 * something moves reads it fresh. By 100 for each application (BatchGetDeploymentGroups).
 */
export function readDeploymentGroup(
  pass: Pass,
  { application, group }: DeploymentGroupKey,
  options?: ReadOptions,
): Promise<DeploymentGroupInfo | undefined> {
  return pass.read(READ.deploymentGroup, compoundKey(application, group), options);
}

/** Ids of the deployments of a group that are not over. One call each (ListDeployments). */
export async function readActiveDeployments(
  pass: Pass,
  { application, group }: DeploymentGroupKey,
  options?: ReadOptions,
): Promise<readonly string[]> {
  return (await pass.read<string[]>(READ.activeDeployments, compoundKey(application, group), options)) ?? [];
}

/** A deployment by CodeDeploy, by its id. By 25 (BatchGetDeployments). */
export function readCodeDeployment(pass: Pass, id: string, options?: ReadOptions): Promise<DeploymentInfo | undefined> {
  return pass.read(READ.codeDeployment, id, options);
}

/** The lifecycle events and task sets of a deployment to an ECS service. One call each (BatchGetDeploymentTargets). */
export function readEcsTarget(
  pass: Pass,
  key: { readonly deployment: string; readonly cluster: string; readonly service: string },
  options?: ReadOptions,
): Promise<ECSTarget | undefined> {
  return pass.read(READ.ecsTarget, compoundKey(key.deployment, `${key.cluster}:${key.service}`), options);
}

/** The AppSpec file of a revision of an application, by the SHA-256 of its content; it never changes (GetApplicationRevision). */
export function readAppSpec(
  pass: Pass,
  key: { readonly application: string; readonly sha256: string },
): Promise<string | undefined> {
  return pass.read(READ.appSpec, compoundKey(key.application, key.sha256));
}

/** Tags of a CodeDeploy application or deployment group by ARN; undefined when it is gone. Kept for five minutes. One call each. */
export function readCodeDeployTags(pass: Pass, arn: string, options?: ReadOptions): Promise<StringMap | undefined> {
  return pass.read(READ.codeDeployTags, arn, options);
}

// CloudWatch, Secrets Manager, Systems Manager

/** A metric or composite alarm by name, with its state. By 100 (DescribeAlarms). */
export function readAlarm(
  pass: Pass,
  name: string,
  options?: ReadOptions,
): Promise<MetricAlarm | CompositeAlarm | undefined> {
  return pass.read(READ.alarm, name, options);
}

/** A secret by ARN or name: its versions, never a value. Kept for a minute over passes. One call each (DescribeSecret). */
export function readSecret(
  pass: Pass,
  secret: string,
  options?: ReadOptions,
): Promise<DescribeSecretResponse | undefined> {
  return pass.read(READ.secret, secret, options);
}

/** A parameter by name: its version, never a value. Kept for a minute over passes. By 50 (DescribeParameters). */
export function readParameter(pass: Pass, name: string, options?: ReadOptions): Promise<ParameterMetadata | undefined> {
  return pass.read(READ.parameter, name, options);
}

// What services rest on: looked at before a change, never in a sweep

/**
 * The names of the keys in a secret's JSON, read as a role that may; undefined when there is no such secret or version. The
 * value itself leaves aws/secret-keys.ts never. One call each, and one of STS (AssumeRole, GetSecretValue).
 */
export function readSecretKeys(pass: Pass, asked: SecretToLookInto): Promise<SecretKeys | undefined> {
  return pass.read(READ.secretKeys, compoundKey(asked.role, asked.secret, asked.stage, asked.version));
}

/** A role by name, with its trust policy. One call each (GetRole). */
export function readRole(pass: Pass, name: string): Promise<Role | undefined> {
  return pass.read(READ.role, name);
}

/** What the policies of a role say of an action on a resource. By 50 for each role and action (SimulatePrincipalPolicy). */
export function readDecision(
  pass: Pass,
  key: { readonly role: string; readonly action: string; readonly resource: string },
): Promise<PolicyEvaluationDecisionType | undefined> {
  return pass.read(READ.iamDecision, compoundKey(key.role, key.action, key.resource));
}

/** The manifest of an image in ECR, by tag or digest, as JSON text. By 100 for each repository (BatchGetImage). */
export function readImageManifest(
  pass: Pass,
  key: { readonly registry: string; readonly repository: string; readonly tagOrDigest: string },
): Promise<string | undefined> {
  return pass.read(READ.image, compoundKey(key.registry, key.repository, key.tagOrDigest));
}

/** A log group by name. One call each (DescribeLogGroups). */
export function readLogGroup(pass: Pass, name: string): Promise<LogGroup | undefined> {
  return pass.read(READ.logGroup, name);
}

/** Quotas of Elastic Load Balancing by name, for example `rules-per-application-load-balancer` (DescribeAccountLimits). */
export async function readElbLimits(pass: Pass): Promise<StringMap> {
  return (await pass.read<StringMap>(READ.elbLimits, 'all')) ?? {};
}

/** A subnet by id. By 200 (DescribeSubnets). */
export function readSubnet(pass: Pass, id: string): Promise<Subnet | undefined> {
  return pass.read(READ.subnet, id);
}

/** A security group by id. By 200 (DescribeSecurityGroups). */
export function readSecurityGroup(pass: Pass, id: string): Promise<SecurityGroup | undefined> {
  return pass.read(READ.securityGroup, id);
}

/** The route tables of a VPC (DescribeRouteTables). */
export async function readRouteTables(pass: Pass, vpc: string): Promise<readonly RouteTable[]> {
  return (await pass.read<RouteTable[]>(READ.routeTables, vpc)) ?? [];
}

/** The endpoints of a VPC (DescribeVpcEndpoints). */
export async function readVpcEndpoints(pass: Pass, vpc: string): Promise<readonly VpcEndpoint[]> {
  return (await pass.read<VpcEndpoint[]>(READ.vpcEndpoints, vpc)) ?? [];
}
