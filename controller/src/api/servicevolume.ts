/** The EBS volume of a task volume that is `configuredAtLaunch`. */
export interface ServiceVolumeConfiguration {
  /** Name of the volume in the task. */
  name: string;
  /** One new volume for each task. */
  managedEBSVolume: ManagedEbsVolume;
}

/**
 * An EBS volume for each task.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceManagedEBSVolumeConfiguration.html
 * @rules [{"rule":"has(self.sizeInGiB) || has(self.snapshotId)","message":"sizeInGiB or snapshotId is needed"},{"rule":"!has(self.volumeInitializationRate) || has(self.snapshotId)","message":"volumeInitializationRate needs snapshotId"}]
 */
export interface ManagedEbsVolume {
  /** The role that ECS manages volumes with. */
  roleArn: string;
  /** Encrypted. Default: the account setting. */
  encrypted?: boolean;
  /** KMS key of the encryption. */
  kmsKeyId?: string;
  /** Such as gp3. Default: gp3. */
  volumeType?: string;
  /**
   * In GiB.
   * @asType integer
   * @minimum 1
   * @maximum 65536
   */
  sizeInGiB?: number;
  /** The snapshot that it begins as. */
  snapshotId?: string;
  /**
   * MiB a second at which the snapshot is loaded.
   * @asType integer
   * @minimum 100
   * @maximum 300
   */
  volumeInitializationRate?: number;
  /**
   * Input and output operations a second.
   * @asType integer
   * @minimum 100
   */
  iops?: number;
  /**
   * MiB a second.
   * @asType integer
   * @minimum 125
   * @maximum 2000
   */
  throughput?: number;
  /**
   * The file system.
   * @default "xfs"
   */
  filesystemType?: 'ext3' | 'ext4' | 'xfs' | 'ntfs';
  /**
   * Tags of the volumes, besides those that ECS sets. None: no others.
   * @maxItems 1
   */
  tagSpecifications?: EbsTagSpecification[];
}

/** Tags of the volumes. */
export interface EbsTagSpecification {
  /** The only one there is. */
  resourceType: 'volume';
  /** Tags. `AmazonECSCreated` and `AmazonECSManaged` belong to ECS. */
  tags?: EbsTag[];
  /**
   * Where the volumes take more tags from.
   * @default "NONE"
   */
  propagateTags?: 'SERVICE' | 'TASK_DEFINITION' | 'NONE';
}

/** A tag of a volume. */
export interface EbsTag {
  /** Its key. */
  key: string;
  /** Its value. Default: empty. */
  value?: string;
}
