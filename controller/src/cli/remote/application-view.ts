import type { Application, ConditionView, Resource } from '../../api/http/application.ts';
import type { OperationSummary } from '../../api/http/operation.ts';
import { splitRef, type Ref } from '../../core/manifest.ts';
import { shortRevision } from '../../core/render/words.ts';
import { shortName, spanInWords } from '../rollouts/words.ts';
import type { Column } from './table.ts';

/** Argo CD's columns of `app list`. */
export const APPLICATION_COLUMNS: readonly Column<Application>[] = [
  { header: 'NAME', of: ({ metadata }) => metadata.name },
  { header: 'DESTINATION', of: destinationOf },
  { header: 'PROJECT', of: ({ spec }) => spec.project ?? 'default' },
  { header: 'STATUS', of: ({ status }) => status.sync.status },
  { header: 'HEALTH', of: ({ status }) => status.health.status },
  { header: 'SYNCPOLICY', of: syncPolicyOf },
  { header: 'CONDITIONS', of: conditionsOf },
  { header: 'REPO', of: ({ spec }) => spec.source.repoURL, wide: true },
  { header: 'PATH', of: ({ spec }) => spec.source.path ?? '.', wide: true },
  { header: 'TARGET', of: ({ spec }) => spec.source.targetRevision ?? 'HEAD', wide: true },
];

/** Argo CD's columns of `app get`, with AWS's identifiers where there is room. */
export const RESOURCE_COLUMNS: readonly Column<Resource>[] = [
  { header: 'KIND', of: ({ ref }) => splitRef(ref as Ref).kind },
  { header: 'NAME', of: ({ ref }) => splitRef(ref as Ref).name },
  { header: 'STATUS', of: ({ sync }) => sync },
  { header: 'HEALTH', of: ({ health }) => health.status },
  { header: 'HOOK', of: ({ hook }) => hook ?? '' },
  { header: 'MESSAGE', of: ({ health, message }) => (health.status === 'Healthy' ? (message ?? '') : health.message) },
  { header: 'AWS', of: ({ parts }) => parts.map(({ id }) => id).join(','), wide: true },
];

/** `ID DATE REVISION` of `argocd app history`, with what became of it. */
export const OPERATION_COLUMNS: readonly Column<OperationSummary>[] = [
  { header: 'ID', of: ({ id }) => id },
  { header: 'DATE', of: ({ startedAt }) => startedAt },
  { header: 'REVISION', of: ({ revision }) => shortRevision(revision) },
  { header: 'PHASE', of: ({ phase }) => phase },
  { header: 'INITIATOR', of: ({ initiator }) => `${initiator.kind} ${initiator.name}`.trimEnd() },
  { header: 'MESSAGE', of: ({ message }) => message },
  { header: 'ROLLOUTS', of: rolloutsOf, wide: true },
];

/** `Service/api Canary Succeeded 5m 12s (id)`, each rollout that it saw on its way. */
function rolloutsOf({ rollouts = [] }: OperationSummary): string {
  return rollouts
    .map(({ ref, id, strategy, phase, startedAt, endedAt }) => {
      const lasted = endedAt === undefined ? '' : ` ${spanInWords(startedAt, endedAt)}`;
      return `${ref} ${strategy} ${phase}${lasted} (${shortName(id)})`;
    })
    .join(', ');
}

/** What `app get` says above its table. */
export function applicationText(application: Application): string {
  const { metadata, spec, status } = application;
  const lines: [string, string][] = [
    ['Name', metadata.name],
    ['Project', spec.project ?? 'default'],
    ['Destination', destinationOf(application)],
    ['Repo', spec.source.repoURL],
    ['Target', spec.source.targetRevision ?? 'HEAD'],
    ['Path', spec.source.path ?? '.'],
    ['Sync Policy', syncPolicyOf(application)],
    ['Sync Status', revised(status.sync.status, status.sync.revision)],
    [
      'Health Status',
      status.health.status === 'Healthy' ? 'Healthy' : `${status.health.status} (${status.health.message})`,
    ],
  ];
  if (status.operation !== undefined)
    lines.push(['Operation', `${status.operation.phase} ${status.operation.id}: ${status.operation.message}`]);
  if (status.problem !== undefined) lines.push(['Problem', status.problem]);
  for (const condition of notable(status.conditions))
    lines.push(['Condition', `${condition.type}: ${condition.message}`]);
  const width = Math.max(...lines.map(([label]) => label.length)) + 2;
  return lines.map(([label, text]) => `${`${label}:`.padEnd(width)}${text}\n`).join('');
}

function revised(status: string, revision: string | undefined): string {
  return revision === undefined ? status : `${status} to ${shortRevision(revision)}`;
}

/** Account and region that were compared; before the first look as declared, `*` for the controller's own. */
function destinationOf({ spec, status }: Application): string {
  const accountId = status.destination?.accountId ?? spec.destination?.accountId ?? '*';
  return `${accountId}/${status.destination?.region ?? spec.destination?.region ?? '*'}`;
}

/** `Auto`, `Auto-Prune`, `Manual`, as Argo CD says it. */
function syncPolicyOf({ spec }: Application): string {
  const automated = spec.syncPolicy?.automated;
  if (automated === undefined) return 'Manual';
  return automated.prune === true ? 'Auto-Prune' : 'Auto';
}

function conditionsOf({ status }: Application): string {
  return (
    notable(status.conditions)
      .map(({ type }) => type)
      .join(',') || '<none>'
  );
}

/** Conditions that every Application has, for `kubectl wait`: status, health and operation say the same. */
const STANDING: readonly string[] = ['Ready', 'Reconciling', 'Stalled', 'Healthy'];

/** Conditions that are news, as Argo CD lists them. */
function notable(conditions: readonly ConditionView[]): readonly ConditionView[] {
  return conditions.filter(({ type, status }) => status === 'True' && !STANDING.includes(type));
}
