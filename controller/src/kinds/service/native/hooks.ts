import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import type { StageHook } from '../../../api/deployment.ts';
import type { JsonObject } from '../../../core/json.ts';
import { objectOf, sorted } from '../../../ecs/tree.ts';

/** What ECS fills in: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHookTimeoutConfiguration.html */
const TIMEOUT = { timeoutMinutes: 1440, onTimeout: 'ROLLBACK' } as const;

/** Canonical form of hooks. ECS knows an analysis as a pause: what ends it is no business of AWS. */
export function canonicalHooks(hooks: readonly StageHook[] | undefined): readonly JsonObject[] {
  const canonical = (hooks ?? []).map(({ stage, lambda, timeoutMinutes, onTimeout }) =>
    objectOf({
      stage,
      ...(lambda === undefined ? { pause: true } : { lambda }),
      timeoutMinutes: timeoutMinutes ?? TIMEOUT.timeoutMinutes,
      onTimeout: onTimeout ?? TIMEOUT.onTimeout,
    }),
  );
  return sorted(canonical) as readonly JsonObject[];
}

/** Canonical form of live hooks: ECS takes several stages in one, the manifest names one for each. */
export function canonicalLiveHooks(hooks: readonly DeploymentLifecycleHook[] | undefined): readonly JsonObject[] {
  const canonical = (hooks ?? []).flatMap((hook) =>
    (hook.lifecycleStages ?? []).map((stage) =>
      objectOf({
        stage,
        ...(hook.targetType === 'PAUSE'
          ? { pause: true }
          : { lambda: objectOf({ functionArn: hook.hookTargetArn, role: hook.roleArn, details: hook.hookDetails }) }),
        timeoutMinutes: hook.timeoutConfiguration?.timeoutInMinutes ?? TIMEOUT.timeoutMinutes,
        onTimeout: hook.timeoutConfiguration?.action ?? TIMEOUT.onTimeout,
      }),
    ),
  );
  return sorted(canonical) as readonly JsonObject[];
}

/** What the API is sent: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHook.html */
export function renderHooks(hooks: readonly StageHook[] | undefined): DeploymentLifecycleHook[] {
  return (hooks ?? []).map(({ stage, lambda, timeoutMinutes, onTimeout }) => ({
    ...(lambda === undefined
      ? { targetType: 'PAUSE' as const }
      : {
          targetType: 'AWS_LAMBDA' as const,
          hookTargetArn: lambda.functionArn,
          roleArn: lambda.role,
          ...(lambda.details === undefined ? {} : { hookDetails: { ...lambda.details } }),
        }),
    lifecycleStages: [stage],
    ...(timeoutMinutes === undefined && onTimeout === undefined
      ? {}
      : {
          timeoutConfiguration: {
            timeoutInMinutes: timeoutMinutes ?? TIMEOUT.timeoutMinutes,
            action: onTimeout ?? TIMEOUT.onTimeout,
          },
        }),
  }));
}
