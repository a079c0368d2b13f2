import type { ContainerDefinition, EnvironmentVariable } from './container.ts';

/**
 * The task definition of a Service or Job: ECS's own, without family, revision and tags, which Longshore sets.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
export interface TaskTemplate {
  /** CPU of the task: units (`1024`, `"1024"`) or `"1 vCPU"`. Fargate needs it. */
  cpu?: number | string;
  /** Memory of the task: MiB (`2048`, `"2048"`) or `"2 GB"`. Fargate needs it. */
  memory?: number | string;
  /** ARN of the role that pulls the images, reads the secrets and writes the logs. */
  executionRole?: string;
  /** ARN of the role that the containers act as. */
  taskRole?: string;
  /**
   * Default: awsvpc when the service has a `network`, else bridge.
   */
  networkMode?: 'awsvpc' | 'bridge' | 'host' | 'none';
  /** What ECS checks the definition against. Default: FARGATE for services on Fargate, else nothing. */
  requiresCompatibilities?: ('FARGATE' | 'EC2' | 'EXTERNAL' | 'MANAGED_INSTANCES')[];
  /** Processor and operating system. */
  runtimePlatform?: RuntimePlatform;
  /** Space of a Fargate task beyond the 20 GiB that each has. */
  ephemeralStorage?: EphemeralStorage;
  /** Process namespace that the containers share. */
  pidMode?: 'host' | 'task';
  /** Namespace of shared memory and semaphores. */
  ipcMode?: 'host' | 'task' | 'none';
  /** An App Mesh proxy. */
  proxyConfiguration?: ProxyConfiguration;
  /** Which container instances may run the task. Not on Fargate. */
  placementConstraints?: TaskPlacementConstraint[];
  /**
   * Lets AWS Fault Injection Service act on the tasks.
   * @default false
   */
  enableFaultInjection?: boolean;
  /** Volumes that containers mount. */
  volumes?: Volume[];
  /**
   * The containers.
   * @minItems 1
   * @maxItems 10
   */
  containers: ContainerDefinition[];
}

/** Processor and operating system. */
export interface RuntimePlatform {
  /**
   * The processor.
   * @default "X86_64"
   */
  cpuArchitecture?: 'X86_64' | 'ARM64';
  /**
   * The operating system.
   * @default "LINUX"
   */
  operatingSystemFamily?:
    | 'LINUX'
    | 'WINDOWS_SERVER_2016_FULL'
    | 'WINDOWS_SERVER_2019_CORE'
    | 'WINDOWS_SERVER_2019_FULL'
    | 'WINDOWS_SERVER_2022_CORE'
    | 'WINDOWS_SERVER_2022_FULL'
    | 'WINDOWS_SERVER_2025_CORE'
    | 'WINDOWS_SERVER_2025_FULL'
    | 'WINDOWS_SERVER_2004_CORE'
    | 'WINDOWS_SERVER_20H2_CORE';
}

/** Space of a Fargate task. */
export interface EphemeralStorage {
  /**
   * In GiB.
   * @asType integer
   * @minimum 21
   * @maximum 200
   */
  sizeInGiB: number;
}

/** An App Mesh proxy. */
export interface ProxyConfiguration {
  /**
   * The only one there is.
   * @default "APPMESH"
   */
  type?: 'APPMESH';
  /** The container that is the proxy. */
  containerName: string;
  /** Settings of the CNI plugin. */
  properties?: EnvironmentVariable[];
}

/** Which container instances may run the task. */
export interface TaskPlacementConstraint {
  /**
   * The only one there is.
   * @default "memberOf"
   */
  type?: 'memberOf';
  /** In the cluster query language. */
  expression: string;
}

/**
 * A volume of the task. One without a configuration is empty and lives as long as the task.
 * @rules [{"rule":"(has(self.host) ? 1 : 0) + (has(self.efsVolumeConfiguration) ? 1 : 0) + (has(self.s3filesVolumeConfiguration) ? 1 : 0) + (has(self.fsxWindowsFileServerVolumeConfiguration) ? 1 : 0) + (has(self.dockerVolumeConfiguration) ? 1 : 0) + (has(self.configuredAtLaunch) && self.configuredAtLaunch ? 1 : 0) <= 1","message":"at most one of host, efsVolumeConfiguration, s3filesVolumeConfiguration, fsxWindowsFileServerVolumeConfiguration, dockerVolumeConfiguration and configuredAtLaunch"}]
 */
