import type { ServiceSpec } from '../../api/service.ts';
import type { Finding, LintContext } from '../../core/lint.ts';
import { lintBalancing } from './lintbalancing.ts';
import { lintDeployment } from './lintdeployment.ts';
import { lintSteps } from './lintsteps.ts';
import { lintContainers } from '../../ecs/lint/containers.ts';
import { lintPlacement } from '../../ecs/lint/placement.ts';
import { lintPlatform } from '../../ecs/lint/platform.ts';
import { lintPorts } from './lintports.ts';
import { lintScheduling } from './lintscheduling.ts';
import { lintVolumes } from '../../ecs/lint/volumes.ts';

/** Everything about a service that is valid but cannot work, or will surprise, and can be told without AWS. */
export function lintService(spec: ServiceSpec, context: LintContext): readonly Finding[] {
  return [
    ...lintContainers(spec),
    ...lintBalancing(spec, context),
    ...lintPlacement(spec),
    ...lintPlatform(spec),
    ...lintScheduling(spec),
    ...lintPorts(spec),
    ...lintVolumes(spec),
    ...earlySuccess(spec),
    ...lintDeployment(spec, context),
    ...lintSteps(spec),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/early-success-criteria.html */
function earlySuccess({ deployment, schedulingStrategy }: ServiceSpec): readonly Finding[] {
  const { earlySuccessCriteria: criteria, minimumHealthyPercent } = deployment?.rolling ?? {};
  if (criteria?.enable !== true || criteria.healthyPercent === undefined) return [];
  const least = minimumHealthyPercent ?? (schedulingStrategy === 'DAEMON' ? 0 : 100);
  if (criteria.healthyPercent >= least) return [];
  const message = `${criteria.healthyPercent} is below minimumHealthyPercent, which is ${least}: ECS refuses it`;
  return [
    { code: 'LS1025', severity: 'error', path: '/deployment/rolling/earlySuccessCriteria/healthyPercent', message },
  ];
}
