import * as fc from 'fast-check';
import type {
  CanaryDeployment,
  DeploymentSpec,
  LinearDeployment,
  StageHook,
  StageLambda,
} from '../src/api/deployment.ts';
import type { ServiceSpec, Verify } from '../src/api/service.ts';

/** The role that ECS works with. */
export const ROLE = 'arn:aws:iam::123456789012:role/infrastructure';

/** An object with any of the members; `always` are always there. The schema of the kind says whether their values fit. */
export function some<T extends object>(
  model: { readonly [K in keyof T]?: fc.Arbitrary<unknown> },
  always: readonly (keyof T & string)[] = [],
): fc.Arbitrary<T> {
  return fc.record(model as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [...always] }) as fc.Arbitrary<T>;
}

/** What stands in for the function of the hooks of these services. */
export const HOOK_FUNCTIONS = { smoke: { answer: { hookStatus: 'SUCCEEDED' } } } as const;

/** Hooks that nobody has to end: a function that succeeds, and a pause that goes on when its minute is over. */
export const hooks = (stages: readonly StageHook['stage'][]): fc.Arbitrary<StageHook[]> =>
  fc
    .uniqueArray(fc.constantFrom(...stages), { maxLength: 2 })
    .chain((chosen) => fc.tuple(...chosen.map((stage) => fc.oneof(lambdaHook(stage), pauseHook(stage)))))
    .map((list) => [...list]);

const lambdaHook = (stage: StageHook['stage']): fc.Arbitrary<StageHook> =>
  some<StageHook>(
    {
      stage: fc.constant(stage),
      lambda: some<StageLambda>(
        {
          functionArn: fc.constant('arn:aws:lambda:eu-west-1:123456789012:function:smoke'),
          role: fc.constant(ROLE),
          details: fc.constantFrom({ suite: 'smoke' }, { suite: 'all', depth: '2' }),
        },
        ['functionArn', 'role'],
      ),
      timeoutMinutes: fc.integer({ min: 1, max: 1440 }),
      onTimeout: fc.constantFrom('ROLLBACK', 'CONTINUE'),
    },
    ['stage', 'lambda'],
  );

const pauseHook = (stage: StageHook['stage']): fc.Arbitrary<StageHook> =>
  fc.constant({ stage, pause: true, timeoutMinutes: 1, onTimeout: 'CONTINUE' });

/** Alarms that fail a deployment. */
export const alarms = fc.record({ names: fc.constantFrom(['errors'], ['b', 'a']), rollback: fc.boolean() });
/** What becomes of a deployment under way. */
export const onNewRevision = fc.constantFrom('Supersede' as const, 'Queue' as const);

/** Analyses that no rollout of these runs: what only Longshore reads makes no difference in AWS. */
export const verify: fc.Arbitrary<Verify> = fc.constantFrom<Verify>(
  {},
  { analyses: [{ name: 'errors', successCondition: 'result < 1', http: { url: 'http://shop.example.com/' } }] },
);

/** Role and rules of services whose traffic shifts; the rules are those of test/shifting.ts. */
const routes = {
  productionRule: fc.constant({ listenerRule: 'production' }),
  listenerRole: fc.constantFrom('arn:aws:iam::123456789012:role/ecs-listeners', ROLE),
  testRule: fc.constant({ listenerRule: 'test' }),
};

const shifts = (more: { readonly [K in keyof DeploymentSpec]?: fc.Arbitrary<unknown> }) =>
  some<DeploymentSpec>(
    {
      ...routes,
      bakeMinutes: fc.integer({ min: 0, max: 1 }),
      onNewRevision,
      hooks: hooks(['PRE_SCALE_UP', 'POST_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT']),
      alarms,
      ...more,
    },
    ['strategy', 'productionRule', 'listenerRole', 'linear', 'canary'].filter(
      (key) => key in { ...routes, ...more },
    ) as (keyof DeploymentSpec)[],
  );

/** Services whose traffic ECS shifts between two target groups, with any settings of that. They run no task either. */
export const shiftingSpecs: fc.Arbitrary<ServiceSpec> = fc
  .tuple(
    fc.oneof(
      shifts({ strategy: fc.constant('BlueGreen') }),
      shifts({
        strategy: fc.constant('Linear'),
        linear: some<LinearDeployment>(
          { stepPercent: fc.constantFrom(33.4, 50), stepBakeMinutes: fc.integer({ min: 0, max: 1 }) },
          ['stepBakeMinutes'],
        ),
      }),
      shifts({
        strategy: fc.constant('Canary'),
        canary: some<CanaryDeployment>(
          { percent: fc.constantFrom(0.1, 12.5), bakeMinutes: fc.integer({ min: 0, max: 1 }) },
          ['bakeMinutes'],
        ),
      }),
    ),
    some<Partial<ServiceSpec>>({ verify, restartOn: fc.constantFrom([], ['secrets' as const]) }),
  )
  .map(([shape, more]) => ({
    ...more,
    cluster: 'main',
    launchType: 'FARGATE',
    desiredCount: 0,
    network: { subnets: ['subnet-1', 'subnet-2'] },
    loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
    task: {
      cpu: 256,
      memory: 512,
      containers: [{ name: 'web', image: 'example/web:1', portMappings: [{ containerPort: 8000 }], stopTimeout: 30 }],
    },
    deployment: shape,
  }));
