import type { ExecSession, TaskState } from '../../core/driver.ts';
import type { Plan } from '../../core/plan.ts';
import type { ApplicationState, RolloutState } from '../../engine/control.ts';
import type { Operation } from '../../engine/engine.ts';

const HEALTHY = { status: 'Healthy', reason: 'Running', message: '2 of 2 tasks run' } as const;

/** A plan that updates one Service. */
export function planOf(application: string, revision = 'c0ffee'): Plan {
  return {
    application,
    accountId: '111111111111',
    region: 'eu-west-1',
    revision,
    digest: `sha256:${revision}`,
    waves: [
      [
        {
          ref: 'Service/web',
          action: 'update',
          changes: [{ part: 'ecs:service', path: '/desiredCount', from: 2, to: 3, effect: 'inPlace' }],
          parts: [{ type: 'ecs:service', id: 'arn:aws:ecs:eu-west-1:111111111111:service/main/web' }],
          position: { file: 'web.yaml', line: 1, column: 1 },
          notes: [],
        },
      ],
    ],
    findings: [],
  };
}

/** An Application that is Synced and Healthy. */
export function stateOf(name: string, changes: Partial<ApplicationState> = {}): ApplicationState {
  return {
    name,
    project: 'shop',
    spec: {
      source: { repoURL: `https://git.example.com/${name}.git`, path: 'prod' },
      destination: { accountId: '111111111111', region: 'eu-west-1' },
    },
    labels: { team: 'shop' },
    origin: { kind: 'folder' },
    revision: 'c0ffee',
    lookedAt: new Date('2026-01-01T00:00:00Z'),
    drift: [],
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Synced',
        message: 'synced',
        lastTransitionTime: '2026-01-01T00:00:00.000Z',
      },
    ],
    deleting: false,
    status: {
      sync: 'Synced',
      health: HEALTHY,
      plan: planOf(name),
      resources: [{ ref: 'Service/web', sync: 'Synced', health: HEALTHY }],
    },
    ...changes,
  };
}

/** An operation that runs. */
export function operationOf(application: string, changes: Partial<Operation> = {}): Operation {
  const plan = planOf(application);
  return {
    id: '1',
    application,
    initiator: { kind: 'person', name: 'ann' },
    phase: 'Running',
    message: 'syncing',
    revision: plan.revision,
    digest: plan.digest,
    startedAt: '2026-01-01T00:00:00.000Z',
    plan,
    results: [],
    ...changes,
  };
}

const ARN = 'arn:aws:ecs:eu-west-1:111111111111';
const BLUE = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/web-blue/1';
const GREEN = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/web-green/2';

/** A canary that waits for a person. */
export function rolloutOf(changes: Partial<RolloutState> = {}): RolloutState {
  const counts = { desired: 2, running: 2, pending: 0, failed: 0 };
  return {
    ref: 'Service/web',
    health: { status: 'Progressing', reason: 'Deploying', message: 'waits for a person to promote' },
    events: [{ id: 'e1', at: new Date('2026-01-01T00:00:30Z'), message: '(service web) has started 2 tasks' }],
    parts: [{ type: 'ecs:service', id: `${ARN}:service/main/web` }],
    claims: [],
    rollout: {
      id: `${ARN}:service-deployment/main/web/abc`,
      target: `${ARN}:task-definition/shop-web:8`,
      phase: 'AwaitingPromotion',
      step: [2, 3],
      strategy: 'Canary',
      weights: { [BLUE]: 90, [GREEN]: 10 },
      allows: ['promote', 'abort'],
      waitsFor: 'a person to promote',
      startedAt: new Date('2026-01-01T00:00:00Z'),
      steps: [
        {
          name: 'SCALE_UP',
          status: 'Succeeded',
          startedAt: new Date('2026-01-01T00:00:00Z'),
          endedAt: new Date('2026-01-01T00:00:40Z'),
        },
        { name: 'PRODUCTION_TRAFFIC_SHIFT', status: 'InProgress', startedAt: new Date('2026-01-01T00:00:40Z') },
        { name: 'CLEAN_UP', status: 'Pending' },
      ],
      sides: [
        { role: 'stable', revision: 'shop-web:7', targetGroup: BLUE, weight: 90, ...counts },
        { role: 'new', revision: 'shop-web:8', targetGroup: GREEN, weight: 10, ...counts },
      ],
    },
    ...changes,
  };
}

/** A task in which a command can run. */
export const TASK: TaskState = {
  id: '0123456789abcdef',
  arn: `${ARN}:task/main/0123456789abcdef`,
  cluster: `${ARN}:cluster/main`,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  health: 'HEALTHY',
  revision: 'shop-web:8',
  zone: 'eu-west-1a',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  startedAt: new Date('2026-01-01T00:00:20Z'),
  execEnabled: true,
  containers: [
    {
      name: 'web',
      image: 'example/web:8',
      lastStatus: 'RUNNING',
      runtimeId: '0123456789abcdef-1',
      execAgent: 'RUNNING',
    },
  ],
};

/** A session in it. */
export const SESSION: ExecSession = {
  task: TASK.id,
  container: 'web',
  target: `ecs:main_${TASK.id}_0123456789abcdef-1`,
  region: 'eu-west-1',
  sessionId: 'ecs-execute-command-0123',
  streamUrl: 'wss://ssmmessages.eu-west-1.amazonaws.com/v1/data-channel/ecs-execute-command-0123',
  token: 'AAEAAXsession',
};
