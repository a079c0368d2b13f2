import type { DeploymentSpec, ProgressiveStep } from '../../api/deployment.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { Finding } from '../../core/lint.ts';
import { didYouMean } from '../../core/suggest.ts';

/** Lint of the steps, hooks and waits of a deployment. */
export function lintSteps(spec: ServiceSpec): readonly Finding[] {
  const { deployment } = spec;
  if (deployment === undefined) return [];
  return [
    ...analyses(spec, deployment),
    ...hooks(deployment),
    ...withoutEffect(deployment),
    ...weights(deployment),
    ...nativeShape(deployment),
  ];
}

const warning = (code: string, path: string, message: string): Finding => ({
  code,
  severity: 'warning',
  path,
  message,
});

function analyses({ verify }: ServiceSpec, { hooks: stages = [], progressive }: DeploymentSpec): readonly Finding[] {
  const names = (verify?.analyses ?? []).map(({ name }) => name);
  const named = [
    ...stages.map(({ analysis }, index) => ({ analysis, path: `/deployment/hooks/${index}/analysis` })),
    ...(progressive?.steps ?? []).map(({ analysis }, index) => ({
      analysis,
      path: `/deployment/progressive/steps/${index}/analysis`,
    })),
  ];
  return named.flatMap(({ analysis, path }): readonly Finding[] => {
    if (analysis === undefined || names.includes(analysis)) return [];
    const there = names.join(', ') || 'none';
    const message = `verify.analyses has no analysis "${analysis}"${didYouMean(analysis, names)}; there is ${there}`;
    return [{ code: 'LS1037', severity: 'error', path, message }];
  });
}

function hooks({ hooks: stages = [] }: DeploymentSpec): readonly Finding[] {
  const waits = stages.map(({ stage, lambda }) => (lambda === undefined ? stage : undefined));
  return waits.flatMap((stage, index): readonly Finding[] => {
    if (stage === undefined || waits.indexOf(stage) === index) return [];
    const message = `another hook waits at ${stage} already; expected one pause or analysis for a stage`;
    return [{ code: 'LS1039', severity: 'error', path: `/deployment/hooks/${index}`, message }];
  });
}

function withoutEffect(deployment: DeploymentSpec): readonly Finding[] {
  const { linear, canary, codeDeploy, alarms, progressive } = deployment;
  const found: readonly (readonly [boolean, string, string])[] = [
    [
      linear?.stepPercent === 100 && (linear.stepBakeMinutes ?? 0) > 0,
      '/deployment/linear/stepBakeMinutes',
      'all traffic moves in the first step: there are no minutes between two of them',
    ],
    [
      canary?.percent === 100 && (canary.bakeMinutes ?? 0) > 0,
      '/deployment/canary/bakeMinutes',
      'all traffic moves in the first step: nothing is left to wait for',
    ],
    [
      codeDeploy?.autoRollback?.includes('DEPLOYMENT_STOP_ON_ALARM') === true && alarms === undefined,
      '/deployment/codeDeploy/autoRollback',
      'DEPLOYMENT_STOP_ON_ALARM rolls back when an alarm of deployment.alarms fires, and there are none',
    ],
    [
      progressive?.steps[0]?.pause !== undefined,
      '/deployment/progressive/steps/0',
      'nothing has happened before the first step that a pause could watch; expected a weight first',
    ],
  ];
  return found.filter(([isSo]) => isSo).map(([, path, message]) => warning('LS1032', path, message));
}

function weights({ progressive }: DeploymentSpec): readonly Finding[] {
  if (progressive === undefined) return [];
  const path = '/deployment/progressive/steps';
  const all = progressive.steps.flatMap(({ weight }, index) => (weight === undefined ? [] : { weight, index }));
  const last = all.at(-1)?.weight;
  const down = all.find(({ weight }, at) => weight <= (all[at - 1]?.weight ?? -1));
  return [
    ...(last === 100
      ? []
      : [
          {
            code: 'LS1038',
            severity: 'error' as const,
            path,
            message: `the last weight is ${last ?? 'missing'}; expected 100`,
          },
        ]),
    ...(down === undefined
      ? []
      : [
          {
            code: 'LS1038',
            severity: 'error' as const,
            path: `${path}/${down.index}/weight`,
            message: `weight ${down.weight} is not above the one before; expected weights that go up`,
          },
        ]),
  ];
}

/** Shapes that ECS has too: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
function nativeShape({ progressive }: DeploymentSpec): readonly Finding[] {
  const steps = progressive?.steps ?? [];
  const shape = shapeOf(steps);
  if (shape === undefined) return [];
  const message = `ECS has these steps itself: strategy ${shape}`;
  return [warning('LS1036', '/deployment/progressive/steps', message)];
}

/** `weight, pause, weight, pause ... 100` in whole minutes, in two steps or in equal ones. */
function shapeOf(steps: readonly ProgressiveStep[]): string | undefined {
  const shifts = steps.filter((_, index) => index % 2 === 0).map(({ weight }) => weight);
  const minutes = steps.filter((_, index) => index % 2 === 1).map(({ pause }) => wholeMinutes(pause));
  const [first] = shifts;
  const [wait] = minutes;
  if (steps.length % 2 === 0 || first === undefined || wait === undefined) return undefined;
  if (shifts.at(-1) !== 100 || minutes.some((pause) => pause !== wait)) return undefined;
  if (shifts.length === 2) return `Canary with canary: {percent: ${first}, bakeMinutes: ${wait}}`;
  const equal = shifts.every((weight, index) => weight === Math.min(100, first * (index + 1)));
  return equal && first >= 3 ? `Linear with linear: {stepPercent: ${first}, stepBakeMinutes: ${wait}}` : undefined;
}

/** Minutes of `5m` or `1h30m`; undefined for anything with seconds, and for `Manual`. */
function wholeMinutes(pause: string | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(pause ?? '-') ?? [];
  const total = Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return total > 0 && total % 60 === 0 ? total / 60 : undefined;
}
