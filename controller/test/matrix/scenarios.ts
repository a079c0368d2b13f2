import { adoptions } from './adoptions.ts';
import {
  BAD,
  cluster,
  GOOD,
  hookJob,
  job,
  listener,
  listenerRule,
  loadBalancer,
  NEXT,
  plainService,
  renamed,
  renamedShop,
  scalingPolicy,
  service,
  shop,
  targetGroup,
} from './manifests.ts';
import { rollouts } from './rollouts.ts';
import type { Scenario } from './scenario.ts';

const creation: readonly Scenario[] = [
  { name: 'create', before: [], after: shop() },
  { name: 'create-job', before: [], after: [cluster(), job()], withinAnHour: true },
];

const updates: readonly Scenario[] = [
  {
    name: 'update-cluster',
    before: [cluster({ tags: { team: 'web', old: '1' } })],
    after: [
      cluster({
        containerInsights: 'enabled',
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
        tags: { team: 'api' },
      }),
    ],
  },
  {
    name: 'update-targetgroup',
    before: [targetGroup({ tags: { team: 'web', old: '1' } })],
    after: [
      targetGroup({
        healthCheck: { path: '/ready', intervalSeconds: 15, healthyThreshold: 3 },
        attributes: { 'deregistration_delay.timeout_seconds': '30' },
        tags: { team: 'api' },
      }),
    ],
  },
  {
    name: 'update-loadbalancer',
    before: [targetGroup(), loadBalancer({ listeners: [listener(), listener({ port: 81 })] })],
    after: [
      targetGroup(),
      loadBalancer({
        securityGroups: ['sg-2'],
        attributes: { 'idle_timeout.timeout_seconds': '120' },
        listeners: [
          listener({ default: { fixedResponse: { statusCode: 404 } }, rules: [inlineRule(10, 'a')] }),
          listener({ port: 82 }),
        ],
        tags: { team: 'api' },
      }),
    ],
  },
  {
    name: 'update-listenerrule',
    before: [targetGroup(), loadBalancer(), listenerRule({ tags: { old: '1' } })],
    after: [
      targetGroup(),
      loadBalancer(),
      listenerRule({ priority: 20, when: { pathPattern: ['/reports/*', '/charts/*'] }, tags: { team: 'api' } }),
    ],
  },
  {
    name: 'update-service',
    before: [cluster(), plainService(GOOD, { tags: { old: '1' } })],
    after: [cluster(), plainService(GOOD, { desiredCount: 3, enableExecuteCommand: true, tags: { team: 'api' } })],
  },
  {
    name: 'restart-service',
    before: [cluster(), targetGroup(), loadBalancer(), service()],
    after: [cluster(), targetGroup(), loadBalancer(), service(NEXT, { tags: { team: 'api' } })],
  },
  {
    name: 'update-scalingpolicy',
    before: [cluster(), plainService(), scalingPolicy({ tags: { old: '1' } })],
    after: [
      cluster(),
      plainService(),
      scalingPolicy({
        maxCapacity: 8,
        targetTracking: [{ metric: 'ECSServiceAverageMemoryUtilization', targetValue: 80 }],
        scheduled: [{ schedule: 'cron(0 6 ? * SAT *)', timezone: 'Etc/UTC', minCapacity: 2, maxCapacity: 4 }],
        tags: { team: 'api' },
      }),
    ],
  },
  {
    name: 'update-all',
    before: shop(),
    after: [
      cluster({ containerInsights: 'enabled' }),
      targetGroup({ healthCheck: { path: '/ready', intervalSeconds: 10, healthyThreshold: 2 } }),
      loadBalancer({ attributes: { 'idle_timeout.timeout_seconds': '120' } }),
      listenerRule({ when: { pathPattern: ['/charts/*'] } }),
      service(NEXT),
      scalingPolicy({ maxCapacity: 8 }),
    ],
  },
  {
    name: 'move-priorities',
    before: [
      targetGroup(),
      loadBalancer({ listeners: [listener({ rules: [inlineRule(1, 'a'), inlineRule(2, 'b'), inlineRule(3, 'c')] })] }),
      listenerRule({ priority: 10 }),
    ],
    after: [
      targetGroup(),
      loadBalancer({ listeners: [listener({ rules: [inlineRule(1, 'c'), inlineRule(2, 'a'), inlineRule(4, 'b')] })] }),
      listenerRule({ priority: 3 }),
    ],
  },
  {
    name: 'update-job',
    before: [cluster(), job('1', { revisionHistoryLimit: 0, tags: { old: '1' } })],
    after: [cluster(), job('2', { revisionHistoryLimit: 0, tags: { team: 'api' } })],
    withinAnHour: true,
  },
];

