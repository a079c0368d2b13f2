import type { ListenerReference } from './listenerrule.ts';

/**
 * How a new revision replaces the old one.
 * @rules [{"rule":"(has(self.strategy) ? self.strategy : 'Rolling') == 'CodeDeploy' ? has(self.codeDeploy) : !has(self.codeDeploy)","message":"codeDeploy goes with strategy CodeDeploy"},{"rule":"(has(self.strategy) ? self.strategy : 'Rolling') == 'Progressive' ? has(self.progressive) : !has(self.progressive)","message":"progressive goes with strategy Progressive"},{"rule":"!has(self.linear) || (has(self.strategy) && self.strategy == 'Linear')","message":"linear goes with strategy Linear"},{"rule":"!has(self.canary) || (has(self.strategy) && self.strategy == 'Canary')","message":"canary goes with strategy Canary"},{"rule":"!has(self.rolling) || !has(self.strategy) || self.strategy == 'Rolling'","message":"rolling goes with strategy Rolling"},{"rule":"(has(self.strategy) && self.strategy in ['BlueGreen', 'Linear', 'Canary']) || !(has(self.bakeMinutes) || has(self.listenerRole) || has(self.productionRule) || has(self.testRule))","message":"bakeMinutes, listenerRole, productionRule and testRule go with the strategies BlueGreen, Linear and Canary"},{"rule":"!has(self.hooks) || !(has(self.strategy) && self.strategy in ['CodeDeploy', 'Progressive'])","message":"hooks of stages go with the strategies of ECS itself; CodeDeploy has codeDeploy.hooks, Progressive its steps"},{"rule":"!has(self.testRule) || has(self.productionRule)","message":"testRule needs productionRule"}]
 */
export interface DeploymentSpec {
  /**
   * `Rolling`: ECS replaces tasks a few at a time. `BlueGreen`, `Linear`, `Canary`: ECS starts the new revision beside
   * the old one and moves traffic all at once, in equal steps, or in two. `CodeDeploy`: AWS CodeDeploy does that.
   * `Progressive`: Longshore does it, in steps of any shape.
   * @default "Rolling"
   */
  strategy?: 'Rolling' | 'CodeDeploy' | 'BlueGreen' | 'Linear' | 'Canary' | 'Progressive';
  /** Settings of a rolling deployment. */
  rolling?: RollingDeployment;
  /** Settings of a deployment by AWS CodeDeploy. */
  codeDeploy?: CodeDeployDeployment;
  /** Steps of a linear deployment by ECS. */
  linear?: LinearDeployment;
  /** Steps of a canary deployment by ECS. */
  canary?: CanaryDeployment;
  /** Steps of a progressive deployment. */
  progressive?: ProgressiveDeployment;
  /**
   * How long the old revision stays after all traffic has moved, ready for a rollback, in minutes. Of BlueGreen, Linear
   * and Canary. Default: 0.
   * @asType integer
   * @minimum 0
   * @maximum 1440
   */
  bakeMinutes?: number;
  /** ARN of the role that ECS changes listeners and rules with. Of BlueGreen, Linear and Canary with a load balancer. */
  listenerRole?: string;
  /** The rule whose traffic moves. Of BlueGreen, Linear and Canary with a load balancer. It holds a forward action alone. */
  productionRule?: RuleReference;
  /** The rule whose traffic goes to the new revision first. */
  testRule?: RuleReference;
  /**
   * What happens at stages of a deployment by ECS. Of Rolling, BlueGreen, Linear and Canary.
   * @maxItems 20
   */
  hooks?: StageHook[];
  /** CloudWatch alarms that fail a deployment. */
  alarms?: DeploymentAlarms;
  /**
   * What happens when Git moves while a rollout is under way. `Supersede`: it is rolled back or left, and the new
   * revision begins; `Queue`: it ends first.
   * @default "Supersede"
   */
  onNewRevision?: 'Supersede' | 'Queue';
}

/**
 * Which rule of a listener takes part in a deployment.
 * @rules [{"rule":"(has(self.listenerRule) ? 1 : 0) + (has(self.listenerRuleArn) ? 1 : 0) + (has(self.listener) ? 1 : 0) == 1","message":"exactly one of listenerRule, listenerRuleArn and listener"},{"rule":"!has(self.priority) || has(self.listener)","message":"priority needs listener"}]
 */
