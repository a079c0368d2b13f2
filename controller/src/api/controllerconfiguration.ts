/** What the controller itself is given beside its Applications, as a file: `longshore controller --config FILE`. */
export interface ControllerConfigurationSpec {
  /**
   * Credentials for repositories; the longest `urlPrefix` that fits is used.
   * @maxItems 200
   */
  repositories?: RepositoryCredentials[];
  /** Hosts that an Application's repository may be on, with `*` as wildcard. Default: all that are not local. */
  allowedRepositoryHosts?: string[];
  /** Shared secrets by which a webhook is believed. A provider without one is refused. */
  webhooks?: WebhookSecrets;
  /** Who people are. */
  oidc?: OidcProvider;
  /** What people may do who have no role in a Project. Default: nothing. */
  access?: GlobalAccess[];
  /** Where messages go. */
  notifications?: NotificationServices;
  /** The queues to which EventBridge sends what happens in AWS; `longshore bootstrap` makes them. */
  eventQueues?: EventQueue[];
  /** Requests by one address, user or token. */
  rateLimits?: RateLimits;
  /** OpenTelemetry traces, sent by OTLP over HTTP. Default: none. */
  tracing?: Tracing;
  /** Where people reach this controller, for links in messages and the redirects of logins. */
  url?: string;
  /**
   * Proxies, as addresses or CIDR blocks such as `10.0.0.0/16`, whose `X-Forwarded-For` is believed. Default: nobody's; behind a
   * proxy all that are not logged in then count as one address.
   * @maxItems 100
   */
  trustedProxies?: string[];
  /** How much of the audit log is kept. */
  audit?: AuditRetention;
}

/** How much of the audit log is kept. What is beyond either goes, oldest first. */
export interface AuditRetention {
  /**
   * How many entries.
   * @asType integer
   * @minimum 100
   * @maximum 1000000
   * @default 10000
   */
  entries?: number;
  /**
   * For how many days.
   * @asType integer
   * @minimum 1
   * @maximum 3650
   * @default 400
   */
  days?: number;
}

/**
 * A secret: never in this file itself. Exactly one.
 * @rules [{"rule":"has(self.env) != has(self.file)","message":"exactly one of env and file must be set"}]
 */
export interface SecretSource {
  /** Name of an environment variable. */
  env?: string;
  /** A file, relative to this one; read anew at each use, without the line break at its end. */
  file?: string;
}

/**
 * How to log in to repositories. Exactly one of `token`, `sshKey` and `githubApp`.
 * @rules [{"rule":"(has(self.token) ? 1 : 0) + (has(self.sshKey) ? 1 : 0) + (has(self.githubApp) ? 1 : 0) == 1","message":"exactly one of token, sshKey and githubApp must be set"}]
 */
export interface RepositoryCredentials {
  /** Address of a repository, or the beginning of several up to a slash. */
  urlPrefix: string;
  /** Basic authentication over https. */
  token?: RepositoryToken;
  /** A key for ssh. */
  sshKey?: RepositorySshKey;
  /** Installation of a GitHub App. */
  githubApp?: RepositoryGitHubApp;
  /** PEM file of the certificate authority of the server, where it is not a public one. */
  caFile?: string;
}

/** Basic authentication over https. */
export interface RepositoryToken {
  /**
   * The user name.
   * @default "x-access-token"
   */
  username?: string;
  /** The token. */
  password: SecretSource;
}

/** A key for ssh. */
export interface RepositorySshKey {
  /** The private key, in OpenSSH's or PEM format, without passphrase. */
  privateKey: SecretSource;
  /** Lines of a known_hosts file. A server that is not in it is refused. */
  knownHosts: SecretSource;
}

/** Installation of a GitHub App. */
export interface RepositoryGitHubApp {
  /** The App's id. */
  appId: string;
  /** The id of the installation. */
  installationId: string;
  /** PEM of the App's key. */
  privateKey: SecretSource;
  /**
   * Address of the API.
   * @default "https://api.github.com"
   */
  api?: string;
}

/** Shared secrets of webhooks. */
export interface WebhookSecrets {
  /** For `X-Hub-Signature-256`. */
  github?: SecretSource;
  /** For `X-Gitlab-Token`. */
  gitlab?: SecretSource;
  /** For `X-Hub-Signature` of Bitbucket. */
  bitbucket?: SecretSource;
  /** For `X-Longshore-Signature`. */
  generic?: SecretSource;
}

