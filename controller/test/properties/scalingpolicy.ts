import {
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
  type ScalingPolicy,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { ScalingPolicySpec } from '../../src/api/scalingpolicy.ts';
import { below } from '../../src/core/pointer.ts';
import { scalingPolicyKind } from '../../src/kinds/scalingpolicy/index.ts';
import type { LiveScaling } from '../../src/kinds/scalingpolicy/live.ts';
import { scalingPolicies } from './arbitraries/scalingpolicy.ts';
import type { KindProperty, Mutable, Mutation } from './property.ts';

type On = Mutable<ScalingPolicySpec, LiveScaling>;

/** Scaling of one service, with policies of every type. */
export const scalingPolicyProperty: KindProperty<ScalingPolicySpec, LiveScaling> = {
  kind: scalingPolicyKind,
  setUp: async ({ aws }) => {
    await aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    const task = { family: 'api', containerDefinitions: [{ name: 'web', image: 'example/web:1', memory: 128 }] };
    await aws.ecs.send(new RegisterTaskDefinitionCommand(task));
    const input = { cluster: 'main', serviceName: 'api', taskDefinition: 'api', desiredCount: 0 };
    const { service } = await aws.ecs.send(new CreateServiceCommand(input));
    return { 'Service/api': { arn: service?.serviceArn ?? '', name: 'api' } };
  },
  specs: () => scalingPolicies,
  mutations: (on) => [
    ...limits(on),
    ...on.live.policies.flatMap((policy) => ofPolicy(on, policy)),
    ...addedPolicy(on),
    ...actions(on),
    ...tags(on),
  ],
};

function targetOf({
  live,
}: On): Pick<PutScalingPolicyCommandInput, 'ServiceNamespace' | 'ScalableDimension' | 'ResourceId'> {
  return { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount', ResourceId: live.resourceId };
}

function limits(on: On): readonly Mutation[] {
  const register = (path: string, input: Partial<RegisterScalableTargetCommandInput>): Mutation => ({
    path,
    send: () => on.aws.autoscaling.send(new RegisterScalableTargetCommand({ ...targetOf(on), ...input })),
  });
  const { DynamicScalingInSuspended: scaleIn, DynamicScalingOutSuspended: scaleOut } =
    on.live.target.SuspendedState ?? {};
  return [
    register('/minCapacity', { MinCapacity: 9 }),
    register('/maxCapacity', { MaxCapacity: 99 }),
    register('/suspend/scaleIn', { SuspendedState: { DynamicScalingInSuspended: scaleIn !== true } }),
    register('/suspend/scaleOut', { SuspendedState: { DynamicScalingOutSuspended: scaleOut !== true } }),
  ];
}

function ofPolicy(on: On, policy: ScalingPolicy): readonly Mutation[] {
  const { PolicyName = '', PolicyType } = policy;
  const { TargetTrackingScalingPolicyConfiguration: tracking, StepScalingPolicyConfiguration: step } = policy;
  const { PredictiveScalingPolicyConfiguration: predictive } = policy;
  const put = (path: string, input: Partial<PutScalingPolicyCommandInput>): Mutation => ({
    path,
    send: () =>
      on.aws.autoscaling.send(new PutScalingPolicyCommand({ ...targetOf(on), PolicyName, PolicyType, ...input })),
  });
  const list = tracking ? 'targetTracking' : step ? 'step' : 'predictive';
  const path = below(`/${list}`, PolicyName);
  const gone: Mutation = {
    path,
    send: () => on.aws.autoscaling.send(new DeleteScalingPolicyCommand({ ...targetOf(on), PolicyName })),
  };
  if (tracking !== undefined) {
    const changed = (more: object) => ({ TargetTrackingScalingPolicyConfiguration: { ...tracking, ...more } });
    return [
      gone,
      put(`${path}/targetValue`, changed({ TargetValue: 95 })),
      put(`${path}/scaleInCooldown`, changed({ ScaleInCooldown: 901 })),
      put(`${path}/disableScaleIn`, changed({ DisableScaleIn: tracking.DisableScaleIn !== true })),
    ];
  }
  if (step !== undefined) {
    return [gone, put(`${path}/cooldown`, { StepScalingPolicyConfiguration: { ...step, Cooldown: 901 } })];
  }
  const [metrics] = predictive?.MetricSpecifications ?? [];
  if (predictive === undefined || metrics === undefined) return [gone];
  const MetricSpecifications = [{ ...metrics, TargetValue: 95 }];
  const Mode = predictive.Mode === 'ForecastAndScale' ? 'ForecastOnly' : 'ForecastAndScale';
  return [
    gone,
    put(`${path}/targetValue`, { PredictiveScalingPolicyConfiguration: { ...predictive, MetricSpecifications } }),
    put(`${path}/mode`, { PredictiveScalingPolicyConfiguration: { ...predictive, Mode } }),
  ];
}

/** A policy that nobody declared goes, of whatever type. */
function addedPolicy(on: On): readonly Mutation[] {
  const MetricSpecifications = [
    { TargetValue: 50, PredefinedMetricPairSpecification: { PredefinedMetricType: 'ECSServiceMemoryUtilization' } },
  ];
  const command = new PutScalingPolicyCommand({
    ...targetOf(on),
    PolicyName: 'by-hand',
    PolicyType: 'PredictiveScaling',
    PredictiveScalingPolicyConfiguration: { MetricSpecifications },
  });
  return [{ path: '/predictive/by-hand', send: () => on.aws.autoscaling.send(command) }];
}

function actions(on: On): readonly Mutation[] {
  return on.live.actions.flatMap((action): readonly Mutation[] => {
    const { ScheduledActionName = '', Schedule, Timezone, StartTime, EndTime, ScalableTargetAction } = action;
    const path = below('/scheduled', ScheduledActionName);
    const same = { ...targetOf(on), ScheduledActionName, Schedule, Timezone, StartTime, EndTime, ScalableTargetAction };
    return [
      {
        path,
        send: () => on.aws.autoscaling.send(new DeleteScheduledActionCommand({ ...targetOf(on), ScheduledActionName })),
      },
      {
        path: `${path}/maxCapacity`,
        send: () =>
          on.aws.autoscaling.send(
            new PutScheduledActionCommand({
              ...same,
              ScalableTargetAction: { ...ScalableTargetAction, MaxCapacity: 40 },
            }),
          ),
      },
    ];
  });
}

function tags(on: On): readonly Mutation[] {
  const ResourceARN = on.live.target.ScalableTargetARN;
  return Object.keys(on.desired.spec.tags ?? {}).flatMap((key): readonly Mutation[] => [
    {
      path: below('/tags', key),
      send: () => on.aws.autoscaling.send(new TagResourceCommand({ ResourceARN, Tags: { [key]: 'by hand' } })),
    },
    {
      path: below('/tags', key),
      send: () => on.aws.autoscaling.send(new UntagResourceCommand({ ResourceARN, TagKeys: [key] })),
    },
  ]);
}