export interface RuleReference {
  /** A ListenerRule of this Application. */
  listenerRule?: string;
  /** ARN of a rule, or of the listener of a network load balancer, outside this Application. */
  listenerRuleArn?: string;
  /** A listener of a LoadBalancer of this Application: its default action, or the inline rule with `priority`. */
  listener?: ListenerReference;
  /**
   * Priority of an inline rule of that listener. Omitted: the default action.
   * @asType integer
   * @minimum 1
   * @maximum 50000
   */
  priority?: number;
}

/** Traffic moves in equal steps. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html */
export interface LinearDeployment {
  /**
   * Percent of the traffic that moves in each step, a multiple of 0.1.
   * @minimum 3
   * @maximum 100
   * @default 10
   */
  stepPercent?: number;
  /**
   * Minutes between two steps.
   * @asType integer
   * @minimum 0
   * @maximum 1440
   * @default 6
   */
  stepBakeMinutes?: number;
}

/** Traffic moves in two steps. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html */
export interface CanaryDeployment {
  /**
   * Percent of the traffic that moves first, a multiple of 0.1.
   * @minimum 0.1
   * @maximum 100
   * @default 5
   */
  percent?: number;
  /**
   * Minutes until the rest follows.
   * @asType integer
   * @minimum 0
   * @maximum 1440
   * @default 10
   */
  bakeMinutes?: number;
}

/**
 * What happens at a stage of a deployment by ECS.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHook.html
 * @rules [{"rule":"(has(self.lambda) ? 1 : 0) + (has(self.pause) ? 1 : 0) + (has(self.analysis) ? 1 : 0) == 1","message":"exactly one of lambda, pause and analysis"},{"rule":"has(self.lambda) || !(self.stage in ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'])","message":"ECS does not pause at TEST_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT; only a lambda can run there"},{"rule":"!has(self.pause) || self.pause","message":"pause is true, or left out"}]
 */
export interface StageHook {
  /** The stage. */
  stage:
    | 'RECONCILE_SERVICE'
    | 'PRE_SCALE_UP'
    | 'POST_SCALE_UP'
    | 'TEST_TRAFFIC_SHIFT'
    | 'POST_TEST_TRAFFIC_SHIFT'
    | 'PRE_PRODUCTION_TRAFFIC_SHIFT'
    | 'PRODUCTION_TRAFFIC_SHIFT'
    | 'POST_PRODUCTION_TRAFFIC_SHIFT';
  /** Calls a function, which says whether to go on. */
  lambda?: StageLambda;
  /** Waits until a person promotes or aborts. */
  pause?: boolean;
  /** Pauses while the analysis of `verify.analyses` with this name runs; goes on when it succeeds, rolls back when not. */
  analysis?: string;
  /**
   * Minutes until ECS gives up waiting.
   * @asType integer
   * @minimum 1
   * @maximum 20160
   * @default 1440
   */
  timeoutMinutes?: number;
  /**
   * What ECS does then.
   * @default "ROLLBACK"
   */
  onTimeout?: 'ROLLBACK' | 'CONTINUE';
}

/** A function that ECS calls at a stage. */
export interface StageLambda {
  /** Its ARN. */
  functionArn: string;
  /** ARN of the role that ECS calls it with. */
  role: string;
  /** What the function is told besides what ECS tells it. */
  details?: Record<string, string>;
}

/**
 * A deployment by AWS CodeDeploy. Longshore makes the application, the deployment group and a configuration of its own.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html
 * @rules [{"rule":"(has(self.config) ? 1 : 0) + (has(self.canary) ? 1 : 0) + (has(self.linear) ? 1 : 0) <= 1","message":"at most one of config, canary and linear"},{"rule":"!has(self.readyWait) || has(self.testListener)","message":"readyWait needs testListener: without one there is nothing to look at while it waits"}]
 */
