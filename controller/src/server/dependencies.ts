import type { GlobalAccess, RateLimits } from '../api/controllerconfiguration.ts';
import type { Clock } from '../core/clock.ts';
import type { EventSink } from '../core/events.ts';
import type { Control } from '../engine/control.ts';
import type { StateStore } from '../engine/store.ts';
import type { EventFeed } from './events/feed.ts';
import type { LogReader } from './logs.ts';

/** The client that this controller is at an OpenID Connect provider, secrets already found. */
export interface OidcClient {
  /** `https:`; `http:` on a loopback address only. */
  readonly issuer: string;
  readonly clientId: string;
  /** Of a confidential client; read anew at each use. */
  readonly clientSecret?: () => Promise<string>;
  /** The public client that the command line is, whose ID tokens are accepted as well. Default: `clientId`. */
  readonly cliClientId?: string;
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
}

/** Who may come in. */
export interface AccessSettings {
  /** What people may do in every Project. */
  readonly access: readonly GlobalAccess[];
  readonly oidc?: OidcClient;
  /** Where people reach this controller. Default: where it listens. */
  readonly url?: string;
  /**
   * Everybody is an admin. Only where nobody but this machine can connect: refused on any other than a loopback address.
   */
  readonly insecureNoAuth?: boolean;
  /** Proxies (addresses or CIDR blocks) whose `X-Forwarded-For` is believed. Default: nobody's. */
  readonly trustedProxies?: readonly string[];
  readonly rateLimits?: RateLimits;
  /** How much of the audit log is kept. Default: 10000 entries, 400 days. */
  readonly audit?: Partial<AuditLimits>;
}

/** How much of the audit log is kept. What is older than either goes. */
export interface AuditLimits {
  readonly entries: number;
  readonly days: number;
}

/** A webhook as it came in. */
export interface WebhookRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes that the signature is of. */
  readonly body: Uint8Array;
}

/**
 * Checks the signature and has the Applications of the repository looked at.
 * Gives how many those are.
 * @throws TerminalError `WebhookNotConfigured` (no secret for this provider), `WebhookUnsigned` (wrong or no signature),
 * `WebhookUnknown` (of no provider that is known).
 */
export type WebhookReceiver = (request: WebhookRequest) => Promise<number>;

/** Prometheus text. */
export interface MetricsText {
  text(): Promise<string>;
  readonly contentType: string;
}

/** What the HTTP API works with. */
export interface ServerDependencies {
  readonly control: Control;
  /** For tokens, sessions and the audit log. */
  readonly store: StateStore;
  readonly clock: Clock;
  /** Hears what the server itself has to say. Never a secret. */
  readonly sink: EventSink;
  /** What the event streams send: its `sink` has to hear everything that `sink` hears. */
  readonly feed: EventFeed;
  readonly metrics: MetricsText;
  /** False while the process stops. */
  readonly healthy: () => boolean;
  /** By name: why it is not ready, or undefined. */
  readonly readiness: Readonly<Record<string, () => Promise<string | undefined>>>;
  readonly webhook: WebhookReceiver;
  readonly logs: LogReader;
  /** Version of the package. */
  readonly version: string;
  readonly settings: AccessSettings;
}
