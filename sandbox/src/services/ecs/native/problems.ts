/** Why a service deployment with a lifecycle fails. */
export interface Problem {
  /** Of the service deployment: `statusReason`. */
  readonly reason: string;
  /** Behind `deployment failed: ` in the service event and `ECS deployment failed: ` in the rollout state. */
  readonly detected: string;
}

/**
 * A hook failed, timed out, or was rolled back.
 * Words of the event: https://github.com/aws/containers-roadmap/issues/2664
 */
export function hookProblem(reason: string): Problem {
  return { reason, detected: 'hook execution failure(s) detected.' };
}

/** Traffic could not be shifted. Words: "Troubleshooting Amazon ECS blue/green deployments" (permission issues). */
export function shiftProblem(stage: string, why: string): Problem {
  return hookProblem(`Service deployment rolled back because ${stage} lifecycle hook(s) failed. ${why}`);
}

/** Listener rules, target groups or roles are not as they must be. */
export function networkProblem(reason: string): Problem {
  return { reason, detected: 'invalid networking configuration detected.' };
}

/** "Each lifecycle stage can last up to 24 hours." Source: "Amazon ECS blue/green service deployments workflow". */
export function stageTimedOut(stage: string): Problem {
  return {
    reason: `Service deployment rolled back because the ${stage} lifecycle stage timed out.`,
    detected: 'lifecycle stage timed out.',
  };
}

/** A CloudWatch alarm of the deployment went off. */
export const alarmProblem: Problem = {
  reason: 'Service deployment rolled back because a CloudWatch alarm was detected.',
  detected: 'alarm detected.',
};

/** A user called StopServiceDeployment. */
export const stopProblem: Problem = {
  reason: 'Service deployment rolled back because of a StopServiceDeployment request.',
  detected: 'deployment stopped.',
};
