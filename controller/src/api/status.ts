/** What Longshore reports of a resource. Written by the controller, never read from Git. */
export interface ResourceStatus {
  /**
   * The generation of the object that this status is about.
   * @asType integer
   */
  observedGeneration?: number;
  /** Ready, Reconciling, Stalled and Healthy, as kstatus and `kubectl wait` read them. */
  conditions?: Condition[];
  /** Whether AWS is as the manifest says. */
  sync?: SyncStatus;
  /** Whether it works. */
  health?: HealthReport;
}

/** What Longshore reports of a Service. */
export interface ServiceStatus extends ResourceStatus {
  /**
   * How many tasks run.
   * @asType integer
   */
  runningCount?: number;
}

/** One condition, as Kubernetes defines them. */
export interface Condition {
  /** For example `Ready`. */
  type: string;
  /** Whether it holds. */
  status: 'True' | 'False' | 'Unknown';
  /** Why, as one constant in CamelCase. */
  reason: string;
  /** Why, in words. */
  message: string;
  /**
   * When `status` changed last.
   * @format date-time
   */
  lastTransitionTime: string;
  /**
   * The generation of the object that this condition is about.
   * @asType integer
   */
  observedGeneration?: number;
}

/** Whether AWS is as the manifest says. */
export interface SyncStatus {
  /** Argo CD's words. */
  status: 'Synced' | 'OutOfSync' | 'Unknown';
  /** The revision of the source that was compared. */
  revision?: string;
}

/** Whether a resource works. */
export interface HealthReport {
  /** Argo CD's words. */
  status: 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown';
  /** Why, as one constant in CamelCase. */
  reason?: string;
  /** Why, in words. */
  message?: string;
}