/** An OpenID Connect provider. */
export interface OidcProvider {
  /** Its address, at which `/.well-known/openid-configuration` is found. */
  issuer: string;
  /** The client that this controller is. */
  clientId: string;
  /** For confidential clients. */
  clientSecret?: SecretSource;
  /**
   * The public client that `longshore login` is, where `clientId` is a confidential one: a program on somebody's machine keeps no
   * secret. Its ID tokens are accepted as well. Default: `clientId`.
   */
  cliClientId?: string;
  /** What is asked for. Default: openid, profile, email, groups. */
  scopes?: string[];
  /**
   * The claim that holds the groups.
   * @default "groups"
   */
  groupsClaim?: string;
}

/** What somebody may do in every Project. */
export interface GlobalAccess {
  /** As in a Project's roles. */
  access: 'viewer' | 'deployer' | 'admin';
  /** Groups of the identity provider. */
  groups?: string[];
  /** People, by `sub` or verified `email`. */
  users?: string[];
}

/** Where messages go. */
export interface NotificationServices {
  /** A Slack bot. */
  slack?: SlackService;
  /**
   * By name, for `notifications[].webhook`.
   * @maxItems 50
   */
  webhooks?: WebhookService[];
  /** An SMTP server. */
  email?: EmailService;
  /** Commit statuses and comments. */
  github?: GitHubService;
}

/** A Slack bot: https://docs.slack.dev/reference/methods/chat.postMessage */
export interface SlackService {
  /** The bot's token. */
  token: SecretSource;
  /**
   * Address of the API.
   * @default "https://slack.com/api"
   */
  api?: string;
}

/** An address that gets a JSON document by POST. */
export interface WebhookService {
  /** What `notifications[].webhook` says. */
  name: string;
  /** The address. */
  url: string;
  /** Signs the body: `X-Longshore-Signature: sha256=<hex HMAC>`. */
  secret?: SecretSource;
  /**
   * Further headers, such as `Authorization`.
   * @maxItems 20
   */
  headers?: WebhookHeader[];
}

/** A header of a request. */
export interface WebhookHeader {
  /** Its name. */
  name: string;
  /** Its value. */
  value: SecretSource;
}

/** An SMTP server. */
export interface EmailService {
  /** Its name. */
  host: string;
  /**
   * Its port.
   * @asType integer
   * @default 587
   */
  port?: number;
  /** The user name. */
  username?: string;
  /** The password. */
  password?: SecretSource;
  /** Sender's address. */
  from: string;
  /**
   * `starttls` refuses a server without it; `tls` is TLS from the first byte; `none` is for a relay on the same machine.
   * @default "starttls"
   */
  security?: 'starttls' | 'tls' | 'none';
}

/** Commit statuses and comments on GitHub. */
export interface GitHubService {
  /** A token with `repo:status` and pull-request write access. Default: the credentials of the repository. */
  token?: SecretSource;
  /**
   * Address of the API.
   * @default "https://api.github.com"
   */
  api?: string;
}

/** One queue of one account and region. */
export interface EventQueue {
  /** Address of the queue. */
  queueUrl: string;
  /** The account whose events it holds. */
  accountId: string;
  /** The region whose events it holds. */
  region: string;
  /** ARN of the role to assume to read it and the event history. Default: the controller's own credentials. */
  roleArn?: string;
  /** External id for the role's trust policy. */
  externalId?: string;
}

/** Requests by one address, user or token. */
export interface RateLimits {
  /**
   * In a minute, to the API.
   * @asType integer
   * @default 600
   */
  requestsPerMinute?: number;
  /**
   * In a minute, to log in.
   * @asType integer
   * @default 10
   */
  loginsPerMinute?: number;
  /**
   * In a minute, to /api/webhook.
   * @asType integer
   * @default 300
   */
  webhooksPerMinute?: number;
}

/** OpenTelemetry traces. */
export interface Tracing {
  /** For example `http://localhost:4318/v1/traces`. */
  endpoint: string;
  /**
   * Share of reconciles that are traced, from 0 to 1.
   * @minimum 0
   * @maximum 1
   * @default 1
   */
  sampleRatio?: number;
}
