import type { LogConfiguration } from './container.ts';

/**
 * Service Connect of a service.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectConfiguration.html
 * @rules [{"rule":"!has(self.accessLogConfiguration) || has(self.logConfiguration)","message":"accessLogConfiguration needs logConfiguration: access logs go where the logs of the proxy go"}]
 */
export interface ServiceConnect {
  /**
   * On or off.
   * @default true
   */
  enabled?: boolean;
  /** Name or ARN of a Cloud Map namespace. Default: the cluster's. */
  namespace?: string;
  /** Ports that other services reach this one at. None: a client only. */
  services?: ServiceConnectService[];
  /** Where the logs of the proxy go. */
  logConfiguration?: LogConfiguration;
  /** A line for each request in the logs of the proxy. Needs logConfiguration. */
  accessLogConfiguration?: ServiceConnectAccessLog;
}

/** Access logs of the proxy. */
export interface ServiceConnectAccessLog {
  /** For people, or for programs. */
  format: 'TEXT' | 'JSON';
  /**
   * Query parameters are logged too. They may hold what nobody should see.
   * @default "DISABLED"
   */
  includeQueryParameters?: 'ENABLED' | 'DISABLED';
}

/** A port that other services reach this one at. */
export interface ServiceConnectService {
  /** Name of a portMapping. */
  portName: string;
  /** Name in Cloud Map. Default: portName. */
  discoveryName?: string;
  /**
   * Name and port for clients.
   * @maxItems 1
   */
  clientAliases?: ServiceConnectClientAlias[];
  /**
   * The port that the proxy listens on. Default: any.
   * @asType integer
   * @minimum 0
   * @maximum 65535
   */
  ingressPortOverride?: number;
  /** Timeouts of the proxy. */
  timeout?: ServiceConnectTimeout;
  /** TLS between proxies. */
  tls?: ServiceConnectTls;
}

/** A name and port for clients. */
export interface ServiceConnectClientAlias {
  /**
   * The port that clients use.
   * @asType integer
   * @minimum 0
   * @maximum 65535
   */
  port: number;
  /** The name that clients use. Default: `discoveryName.namespace`. */
  dnsName?: string;
}

/** Timeouts of the proxy. */
export interface ServiceConnectTimeout {
  /**
   * Seconds without traffic after which a connection is closed; 0: never.
   * @asType integer
   * @minimum 0
   */
  idleTimeoutSeconds?: number;
  /**
   * Seconds that the upstream has to answer in; 0: no limit. Not for appProtocol tcp.
   * @asType integer
   * @minimum 0
   */
  perRequestTimeoutSeconds?: number;
}

/** TLS between proxies. */
export interface ServiceConnectTls {
  /** ARN of the AWS Private CA. */
  awsPcaAuthorityArn: string;
  /** KMS key of the private keys. */
  kmsKey?: string;
  /** Role that ECS gets certificates with. */
  roleArn?: string;
}
