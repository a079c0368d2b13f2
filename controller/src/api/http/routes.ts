import type {
  ApplicationSetList,
  AuditList,
  AuditQuery,
  CreatedToken,
  Project,
  ProjectList,
  Settings,
  TokenList,
  TokenRequest,
  UserInfo,
  Version,
} from './access.ts';
import type {
  Application,
  ApplicationList,
  ApplicationQuery,
  DeleteQuery,
  DriftList,
  ManifestsQuery,
  ResourceList,
  WaitQuery,
} from './application.ts';
import type { PageQuery } from './common.ts';
import type {
  HistoryList,
  Operation,
  OperationList,
  PlanAnswer,
  PlanRequest,
  RollbackBody,
  SyncBody,
} from './operation.ts';
import type {
  ExecAnswer,
  ExecBody,
  RolloutActionBody,
  RolloutList,
  RolloutView,
  ScaleAnswer,
  ScaleBody,
  TaskList,
} from './rollout.ts';
import type { EventsQuery, LogsQuery } from './streams.ts';

/**
 * Every route of the API by method and path: what its query and body are, and what it answers. `null`: 204, without a body.
 * `string`: text. A refused request answers a `ProblemDetails` instead. Server and client are both typed by this table.
 */
export interface ApiRoutes {
  'GET /api/v1/applications': { query: ApplicationQuery; answer: ApplicationList };
  'GET /api/v1/applications/{name}': { query: WaitQuery; answer: Application };
  'DELETE /api/v1/applications/{name}': { query: DeleteQuery; answer: null };
  /** `resources` separated by commas. POST takes the same as a body. */
  'GET /api/v1/applications/{name}/plan': { query: PlanQuery; answer: PlanAnswer };
  'POST /api/v1/applications/{name}/plan': { body: PlanRequest; answer: PlanAnswer };
  /** 202: the operation as it began. */
  'POST /api/v1/applications/{name}/sync': { body: SyncBody; answer: Operation };
  'GET /api/v1/applications/{name}/operations': { query: PageQuery; answer: OperationList };
  'GET /api/v1/applications/{name}/operations/{id}': { answer: Operation };
  /** Terminates the operation that runs. */
  'DELETE /api/v1/applications/{name}/operations/current': { answer: null };
  'GET /api/v1/applications/{name}/history': { answer: HistoryList };
  /** 202: the operation as it began. */
  'POST /api/v1/applications/{name}/rollback': { body: RollbackBody; answer: Operation };
  /** Lets automation go on with what a rollback holds. */
  'POST /api/v1/applications/{name}/release': { answer: null };
  /** Looks at the source and AWS now; answers when it was looked at. */
  'POST /api/v1/applications/{name}/refresh': { answer: Application };
  'GET /api/v1/applications/{name}/resources': { answer: ResourceList };
  'GET /api/v1/applications/{name}/rollouts': { answer: RolloutList };
  'GET /api/v1/applications/{name}/rollouts/{kind}/{resource}': { answer: RolloutView };
  /** What it allows now is `allows` of the rollout; a refusal says so as well. */
  'POST /api/v1/applications/{name}/rollouts/{kind}/{resource}/actions': {
    body: RolloutActionBody;
    answer: RolloutView;
  };
  'GET /api/v1/applications/{name}/resources/{kind}/{resource}/tasks': { answer: TaskList };
  'POST /api/v1/applications/{name}/resources/{kind}/{resource}/scale': { body: ScaleBody; answer: ScaleAnswer };
  /** 202: the operation as it began. */
  'POST /api/v1/applications/{name}/resources/{kind}/{resource}/run': { answer: Operation };
  /** For the Session Manager plugin of whoever asks. */
  'POST /api/v1/applications/{name}/resources/{kind}/{resource}/exec': { body: ExecBody; answer: ExecAnswer };
  /** `application/yaml`. */
  'GET /api/v1/applications/{name}/manifests': { query: ManifestsQuery; answer: string };
  'GET /api/v1/applications/{name}/drift': { answer: DriftList };
  /** `text/event-stream`. */
  'GET /api/v1/applications/{name}/events': { query: EventsQuery; answer: string };
  /** `text/plain`, or `text/event-stream` when it is accepted. */
  'GET /api/v1/applications/{name}/logs': { query: LogsQuery; answer: string };
  /** `text/event-stream` of every Application that one may see. */
  'GET /api/v1/events': { query: EventsQuery; answer: string };
  'GET /api/v1/applicationsets': { query: PageQuery; answer: ApplicationSetList };
  'GET /api/v1/projects': { query: PageQuery; answer: ProjectList };
  'GET /api/v1/projects/{name}': { answer: Project };
  'GET /api/v1/tokens': { query: PageQuery; answer: TokenList };
  /** 201. */
  'POST /api/v1/tokens': { body: TokenRequest; answer: CreatedToken };
  'DELETE /api/v1/tokens/{id}': { answer: null };
  'GET /api/v1/session/userinfo': { answer: UserInfo };
  'GET /api/v1/audit': { query: AuditQuery; answer: AuditList };
  /** Open to everybody. */
  'GET /api/v1/settings': { answer: Settings };
  /** Open to everybody. */
  'GET /api/v1/version': { answer: Version };
}

/** A plan that is asked for by GET. */
export interface PlanQuery {
  /**
   * Another revision of the source than `targetRevision`.
   * @maxLength 256
   */
  revision?: string;
  /** Default: what the Application's policy says. */
  prune?: boolean;
  /**
   * `KIND:NAME`, separated by commas.
   * @maxLength 4096
   */
  resources?: string;
}
