/** How a new revision replaces the old one. */
export interface DeploymentSpec {
  /**
   * `Rolling`: ECS replaces tasks a few at a time.
   * @default "Rolling"
   */
  strategy?: 'Rolling';
  /** Settings of a rolling deployment. */
  rolling?: RollingDeployment;
  /** CloudWatch alarms that fail a deployment. */
  alarms?: DeploymentAlarms;
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

/** CloudWatch alarms that fail a deployment. An alarm that fires already when it begins is ignored by ECS. */
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
