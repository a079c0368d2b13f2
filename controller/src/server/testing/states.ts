import type { Plan } from '../../core/plan.ts';
import type { ApplicationState } from '../../engine/control.ts';
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
