import type { Scope } from './world.ts';

/** A registered target: a task's network interface. */
export interface Target {
  /** IP address or instance id. */
  readonly id: string;
  readonly port: number;
  readonly availabilityZone?: string;
}

/** Where a target really answers. */
export type Backend =
  | { readonly kind: 'http'; readonly host: string; readonly port: number }
  /** Simulated: health checks and requests get this status. */
  | { readonly kind: 'scripted'; readonly status: number };

/** What ECS asks of the load balancers. */
export interface LoadBalancing {
  /** Undefined: no such target group. `loadBalancerArns` is empty while no listener or rule uses it. */
  targetGroup(
    scope: Scope,
    targetGroupArn: string,
  ): { readonly targetType: string; readonly loadBalancerArns: readonly string[] } | undefined;
  register(scope: Scope, targetGroupArn: string, target: Target): void;
  /** Starts draining; the target is gone after the deregistration delay. */
  deregister(scope: Scope, targetGroupArn: string, target: Target): void;
  /** `initial`, `healthy`, `unhealthy`, `draining`, `unused`, `unavailable`; undefined when not registered. */
  health(
    scope: Scope,
    targetGroupArn: string,
    target: Target,
  ): { readonly state: string; readonly reason?: string; readonly description?: string } | undefined;
  /** VPCs that target groups name, in the order in which these were made. */
  vpcs(scope: Scope): readonly string[];
  /** The zone that a subnet which EC2 does not know got with its first load balancer. */
  zoneOf(scope: Scope, subnetId: string): string | undefined;
}

/** What load balancers ask of EC2. */
export interface Networks {
  /** `unknown`: EC2 has never heard of it, and nobody has declared a network there, so that it may exist all the same. */
  subnet(scope: Scope, id: string): { readonly zone: string; readonly vpcId: string } | 'unknown' | 'absent';
}

/** What load balancers ask of ECS. */
export interface TaskNetwork {
  /** Where the task with this address answers on this container port; undefined when no running task does. */
  backend(scope: Scope, target: Target): Backend | undefined;
}

/** What ECS asks of Logs. */
export interface LogSink {
  groupExists(scope: Scope, group: string): boolean;
  createGroup(scope: Scope, group: string): void;
  /** Makes the stream when it is not there. Timestamps in milliseconds of sandbox time. */
  put(
    scope: Scope,
    group: string,
    stream: string,
    events: readonly { readonly timestamp: number; readonly message: string }[],
  ): void;
}

/** What ECS asks of Secrets Manager and SSM. */
export interface SecretValues {
  /**
   * The value of a container secret's `valueFrom`: a secret ARN with optional `:json-key:version-stage:version-id`,
   * an SSM parameter name or ARN. Throws AwsError as the service itself would.
   */
  resolve(scope: Scope, valueFrom: string): string;
}

/** What everybody may tell CloudWatch. */
export interface Metrics {
  put(
    scope: Scope,
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    unit: string,
  ): void;
  /** State of a metric alarm; undefined when there is none of that name. */
  alarmState(scope: Scope, name: string): 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | undefined;
}

/** What Application Auto Scaling asks of ECS. */
export interface ScalableServices {
  /** Undefined: no such service. `resourceId` is `service/<cluster>/<service>`. */
  desiredCount(scope: Scope, resourceId: string): number | undefined;
  setDesiredCount(scope: Scope, resourceId: string, count: number): void;
  /** True while a deployment of the service is in progress: Application Auto Scaling holds scale-in for so long. */
  deploymentInProgress(scope: Scope, resourceId: string): boolean;
}

/** What everybody asks of IAM. All is allowed while `Settings.iam` is `off`. */
export interface Identity {
  /** Whether the principal, a service (`ecs-tasks.amazonaws.com`) or an ARN, may assume the role by now. */
  assumableBy(roleArn: string, principal: string): boolean;
  /** Why the session of a role may not do this, in IAM's words; undefined when it may. An account itself may do everything. */
  refusal(principal: string, action: string, resource: string): string | undefined;
  /** Whether the account's service-linked role for the service (`ecs.amazonaws.com`) can be assumed by now. */
  hasServiceLinkedRole(accountId: string, service: string): boolean;
  /** Makes that role, as services do on their first use. */
  ensureServiceLinkedRole(accountId: string, service: string): void;
}

/** An event as a service sends it to EventBridge. */
export interface ServiceEvent {
  /** `aws.ecs`. */
  readonly source: string;
  /** `ECS Task State Change`. */
  readonly detailType: string;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: object;
  /** What it tells of happened then, in milliseconds since the epoch. Default: now. */
  readonly at?: number;
  /** A read-only management event of CloudTrail: only rules that ask for those get it. */
  readonly readOnly?: boolean;
}

/** What everybody may tell EventBridge. */
export interface Events {
  /** Gives the event to the rules of the default bus of the place. It is made when there are rules. */
  emit(scope: Scope, event: () => ServiceEvent): void;
}

/** A message that a service puts into a queue. */
export interface QueuedMessage {
  readonly body: string;
  /** Message attributes, all strings. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Of FIFO queues. */
  readonly groupId?: string;
}

/** What ECS asks of ECR. */
export interface Images {
  /**
   * The digest of an image by its whole name, with a tag or digest. `absent`: its repository is there and has no such
   * image. Undefined for images of elsewhere.
   */
  digestOf(image: string): `sha256:${string}` | 'absent' | undefined;
}

