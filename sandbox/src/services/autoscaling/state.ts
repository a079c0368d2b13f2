import type {
  PredictiveScalingPolicyConfiguration,
  StepScalingPolicyConfiguration,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { Scope, World } from '../../kernel/world.ts';

/** A scaling policy as it is kept. */
export interface PolicyState {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  type: 'StepScaling' | 'TargetTrackingScaling' | 'PredictiveScaling';
  step?: StepScalingPolicyConfiguration;
  tracking?: TargetTrackingScalingPolicyConfiguration;
  predictive?: PredictiveScalingPolicyConfiguration;
  /** Names of the alarms that target tracking made. */
  alarms: { readonly high?: string; readonly low?: string };
  /** The scale-out whose cooldown goes on: until when, and the capacity before it. */
  out?: { readonly until: number; readonly base: number };
  /** End of the scale-in cooldown. */
  inUntil?: number;
  /** What the low alarm told last, while it is in ALARM: other policies ask for it. */
  low?: { readonly at: number; readonly value: number };
}

/** A scheduled action as it is kept. Times in milliseconds since the epoch. */
export interface ScheduledActionState {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  schedule: string;
  timezone?: string;
  startTime?: number;
  endTime?: number;
  minCapacity?: number;
  maxCapacity?: number;
  timer?: string;
}

/** A scalable target as it is kept. */
export interface ScalableTargetState {
  readonly arn: string;
  readonly namespace: string;
  readonly resourceId: string;
  readonly dimension: string;
  readonly createdAt: number;
  readonly roleArn: string;
  minCapacity: number;
  maxCapacity: number;
  suspended: { in: boolean; out: boolean; scheduled: boolean };
  readonly policies: Record<string, PolicyState>;
  readonly actions: Record<string, ScheduledActionState>;
}

/** A scaling activity, or the note that there was nothing to do. */
export interface ActivityState {
  readonly id: string;
  readonly namespace: string;
  readonly resourceId: string;
  readonly dimension: string;
  readonly at: number;
  readonly description: string;
  readonly cause: string;
  readonly status: 'Successful' | 'Failed';
  readonly message: string;
  readonly notScaled?: {
    readonly code: string;
    readonly current: number;
    readonly max?: number;
    readonly min?: number;
  };
}

/** Everything of Application Auto Scaling at one account and region. */
export interface AutoScalingState {
  /** By `targetKey`. */
  readonly targets: Record<string, ScalableTargetState>;
  /** Oldest first. */
  activities: ActivityState[];
}

/** The state of Application Auto Scaling at one account and region. */
export function autoScalingState(world: World, scope: Scope): AutoScalingState {
  return world.slice<AutoScalingState>(scope, 'autoscaling', () => ({ targets: {}, activities: [] }));
}

/** What names a scalable target. */
export interface TargetName {
  readonly ServiceNamespace?: string | undefined;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}

/** The key of a scalable target. */
export function targetKey(name: TargetName): string {
  return [name.ServiceNamespace, name.ResourceId, name.ScalableDimension].join(' ');
}
