import type { ServiceSpec } from '../../api/service.ts';

/** The capacity providers that every account has. */
const FARGATE_PROVIDERS = ['FARGATE', 'FARGATE_SPOT'];

/** True when ECS checks the service against Fargate: tasks may run there, or the task says so. */
export function mayRunOnFargate({ launchType, capacityProviderStrategy = [], task }: ServiceSpec): boolean {
  return (
    launchType === 'FARGATE' ||
    capacityProviderStrategy.some((item) => FARGATE_PROVIDERS.includes(item.capacityProvider)) ||
    (task.requiresCompatibilities?.includes('FARGATE') ?? false)
  );
}

/** True when the tasks are made for Windows. */
export function isWindows({ task }: ServiceSpec): boolean {
  return task.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true;
}