/** What EventBridge asks of SQS. */
export interface Queues {
  /**
   * Puts a message into a queue for a service, when the queue's policy lets it: `sourceArn` is the resource for which
   * the service acts. Undefined when the message is in the queue, else why it is not.
   */
  deliver(
    queueArn: string,
    message: QueuedMessage,
    from: { readonly service: string; readonly sourceArn: string },
  ): 'noQueue' | 'notPermitted' | undefined;
}

/** A call that a service made for its user, under the service-linked role that it has in the account or one of the user's. */
export interface ServiceCall {
  /** Service principal of the caller: `ecs.application-autoscaling.amazonaws.com`. */
  readonly by: string;
  /** Name of the role. */
  readonly role: string;
  /** ARN of the role when it is the user's, and not a service-linked one. */
  readonly roleArn?: string;
  /** Name of the role's session. */
  readonly session: string;
  /** The API that it called, as in `Service.name`, and the operation. */
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly output: object;
}

/** What services tell CloudTrail; calls that arrive over the wire it hears of by itself. */
export interface Trail {
  recordServiceCall(scope: Scope, call: ServiceCall): void;
}

/** A task set as CodeDeploy sees it. */
export interface TaskSetLook {
  /** `ecs-svc/<digits>`. */
  readonly id: string;
  readonly arn: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  readonly taskDefinition: string;
  /** The target group that its tasks are registered with; undefined without a load balancer. */
  readonly targetGroupArn?: string;
  readonly externalId?: string;
  readonly createdAt: number;
  /** `STEADY_STATE`: as many tasks run as are wanted, none is pending, and all are healthy. */
  readonly stability: 'STEADY_STATE' | 'STABILIZING';
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  /** Tasks that stopped, or were found unhealthy, since the set was made. */
  readonly failedTasks: number;
}

/** What CodeDeploy makes a task set from: the parts of an AppSpec. */
export interface TaskSetRequest {
  readonly cluster: string;
  readonly service: string;
  readonly taskDefinition: string;
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
  /** The CodeDeploy deployment id. */
  readonly externalId: string;
  readonly platformVersion?: string;
  readonly capacityProviderStrategy?: readonly { capacityProvider: string; weight?: number; base?: number }[];
  readonly subnets?: readonly string[];
  readonly securityGroups?: readonly string[];
  readonly assignPublicIp?: 'ENABLED' | 'DISABLED';
}

/** What CodeDeploy asks of ECS: what it calls with its service role, on services under the controller CODE_DEPLOY. */
export interface TaskSets {
  /** Undefined: no such ACTIVE service. */
  service(
    scope: Scope,
    cluster: string,
    service: string,
  ):
    | {
        readonly arn: string;
        readonly controller: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
        readonly desiredCount: number;
        /** PRIMARY first. */
        readonly taskSets: readonly TaskSetLook[];
      }
    | undefined;
  /** Makes a task set at scale 100 percent, `startedBy` CODE_DEPLOY. Its target group needs no listener yet. @throws AwsError as CreateTaskSet */
  create(scope: Scope, request: TaskSetRequest): TaskSetLook;
  /** @throws AwsError as UpdateServicePrimaryTaskSet */
  setPrimary(scope: Scope, cluster: string, service: string, taskSet: string): void;
  /** Stops its tasks, as DeleteTaskSet with force. @throws AwsError as DeleteTaskSet */
  remove(scope: Scope, cluster: string, service: string, taskSet: string): void;
}

/** What deployments ask of the load balancers: whose traffic goes where. */
export interface Traffic {
  /** The weights of a rule's forward action by target group ARN, or of a listener's default action; undefined: no such rule or listener. */
  weights(scope: Scope, ruleOrListenerArn: string): Readonly<Record<string, number>> | undefined;
  /** Whether forwarding is all that a rule, or a listener's default rule, does; undefined: no such rule or listener. */
  forwardsOnly(scope: Scope, ruleOrListenerArn: string): boolean | undefined;
  /** Makes the forward action of a rule, or the default action of a listener, have these weights; stickiness stays. @throws AwsError as ModifyRule or ModifyListener */
  shift(scope: Scope, ruleOrListenerArn: string, weights: Readonly<Record<string, number>>): void;
  /** ARNs of the rules of a listener, the default rule last; undefined: no such listener. */
  rules(scope: Scope, listenerArn: string): readonly string[] | undefined;
}

/** What deployments ask of Lambda. */
export interface Functions {
  /** Whether there is a function of that name or ARN. */
  exists(scope: Scope, nameOrArn: string): boolean;
  /** Calls it, and waits for its answer. */
  invoke(
    scope: Scope,
    nameOrArn: string,
    payload: object,
  ): Promise<{ readonly answer: unknown } | { readonly error: string }>;
}

/** What services ask of each other, wired at start. */
export interface Ports {
  readonly loadBalancing: LoadBalancing;
  readonly tasks: TaskNetwork;
  readonly logs: LogSink;
  readonly secrets: SecretValues;
  readonly metrics: Metrics;
  readonly scalableServices: ScalableServices;
  readonly identity: Identity;
  readonly events: Events;
  readonly images: Images;
  readonly queues: Queues;
  readonly trail: Trail;
  readonly taskSets: TaskSets;
  readonly traffic: Traffic;
  readonly functions: Functions;
  readonly networks: Networks;
}