const replacements: readonly Scenario[] = [
  { name: 'replace-cluster', before: [cluster({ nameOverride: 'one' })], after: [cluster({ nameOverride: 'two' })] },
  {
    name: 'replace-targetgroup',
    before: shop(),
    after: [...shop().filter(isNot('TargetGroup')), targetGroup({ port: 9000 })],
  },
  {
    // A target group serves one load balancer only, so that the new one needs another: its port changes too.
    name: 'replace-loadbalancer',
    before: [targetGroup(), loadBalancer(), listenerRule()],
    after: [targetGroup({ port: 9000 }), loadBalancer({ scheme: 'internal' }), listenerRule()],
  },
  {
    name: 'replace-listenerrule',
    before: [targetGroup(), loadBalancer({ listeners: [listener(), listener({ port: 81 })] }), listenerRule()],
    after: [
      targetGroup(),
      loadBalancer({ listeners: [listener(), listener({ port: 81 })] }),
      listenerRule({ listener: { loadBalancer: 'public', port: 81 } }),
    ],
  },
  {
    name: 'replace-service',
    before: [cluster(), plainService(GOOD, { nameOverride: 'one' }), scalingPolicy()],
    after: [cluster(), plainService(NEXT, { nameOverride: 'two' }), scalingPolicy()],
  },
];

const renames: readonly Scenario[] = [
  { name: 'rename-all', before: shop(), after: renamedShop() },
  {
    name: 'rename-and-update',
    before: [cluster(), targetGroup(), loadBalancer(), service()],
    after: [cluster(), targetGroup(), loadBalancer(), renamed(service(NEXT, { desiredCount: 3 }), 'orders')],
  },
];

const hooks: readonly Scenario[] = [
  {
    name: 'hooks',
    before: [cluster(), plainService()],
    after: [
      cluster(),
      plainService(NEXT),
      hookJob('migrate', 'PreSync,PostSync'),
      hookJob('seed', 'Sync', { 'longshore.dev/hook-delete-policy': 'HookSucceeded' }),
      hookJob('smoke', 'PostSync', { 'longshore.dev/hook-delete-policy': 'BeforeHookCreation' }),
    ],
    hooks: true,
  },
];

const prunes: readonly Scenario[] = [
  { name: 'prune-all', before: [...shop(), targetGroup({}, 'kept')], after: [targetGroup({}, 'kept')] },
  { name: 'prune-cluster', before: [cluster(), targetGroup()], after: [targetGroup()] },
  { name: 'prune-targetgroup', before: [cluster(), targetGroup()], after: [cluster()] },
  { name: 'prune-loadbalancer', before: [targetGroup(), loadBalancer()], after: [targetGroup()] },
  {
    name: 'prune-listenerrule',
    before: [targetGroup(), loadBalancer(), listenerRule()],
    after: [targetGroup(), loadBalancer()],
  },
  { name: 'prune-job', before: [cluster(), job()], after: [cluster()], withinAnHour: true },
  { name: 'prune-service', before: [cluster(), plainService()], after: [cluster()] },
  {
    name: 'prune-scalingpolicy',
    before: [cluster(), plainService(), scalingPolicy()],
    after: [cluster(), plainService()],
  },
];

const failures: readonly Scenario[] = [
  {
    name: 'bad-revision',
    before: [cluster(), plainService()],
    after: [cluster(), plainService(BAD)],
    ends: 'Held',
  },
];

/** Every scenario of the matrix: create, update, replace, prune and adopt of every kind, and what is hard besides. */
export const scenarios: readonly Scenario[] = [
  ...creation,
  ...updates,
  ...replacements,
  ...renames,
  ...hooks,
  ...prunes,
  ...adoptions,
  ...failures,
  ...rollouts,
];

function inlineRule(priority: number, path: string): object {
  return { priority, when: { pathPattern: [`/${path}/*`] }, then: { forward: [{ targetGroup: 'api' }] } };
}

function isNot(kind: string): (manifest: { readonly kind: string }) => boolean {
  return (manifest) => manifest.kind !== kind;
}
