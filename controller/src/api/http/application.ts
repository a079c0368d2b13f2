import type { Health } from '../../core/driver.ts';
import type { ApplicationSpec } from '../application.ts';
import type { ListMeta, PageQuery } from './common.ts';
import type { OperationSummary } from './operation.ts';

/** Which Applications are listed. Of several filters all have to fit; of several values, separated by commas, one. */
export interface ApplicationQuery extends PageQuery {
  /** Names of Projects. */
  project?: string;
  /** `Synced`, `OutOfSync`, `Unknown`. */
  sync?: string;
  /** `Healthy`, `Progressing`, `Degraded`, `Suspended`, `Missing`, `Unknown`. */
  health?: string;
  /** Account ids of destinations. */
  account?: string;
  /** Regions of destinations. */
  region?: string;
  /** A label selector as `kubectl get --selector` takes it: `team=shop,tier!=web,env in (a,b),!old`. */
  selector?: string;
  /** Text that the name, the repository or the path contains; capitals do not matter. */
  search?: string;
}

/** Applications, in the order of their names. */
export interface ApplicationList {
  apiVersion: 'longshore.dev/v1alpha1';
  kind: 'ApplicationList';
  metadata: ListMeta;
  items: Application[];
}

/** An Application and what is known of it. */
export interface Application {
  apiVersion: 'longshore.dev/v1alpha1';
  kind: 'Application';
  metadata: ApplicationMetadata;
  /** As declared; credentials in addresses are left out. */
  spec: ApplicationSpec;
  status: ApplicationStatus;
  /** Whether what `?wait=` waited for is true. */
  wait?: WaitResult;
}

/** What names an Application. */
export interface ApplicationMetadata {
  name: string;
  labels: Record<string, string>;
}

/** What is known of an Application. */
export interface ApplicationStatus {
  sync: SyncView;
  health: Health;
  /** The account and region that it was compared with last. */
  destination?: DestinationView;
  conditions: ConditionView[];
  /** Where it was declared. */
  origin: OriginView;
  /** The operation that runs now. */
  operation?: OperationSummary;
  /** Why the last look failed; then the rest is of the last look that succeeded. */
  problem?: string;
  /** When AWS was compared last, in ISO 8601. */
  lookedAt?: string;
  /**
   * How many resources are declared.
   * @asType integer
   */
  resources: number;
  /**
   * How many fields were changed by hand.
   * @asType integer
   */
  drift: number;
  /** True while it is being deleted. */
  deleting: boolean;
  /** The repository's page for a browser: always `https:` or `http:`. */
  link?: string;
}

/** Where an Application goes. */
export interface DestinationView {
  accountId: string;
  region: string;
}

/** Whether AWS is as Git says. */
export interface SyncView {
  status: 'Synced' | 'OutOfSync' | 'Unknown';
  /** The commit or digest that was looked at last. */
  revision?: string;
}

/** A condition, as `kubectl wait` knows it. */
export interface ConditionView {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  /** A constant in CamelCase. */
  reason: string;
  message: string;
  /** When `status` last changed, in ISO 8601. */
  lastTransitionTime: string;
}

/** Where an Application was declared. */
export interface OriginView {
  kind: 'folder' | 'ApplicationSet' | 'Application';
  /** Of the ApplicationSet or Application. */
  name?: string;
}

/** Waits until something is true, or until the time is over; at once when it is true already. */
export interface WaitQuery {
  /**
   * `healthy`, `synced`, `suspended`, `operation` (none runs) or `deleted`; several, separated by commas, have to be true
   * together. An Application that is gone answers 404.
   */
  wait?: string;
  /**
   * How long to wait at most. Nothing is sent meanwhile: keep it below the idle timeout of what is in between (60 seconds for an
   * Application Load Balancer), and ask again.
   * @asType integer
   * @minimum 0
   * @maximum 3600
   * @default 50
   */
  timeoutSeconds?: number;
}

/** What became of a wait. */
export interface WaitResult {
  for: string[];
  /** False: the time was over first. */
  met: boolean;
}

/** Resources of an Application. */
export interface ResourceList {
  kind: 'ResourceList';
  items: Resource[];
}

/** One resource, with what AWS has of it. */
export interface Resource {
  /** `Kind/name`. */
  ref: string;
  sync: 'Synced' | 'OutOfSync';
  health: Health;
  parts: ResourcePart[];
  /** Its hook phase, where it is one. */
  hook?: string;
  /** The last result of the last operation on it. */
  message?: string;
}

/** One object of AWS. */
export interface ResourcePart {
  /** For example `ecs:service`. */
  type: string;
  /** Its ARN, or the nearest thing that AWS has. */
  id: string;
}

/** Fields that somebody changed by hand. */
export interface DriftList {
  kind: 'DriftList';
  items: DriftedFieldView[];
}

/** A field that somebody changed by hand. */
export interface DriftedFieldView {
  /** `Kind/name`. */
  ref: string;
  /** JSON pointer into the spec; empty where the resource itself is gone. */
  path: string;
  /** ARN or name of who changed it, where an event or CloudTrail told. */
  principal?: string;
  /** When they did, in ISO 8601. */
  at?: string;
}

/** Which manifests. */
export interface ManifestsQuery {
  /** Those of this operation. Default: those of now. */
  operation?: string;
}

/** How an Application is deleted. */
export interface DeleteQuery {
  /**
   * With everything that it owns in AWS.
   * @default false
   */
  cascade?: boolean;
}