export interface CodeDeployDeployment {
  /** ARN of the role that CodeDeploy works with. */
  serviceRole: string;
  /**
   * Name of the CodeDeploy application. Default: derived. A service belongs to one deployment group, so that one that has
   * a group is taken over with its names.
   * @pattern ^([a-zA-Z0-9._+=,@-]{1,100}|.*\$\{.*)$
   */
  applicationName?: string;
  /**
   * Name of the deployment group. Default: derived.
   * @pattern ^([a-zA-Z0-9._+=,@-]{1,100}|.*\$\{.*)$
   */
  deploymentGroupName?: string;
  /** Name of a deployment configuration, such as `CodeDeployDefault.ECSCanary10Percent5Minutes`. Default: `CodeDeployDefault.ECSAllAtOnce`. */
  config?: string;
  /** A configuration of its own: two steps. */
  canary?: CodeDeployShift;
  /** A configuration of its own: equal steps. */
  linear?: CodeDeployShift;
  /** The listener whose traffic moves. */
  productionListener: CodeDeployListener;
  /** The listener whose traffic goes to the new revision first. */
  testListener?: CodeDeployListener;
  /** How long the new revision stands behind the test listener before production traffic moves. */
  readyWait?: ReadyWait;
  /**
   * How long the old tasks stay after all traffic has moved, in minutes.
   * @asType integer
   * @minimum 0
   * @maximum 2880
   * @default 0
   */
  terminateBlueAfterMinutes?: number;
  /** When CodeDeploy rolls back by itself. Default: DEPLOYMENT_FAILURE, and DEPLOYMENT_STOP_ON_ALARM where there are alarms. */
  autoRollback?: ('DEPLOYMENT_FAILURE' | 'DEPLOYMENT_STOP_ON_ALARM' | 'DEPLOYMENT_STOP_ON_REQUEST')[];
  /** Functions that CodeDeploy calls at events of the deployment. */
  hooks?: CodeDeployHooks;
}

/** How traffic moves in a configuration of its own. */
export interface CodeDeployShift {
  /**
   * Percent of the traffic: the first step of a canary, each step of linear.
   * @asType integer
   * @minimum 1
   * @maximum 99
   */
  percent: number;
  /**
   * Minutes: until the rest follows, or between two steps.
   * @asType integer
   * @minimum 1
   * @maximum 2880
   */
  minutes: number;
}

/**
 * A listener that takes part in a deployment by CodeDeploy.
 * @rules [{"rule":"(has(self.loadBalancer) && has(self.port)) != has(self.listenerArn)","message":"loadBalancer and port, or listenerArn"}]
 */
export interface CodeDeployListener {
  /** A LoadBalancer of this Application. */
  loadBalancer?: string;
  /**
   * The port of its listener.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  port?: number;
  /** ARN of a listener outside this Application. */
  listenerArn?: string;
}

/** How long the new revision stands behind the test listener before production traffic moves, and what happens then. */
export interface ReadyWait {
  /**
   * Minutes, in which the new tasks have to stay healthy.
   * @asType integer
   * @minimum 1
   * @maximum 2880
   */
  minutes: number;
  /**
   * `Continue`: production traffic moves; `Stop`: the deployment stops, unless a person promotes it before; `Manual`: a
   * person promotes or aborts, however long it takes (at most two days).
   * @default "Continue"
   */
  then?: 'Continue' | 'Stop' | 'Manual';
}

/**
 * ARNs or names of Lambda functions. A function answers with PutLifecycleEventHookExecutionStatus within an hour.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
 */
export interface CodeDeployHooks {
  /** Before the new tasks are made. */
  beforeInstall?: string;
  /** When they stand. */
  afterInstall?: string;
  /** When the test listener serves them. */
  afterAllowTestTraffic?: string;
  /** Before production traffic moves. */
  beforeAllowTraffic?: string;
  /** When it has moved. */
  afterAllowTraffic?: string;
}

/** A deployment that Longshore itself drives, over weights of a rule and ECS task sets. */
export interface ProgressiveDeployment {
  /** The rule whose traffic moves. It holds a forward action alone. */
  productionRule: RuleReference;
  /** The rule that serves the new revision as soon as it is healthy. */
  testRule?: RuleReference;
  /**
   * What happens, in this order. The last weight is 100.
   * @minItems 1
   * @maxItems 50
   */
  steps: ProgressiveStep[];
  /**
   * How long an abort may take until the old revision has all traffic again, in seconds.
   * @asType integer
   * @minimum 10
   * @maximum 3600
   * @default 120
   */
  abortWithinSeconds?: number;
  /**
   * How many tasks of the new revision may fail before it is rolled back. Default: half of the desired count, from 3 to
   * 200, as ECS's circuit breaker has it.
   * @asType integer
   * @minimum 1
   */
  failedTasks?: number;
  /**
   * How long the new tasks may take to become healthy before the rollout is rolled back, in minutes.
   * @asType integer
   * @minimum 1
   * @maximum 1440
   * @default 30
   */
  progressDeadlineMinutes?: number;
  /**
   * How long the old tasks stay after the last step, in minutes.
   * @asType integer
   * @minimum 0
   * @maximum 2880
   * @default 0
   */
  bakeMinutes?: number;
}

