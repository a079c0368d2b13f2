import type { Application, Resource } from '../api/http/application.ts';
import type { Operation as OperationView, OperationSummary } from '../api/http/operation.ts';
import type { ApplicationState, ResourceState } from '../engine/control.ts';
import type { Operation } from '../engine/engine.ts';
import { recordedRollouts } from '../engine/rollout-view.ts';

const API_VERSION = 'longshore.dev/v1alpha1';

/** An Application as the API shows it. Secrets in texts are redacted when the answer is written. */
export function applicationView(state: ApplicationState): Application {
  const { status, operation, problem, revision, lookedAt } = state;
  const link = browserLink(state.spec.source.repoURL);
  return {
    apiVersion: API_VERSION,
    kind: 'Application',
    metadata: { name: state.name, labels: { ...state.labels } },
    spec: { ...state.spec, project: state.project },
    status: {
      sync: { status: syncOf(state), ...(revision !== undefined && { revision }) },
      health: status?.health ?? UNKNOWN_HEALTH,
      ...(status !== undefined && {
        destination: { accountId: status.plan.accountId, region: status.plan.region },
      }),
      conditions: state.conditions.map((condition) => ({ ...condition })),
      origin: { ...state.origin },
      ...(operation !== undefined && { operation: operationSummary(operation) }),
      ...(problem !== undefined && { problem }),
      ...(lookedAt !== undefined && { lookedAt: lookedAt.toISOString() }),
      resources: status?.resources.length ?? 0,
      drift: state.drift.length,
      deleting: state.deleting,
      ...(link !== undefined && { link }),
    },
  };
}

/** Sync status: what was found before a look that failed is not known to be so any more. */
export function syncOf({ status, problem }: ApplicationState): 'Synced' | 'OutOfSync' | 'Unknown' {
  return problem === undefined ? (status?.sync ?? 'Unknown') : 'Unknown';
}

/** Health, before the first look too. */
export function healthOf({ status }: ApplicationState): string {
  return (status?.health ?? UNKNOWN_HEALTH).status;
}

/** An operation without its plan. */
export function operationSummary(operation: Operation): OperationSummary {
  const { id, application, initiator, phase, message, revision, startedAt, finishedAt } = operation;
  const { removal, retryOf, resumes, resources, job, carriesOn } = operation;
  const rollouts = recordedRollouts(operation);
  return {
    id,
    application,
    initiator: { ...initiator },
    phase,
    message,
    revision,
    startedAt,
    ...(finishedAt !== undefined && { finishedAt }),
    ...(removal !== undefined && { removal }),
    ...(retryOf !== undefined && { retryOf }),
    ...(resumes !== undefined && { resumes }),
    ...(resources !== undefined && { resources: [...resources] }),
    ...(job !== undefined && { job }),
    ...(carriesOn !== undefined && { carriesOn: [...carriesOn] }),
    ...(rollouts.length > 0 && { rollouts }),
  };
}

/** An operation in full. */
export function operationView(operation: Operation): OperationView {
  const { digest, plan, results } = operation;
  return {
    kind: 'Operation',
    ...operationSummary(operation),
    digest,
    plan,
    results: results.map(({ ref, status, message, startedAt, finishedAt, hook, exitCode }) => ({
      ref,
      status,
      message,
      startedAt,
      finishedAt,
      ...(hook !== undefined && { hook }),
      ...(exitCode !== undefined && { exitCode }),
    })),
  };
}

/** One resource. */
export function resourceView({ ref, sync, health, parts, hook, message }: ResourceState): Resource {
  return {
    ref,
    sync,
    health,
    parts: parts.map(({ type, id }) => ({ type, id })),
    ...(hook !== undefined && { hook }),
    ...(message !== undefined && { message }),
  };
}

const UNKNOWN_HEALTH = { status: 'Unknown', reason: 'NotLookedAt', message: 'not looked at yet' } as const;

/** What a browser may be sent to: never `javascript:` and its like, and never with credentials. */
function browserLink(repoURL: string): string | undefined {
  const url = URL.parse(repoURL);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return `${url.origin}${url.pathname.replace(/\.git$/u, '')}`;
}