export interface Volume {
  /** What mountPoints refer to. */
  name: string;
  /** A folder of the host. */
  host?: HostVolume;
  /** A file system of Amazon EFS. */
  efsVolumeConfiguration?: EfsVolumeConfiguration;
  /** A file system of Amazon S3 Files. The task needs a taskRole. */
  s3filesVolumeConfiguration?: S3FilesVolumeConfiguration;
  /** A file system of Amazon FSx for Windows File Server. For Windows on container instances. */
  fsxWindowsFileServerVolumeConfiguration?: FsxWindowsFileServerVolumeConfiguration;
  /** A Docker volume. Not on Fargate. */
  dockerVolumeConfiguration?: DockerVolumeConfiguration;
  /**
   * The service says at launch what it is (`volumeConfigurations`). One volume of a task at most.
   * @default false
   */
  configuredAtLaunch?: boolean;
}

/** A folder of the host. */
export interface HostVolume {
  /** Default: Docker chooses one, and its data goes with the task. */
  sourcePath?: string;
}

/**
 * A file system of Amazon EFS.
 * @rules [{"rule":"!has(self.authorizationConfig) || !(has(self.authorizationConfig.accessPointId) || (has(self.authorizationConfig.iam) && self.authorizationConfig.iam == 'ENABLED')) || (has(self.transitEncryption) && self.transitEncryption == 'ENABLED')","message":"an access point and iam ENABLED need transitEncryption: ENABLED"},{"rule":"!has(self.rootDirectory) || self.rootDirectory == '/' || !has(self.authorizationConfig) || !has(self.authorizationConfig.accessPointId)","message":"with an access point rootDirectory is / or left out: the access point has a root of its own"}]
 */
export interface EfsVolumeConfiguration {
  /** Its id. */
  fileSystemId: string;
  /**
   * The folder that is the root. Not with an access point, unless `/`.
   * @default "/"
   */
  rootDirectory?: string;
  /**
   * Encryption between host and EFS.
   * @default "DISABLED"
   */
  transitEncryption?: 'ENABLED' | 'DISABLED';
  /**
   * The port of the encrypted traffic.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  transitEncryptionPort?: number;
  /** Access point and IAM. Needs transitEncryption. */
  authorizationConfig?: EfsAuthorizationConfig;
}

/** Access to EFS. */
export interface EfsAuthorizationConfig {
  /** Id of an access point. */
  accessPointId?: string;
  /**
   * The task role is used to mount.
   * @default "DISABLED"
   */
  iam?: 'ENABLED' | 'DISABLED';
}

/**
 * A file system of Amazon S3 Files.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_S3FilesVolumeConfiguration.html
 * @rules [{"rule":"!has(self.rootDirectory) || self.rootDirectory == '/' || !has(self.accessPointArn)","message":"with an access point rootDirectory is / or left out: the access point has a root of its own"}]
 */
export interface S3FilesVolumeConfiguration {
  /** Its ARN. */
  fileSystemArn: string;
  /**
   * The folder that is the root. Not with an access point, unless `/`.
   * @default "/"
   */
  rootDirectory?: string;
  /**
   * The port of the encrypted traffic. Default: the mount helper's choice.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  transitEncryptionPort?: number;
  /** ARN of an access point. */
  accessPointArn?: string;
}

/** A file system of Amazon FSx for Windows File Server. */
export interface FsxWindowsFileServerVolumeConfiguration {
  /** Its id. */
  fileSystemId: string;
  /** The folder that is the root. */
  rootDirectory: string;
  /** Who mounts it. */
  authorizationConfig: FsxWindowsFileServerAuthorizationConfig;
}

/** Access to FSx for Windows File Server. The execution role reads the credentials. */
export interface FsxWindowsFileServerAuthorizationConfig {
  /** ARN of a secret, or of an SSM parameter, that holds user name and password. */
  credentialsParameter: string;
  /** The fully qualified name of the Active Directory domain. */
  domain: string;
}

/** A Docker volume. */
export interface DockerVolumeConfiguration {
  /**
   * `task`: goes with the task; `shared`: stays.
   * @default "task"
   */
  scope?: 'task' | 'shared';
  /** Makes the volume when it is not there. For `shared` only. */
  autoprovision?: boolean;
  /**
   * The volume driver.
   * @default "local"
   */
  driver?: string;
  /** Options of the driver. */
  driverOpts?: Record<string, string>;
  /** Labels of the volume. */
  labels?: Record<string, string>;
}