/**
 * One step.
 * @rules [{"rule":"(has(self.weight) ? 1 : 0) + (has(self.pause) ? 1 : 0) + (has(self.analysis) ? 1 : 0) == 1","message":"exactly one of weight, pause and analysis"}]
 */
export interface ProgressiveStep {
  /**
   * Percent of the traffic that goes to the new revision.
   * @asType integer
   * @minimum 0
   * @maximum 100
   */
  weight?: number;
  /**
   * How long to wait, such as `150s`, `5m` or `1h30m`; `Manual`: until a person promotes.
   * @pattern ^(Manual|([0-9]+h)?([0-9]+m)?([0-9]+s)?)$
   */
  pause?: string;
  /** Name of an analysis of `verify.analyses`: the rollout goes on when it succeeds, and back when not. */
  analysis?: string;
}

/** Settings of a rolling deployment. */
export interface RollingDeployment {
  /**
   * How many tasks, in percent of the desired count, stay healthy. Default: 100; 0 for DAEMON.
   * @asType integer
   * @minimum 0
   * @maximum 100
   */
  minimumHealthyPercent?: number;
  /**
   * How many tasks, in percent of the desired count, may run at most. Default: 200; 100 for DAEMON.
   * @asType integer
   * @minimum 100
   * @maximum 200
   */
  maximumPercent?: number;
  /** Fails a deployment whose tasks do not come up. */
  circuitBreaker?: CircuitBreaker;
  /** Completes a deployment before all tasks are replaced. */
  earlySuccessCriteria?: EarlySuccessCriteria;
}

/** ECS's deployment circuit breaker. */
export interface CircuitBreaker {
  /** On or off. */
  enable: boolean;
  /**
   * Goes back to the last deployment that completed.
   * @default false
   */
  rollback?: boolean;
  /**
   * A task that becomes healthy sets the count of failures back to 0.
   * @default true
   */
  resetOnHealthyTask?: boolean;
  /** How many failures are too many. Default: half of the desired count, from 3 to 200. */
  thresholdConfiguration?: FailureThreshold;
}

/**
 * How many failed tasks fail a deployment.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html
 */
export interface FailureThreshold {
  /** `COUNT`: the value itself; `BOUNDED_PERCENT`: of the desired count, from 3 to 200; `UNBOUNDED_PERCENT`: of the desired count. */
  type: 'COUNT' | 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT';
  /**
   * A number of tasks or a percentage.
   * @asType integer
   * @minimum 1
   */
  value: number;
}

/**
 * When a rolling deployment counts as done: circuit breaker and alarms guard it until then. ECS goes on to replace the
 * other tasks all the same. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/early-success-criteria.html
 * @rules [{"rule":"!self.enable || (has(self.healthyPercent) && has(self.sourceServiceRevisionCleanup))","message":"healthyPercent and sourceServiceRevisionCleanup are needed when enable is true"}]
 */
export interface EarlySuccessCriteria {
  /** On or off. */
  enable: boolean;
  /**
   * How many tasks of the new revision have to be healthy, in percent of the desired count, rounded up. Not below
   * minimumHealthyPercent.
   * @asType integer
   * @minimum 0
   * @maximum 100
   */
  healthyPercent?: number;
  /** `BLOCKING`: the old tasks stop before the deployment is done; `DEFERRED`: afterwards. */
  sourceServiceRevisionCleanup?: 'BLOCKING' | 'DEFERRED';
}

/**
 * CloudWatch alarms that fail a deployment. An alarm that fires already when it begins is ignored by ECS. CodeDeploy
 * watches them where the strategy is CodeDeploy, Longshore where it is Progressive.
 */
export interface DeploymentAlarms {
  /**
   * Names of metric alarms.
   * @minItems 1
   */
  names: string[];
  /**
   * Goes back to the last deployment that completed.
   * @default false
   */
  rollback?: boolean;
}
