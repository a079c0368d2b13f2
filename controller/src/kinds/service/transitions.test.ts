import { describe, expect, test } from 'vitest';
import { desiredOf } from '../../../test/sandboxed.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { ServiceLive } from './live.ts';
import {
  ALL_STRATEGIES,
  changesController,
  controllerChange,
  controllerHealth,
  type Strategy,
  strategyOf,
  transition,
} from './transitions.ts';

/** Rows: from; columns in the order of the strategies: to. `-` in place, `s` steps, `x` refused. */
const TABLE: Readonly<Record<Strategy, string>> = {
  Rolling: '- s s s x s',
  BlueGreen: '- - - - x s',
  Linear: '- - - - x s',
  Canary: '- - - - x s',
  CodeDeploy: 's s s s - s',
  Progressive: 's s s s x -',
};
const WAYS = { '-': 'inPlace', s: 'steps', x: 'refused' } as const;

const STRATEGY_OF_ECS = { Rolling: 'ROLLING', BlueGreen: 'BLUE_GREEN', Linear: 'LINEAR', Canary: 'CANARY' } as const;

function liveOf(strategy: Strategy): ServiceLive {
  const type = strategy === 'CodeDeploy' ? 'CODE_DEPLOY' : strategy === 'Progressive' ? 'EXTERNAL' : 'ECS';
  const own = strategy === 'CodeDeploy' || strategy === 'Progressive' ? undefined : STRATEGY_OF_ECS[strategy];
  return {
    service: {
      deploymentController: { type },
      ...(own === undefined ? {} : { deploymentConfiguration: { strategy: own } }),
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
    },
    key: { cluster: 'main', service: 'api' },
    tags: {},
    taskDefinition: undefined,
    revision: undefined,
    deployment: undefined,
    target: undefined,
    stopped: [],
    targetGroups: [],
  };
}

const wanted = (strategy: Strategy) =>
  desiredOf<ServiceSpec>('Service/api', { cluster: 'main', task: { containers: [] }, deployment: { strategy } });

describe.each(ALL_STRATEGIES)('from %s', (from) => {
  const cells = TABLE[from].split(' ') as (keyof typeof WAYS)[];

  test.each(ALL_STRATEGIES.map((to, index) => [to, cells[index] ?? 'x'] as const))('to %s: %s', (to, way) => {
    const is = transition(from, to);
    expect(is.way).toBe(WAYS[way]);
    expect(is.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/AmazonECS\//);
    const live = liveOf(from);
    expect(strategyOf(live)).toBe(from);
    const other = changesController(wanted(to), live);
    expect(other).toBe(
      (from === 'CodeDeploy' || from === 'Progressive' || to === 'CodeDeploy' || to === 'Progressive') && from !== to,
    );
    if (!other) return;
    const change = controllerChange(wanted(to), live);
    expect(change).toMatchObject({ path: '/deployment/strategy', from, to, effect: 'inPlace' });
    expect(change.refused === undefined).toBe(way !== 'x');
    expect(controllerHealth(wanted(to), live).status).toBe(way === 'x' ? 'Degraded' : 'Progressing');
  });
});

test('what a task set cannot have keeps a service from becoming Progressive, and is named', () => {
  const live = liveOf('Rolling');
  const connected = {
    ...live.service,
    deployments: [{ status: 'PRIMARY', serviceConnectConfiguration: { enabled: true } }],
  };
  const change = controllerChange(wanted('Progressive'), { ...live, service: connected });
  expect(change.refused).toMatch(/the service has Service Connect still/);
});
