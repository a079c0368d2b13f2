/** An ECS cluster: where services run, on which capacity, and how its commands are logged. */
export interface ClusterSpec {
  /**
   * CloudWatch Container Insights. Omitted: left to the account setting `containerInsights`.
   */
  containerInsights?: 'disabled' | 'enabled' | 'enhanced';
  /** How `ecs execute-command` sessions are encrypted and logged. */
  executeCommand?: ExecuteCommand;
  /** Encryption keys of storage that ECS manages for the tasks of this cluster. */
  managedStorage?: ManagedStorage;
  /**
   * `FARGATE`, `FARGATE_SPOT`, or names of capacity providers of Auto Scaling groups.
   * @maxItems 20
   */
  capacityProviders?: string[];
  /**
   * What services and tasks without a strategy and launch type of their own run on.
   * @maxItems 20
   */
  defaultCapacityProviderStrategy?: CapacityProviderStrategyItem[];
  /** The Cloud Map namespace of services that name none for Service Connect. */
  serviceConnectDefaults?: ServiceConnectDefaults;
  /** AWS tags, besides the ownership tags. Keys that are not named here are left alone. */
  tags?: Record<string, string>;
  /**
   * The name of the cluster in AWS. Default: derived from the Application's name and `metadata.name`.
   * @pattern ^([a-zA-Z0-9_-]{1,255}|.*\$\{.*)$
   */
  nameOverride?: string;
  /**
   * What happens in AWS when the manifest goes away.
   * @default "Delete"
   */
  deletionPolicy?: 'Delete' | 'Retain';
}

/**
 * Logging of `ecs execute-command` sessions (ExecuteCommandConfiguration).
 * @rules [{"rule":"!has(self.logging) || self.logging != 'OVERRIDE' || has(self.logGroup) || has(self.s3Bucket)","message":"logging OVERRIDE needs logGroup or s3Bucket"},{"rule":"(!has(self.logGroup) && !has(self.s3Bucket)) || (has(self.logging) && self.logging == 'OVERRIDE')","message":"logGroup and s3Bucket need logging: OVERRIDE"}]
 */
export interface ExecuteCommand {
  /**
   * `NONE`: no logs; `DEFAULT`: the awslogs configuration of the task; `OVERRIDE`: `logGroup` or `s3Bucket`.
   * @default "DEFAULT"
   */
  logging?: 'NONE' | 'DEFAULT' | 'OVERRIDE';
  /** The KMS key that encrypts the data between the client and the container. */
  kmsKeyId?: string;
  /** The CloudWatch log group of the sessions. */
  logGroup?: string;
  /**
   * The log group is encrypted with KMS.
   * @default false
   */
  encrypted?: boolean;
  /** The S3 bucket of the sessions. */
  s3Bucket?: string;
  /** The folder in the bucket. */
  s3KeyPrefix?: string;
  /**
   * The bucket is encrypted with KMS.
   * @default false
   */
  s3Encrypted?: boolean;
}

/** Encryption keys of managed storage. */
export interface ManagedStorage {
  /** The KMS key for EBS volumes that ECS manages. */
  kmsKeyId?: string;
  /** The KMS key for the ephemeral storage of Fargate tasks. */
  fargateEphemeralStorageKmsKeyId?: string;
}

/** A share of the tasks for one capacity provider. */
export interface CapacityProviderStrategyItem {
  /** `FARGATE`, `FARGATE_SPOT`, or the name of a capacity provider. */
  capacityProvider: string;
  /**
   * The relative share of the tasks beyond the base.
   * @asType integer
   * @minimum 0
   * @maximum 1000
   * @default 0
   */
  weight?: number;
  /**
   * How many tasks run here at least, before weights count. Only one item of a strategy may have a base.
   * @asType integer
   * @minimum 0
   * @maximum 100000
   * @default 0
   */
  base?: number;
}

/** Defaults of Service Connect. */
export interface ServiceConnectDefaults {
  /** Name or ARN of a Cloud Map namespace. */
  namespace: string;
}
