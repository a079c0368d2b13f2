/**
 * One container of a task: ECS's own container definition, field by field.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export interface ContainerDefinition {
  /**
   * Unique in the task.
   * @pattern ^([a-zA-Z0-9_-]{1,255}|.*\$\{.*)$
   */
  name: string;
  /** Repository with a tag or, better, a digest. */
  image: string;
  /** Credentials of a private registry. */
  repositoryCredentials?: RepositoryCredentials;
  /**
   * CPU units (1024 are one vCPU) reserved for this container.
   * @asType integer
   * @minimum 0
   * @default 0
   */
  cpu?: number;
  /**
   * The most memory, in MiB. A container that takes more is killed.
   * @asType integer
   * @minimum 4
   */
  memory?: number;
  /**
   * Reserved memory, in MiB.
   * @asType integer
   * @minimum 4
   */
  memoryReservation?: number;
  /**
   * The task stops when this container stops.
   * @default true
   */
  essential?: boolean;
  /** Replaces the ENTRYPOINT of the image. */
  entryPoint?: string[];
  /** Replaces the CMD of the image. */
  command?: string[];
  /** Ports that the container listens on. */
  portMappings?: PortMapping[];
  /** Plain environment variables. */
  environment?: EnvironmentVariable[];
  /** Files of environment variables in S3. */
  environmentFiles?: EnvironmentFile[];
  /** Environment variables from Secrets Manager or the SSM Parameter Store. */
  secrets?: Secret[];
  /** The container's own health check. */
  healthCheck?: HealthCheck;
  /** Where standard output and standard error go. */
  logConfiguration?: LogConfiguration;
  /** Routes the logs of the other containers (FireLens). */
  firelensConfiguration?: FirelensConfiguration;
  /** Volumes of the task in this container. */
  mountPoints?: MountPoint[];
  /** Volumes of another container in this one. */
  volumesFrom?: VolumeFrom[];
  /** Containers that have to start, finish or be healthy first. */
  dependsOn?: ContainerDependency[];
  /**
   * How long others wait for this container's condition, in seconds.
   * @asType integer
   * @minimum 2
   * @maximum 86400
   */
  startTimeout?: number;
  /**
   * From SIGTERM to SIGKILL, in seconds. Default: 30.
   * @asType integer
   * @minimum 0
   * @maximum 86400
   */
  stopTimeout?: number;
  /** Restarts this container in place when it exits. */
  restartPolicy?: ContainerRestartPolicy;
  /** User, `user:group` or `uid:gid`. */
  user?: string;
  /** The folder that commands run in. */
  workingDirectory?: string;
  /** Host name inside the container. */
  hostname?: string;
  /**
   * The root file system cannot be written.
   * @default false
   */
  readonlyRootFilesystem?: boolean;
  /**
   * Root's powers on the host. Not on Fargate.
   * @default false
   */
  privileged?: boolean;
  /**
   * No network inside the container.
   * @default false
   */
  disableNetworking?: boolean;
  /**
   * Keeps standard input open.
   * @default false
   */
  interactive?: boolean;
  /**
   * Gives the container a terminal.
   * @default false
   */
  pseudoTerminal?: boolean;
  /** Options of the Linux kernel. */
  linuxParameters?: LinuxParameters;
  /** Limits of the process. */
  ulimits?: Ulimit[];
  /** Kernel parameters (`--sysctl`). */
  systemControls?: SystemControl[];
  /** Docker labels. */
  dockerLabels?: Record<string, string>;
  /** SELinux and AppArmor labels, credential specifications. */
  dockerSecurityOptions?: string[];
  /** ARNs of credential specification files for gMSA. */
  credentialSpecs?: string[];
  /** DNS servers. Not with awsvpc. */
  dnsServers?: string[];
  /** DNS search domains. Not with awsvpc. */
  dnsSearchDomains?: string[];
  /** Lines of /etc/hosts. Not with awsvpc. */
  extraHosts?: HostEntry[];
  /** Links to other containers. Bridge mode only. */
  links?: string[];
  /** GPUs and other devices. */
  resourceRequirements?: ResourceRequirement[];
  /** Whether ECS pins the image's tag to its digest for a deployment. Default: enabled. */
  versionConsistency?: 'enabled' | 'disabled';
}

/** Credentials of a private registry. */
export interface RepositoryCredentials {
  /** ARN of the secret with user name and password. */
  credentialsParameter: string;
}

/**
 * A port of a container.
 * @rules [{"rule":"has(self.containerPort) != has(self.containerPortRange)","message":"exactly one of containerPort and containerPortRange"}]
 */
export interface PortMapping {
  /**
   * The port that the container listens on.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  containerPort?: number;
  /**
   * A range of ports, `8000-8010`.
   * @pattern ^[0-9]+-[0-9]+$
   */
  containerPortRange?: string;
  /**
   * The port on the host. With awsvpc and host it equals containerPort; 0 or omitted in bridge mode takes any free one.
   * @asType integer
   * @minimum 0
   * @maximum 65535
   */
  hostPort?: number;
  /**
   * The transport.
   * @default "tcp"
   */
  protocol?: 'tcp' | 'udp';
  /** The name that Service Connect and VPC Lattice refer to. */
  name?: string;
  /** The application's protocol, for Service Connect. */
  appProtocol?: 'http' | 'http2' | 'grpc';
}

/** A plain environment variable. */
export interface EnvironmentVariable {
  /** Unique in the container. */
  name: string;
  /** May hold references. */
  value: string;
}

/** A file of environment variables. */
export interface EnvironmentFile {
  /** ARN of an S3 object that ends in `.env`. */
  value: string;
  /**
   * Where it lies.
   * @default "s3"
   */
  type?: 's3';
}

/** An environment variable whose value the execution role reads when the task starts. */
export interface Secret {
  /** Unique in the container. */
  name: string;
  /** Name or ARN of an SSM parameter, or ARN of a secret with optional `:json-key:version-stage:version-id`. */
  valueFrom: string;
}

/** A health check inside the container. */
export interface HealthCheck {
  /** `CMD-SHELL` and a command line, or `CMD` and a program with arguments. */
  command: string[];
  /**
   * Seconds between checks.
   * @asType integer
   * @minimum 5
   * @maximum 300
   * @default 30
   */
  interval?: number;
  /**
   * Seconds after which a check has failed.
   * @asType integer
   * @minimum 2
   * @maximum 120
   * @default 5
   */
  timeout?: number;
  /**
   * Failures in a row until unhealthy.
   * @asType integer
   * @minimum 1
   * @maximum 10
   * @default 3
   */
  retries?: number;
  /**
   * Seconds after the start in which failures do not count. Default: none.
   * @asType integer
   * @minimum 0
   * @maximum 300
   */
  startPeriod?: number;
}

/** Where logs go. */
export interface LogConfiguration {
  /** Fargate knows awslogs, splunk and awsfirelens. */
  logDriver: 'awslogs' | 'awsfirelens' | 'splunk' | 'json-file' | 'syslog' | 'journald' | 'gelf' | 'fluentd';
  /** Options of the driver. An omitted `mode` is left to the account setting defaultLogDriverMode. */
  options?: Record<string, string>;
  /** Options whose values are secrets. */
  secretOptions?: Secret[];
}

/** A log router. */
export interface FirelensConfiguration {
  /** The program in the image. */
  type: 'fluentd' | 'fluentbit';
  /** Options of the router. */
  options?: Record<string, string>;
}

/** A volume in a container. */
export interface MountPoint {
  /** Name of a volume of the task. */
  sourceVolume: string;
  /** Where it appears. */
  containerPath: string;
  /**
   * The container cannot write it.
   * @default false
   */
  readOnly?: boolean;
}

/** All volumes of another container. */
export interface VolumeFrom {
  /** Name of the container. */
  sourceContainer: string;
  /**
   * This container cannot write them.
   * @default false
   */
  readOnly?: boolean;
}

/** A container that another one waits for. */
export interface ContainerDependency {
  /** Name of the container. */
  containerName: string;
  /** What it has to have reached. */
  condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY';
}

/** Restarts in place. */
export interface ContainerRestartPolicy {
  /** On or off. */
  enabled: boolean;
  /** Exit codes that do not restart it. */
  ignoredExitCodes?: number[];
  /**
   * Seconds that it has to run before it may be restarted again.
   * @asType integer
   * @minimum 60
   * @maximum 1800
   * @default 300
   */
  restartAttemptPeriod?: number;
}

/** Options of the Linux kernel. */
export interface LinuxParameters {
  /** Kernel capabilities. */
  capabilities?: KernelCapabilities;
  /** Devices of the host. */
  devices?: Device[];
  /**
   * An init process that reaps children.
   * @default false
   */
  initProcessEnabled?: boolean;
  /**
   * Size of /dev/shm in MiB.
   * @asType integer
   * @minimum 0
   */
  sharedMemorySize?: number;
  /** Memory file systems. */
  tmpfs?: Tmpfs[];
  /**
   * The most swap, in MiB.
   * @asType integer
   * @minimum 0
   */
  maxSwap?: number;
  /**
   * From 0 (only if needed) to 100.
   * @asType integer
   * @minimum 0
   * @maximum 100
   */
  swappiness?: number;
}

/** Kernel capabilities beyond or below Docker's defaults. */
export interface KernelCapabilities {
  /** To add. */
  add?: string[];
  /** To drop. */
  drop?: string[];
}

/** A device of the host. */
export interface Device {
  /** On the host. */
  hostPath: string;
  /** In the container. Default: the same. */
  containerPath?: string;
  /** Default: all three. */
  permissions?: ('read' | 'write' | 'mknod')[];
}

/** A memory file system. */
export interface Tmpfs {
  /** Where it appears. */
  containerPath: string;
  /**
   * The most it holds, in MiB.
   * @asType integer
   * @minimum 1
   */
  size: number;
  /** Mount options. */
  mountOptions?: string[];
}

/** A limit of the process. */
export interface Ulimit {
  /** Which limit. */
  name:
    | 'core'
    | 'cpu'
    | 'data'
    | 'fsize'
    | 'locks'
    | 'memlock'
    | 'msgqueue'
    | 'nice'
    | 'nofile'
    | 'nproc'
    | 'rss'
    | 'rtprio'
    | 'rttime'
    | 'sigpending'
    | 'stack';
  /**
   * The soft limit.
   * @asType integer
   */
  softLimit: number;
  /**
   * The hard limit.
   * @asType integer
   */
  hardLimit: number;
}

/** A kernel parameter. */
export interface SystemControl {
  /** Such as `net.core.somaxconn`. */
  namespace: string;
  /** Its value. */
  value: string;
}

/** A line of /etc/hosts. */
export interface HostEntry {
  /** The name. */
  hostname: string;
  /** The address. */
  ipAddress: string;
}

/** A device that the container needs. */
export interface ResourceRequirement {
  /** What kind of device. */
  type: 'GPU' | 'InferenceAccelerator' | 'NeuronDevice';
  /** How many GPUs, or the device name of the accelerator. */
  value: string;
}
