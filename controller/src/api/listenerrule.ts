import type { AuthenticateCognito, AuthenticateOidc, JwtValidation } from './authentication.ts';

/**
 * One rule on a listener, of this or of another Application's load balancer. The rule carries ownership tags, so
 * many teams can share one load balancer.
 * @rules [{"rule":"has(self.listener) != has(self.listenerArn)","message":"exactly one of listener and listenerArn must be set"}]
 */
export interface ListenerRuleSpec {
  /** The listener of a LoadBalancer of the same Application. */
  listener?: ListenerReference;
  /** ARN of a listener that is managed elsewhere. */
  listenerArn?: string;
  /**
   * Rules are tried from the lowest priority to the highest. `auto` takes the lowest free one when the rule is
   * created and keeps it.
   * @asType integer
   * @minimum 1
   * @maximum 50000
   * @default "auto"
   */
  priority?: number | 'auto';
  /** What a request must have for the rule to apply. Everything that is named must hold. */
  when: RuleConditions;
  /** What happens to such a request. */
  then: RuleAction;
  /**
   * How the request is rewritten before it is sent on.
   * @maxItems 2
   */
  transforms?: RuleTransform[];
  /** Tags of the rule. */
  tags?: Record<string, string>;
  /**
   * What happens to the rule when its manifest is removed.
   * @default "Delete"
   */
  deletionPolicy?: 'Delete' | 'Retain';
}

/** A listener, by its load balancer and port. */
export interface ListenerReference {
  /** Name of a LoadBalancer of the same Application. */
  loadBalancer: string;
  /**
   * The port that the listener listens on.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  port: number;
}

/**
 * Conditions of a rule: all that are named must hold; of the values of one, any.
 * @rules [{"rule":"!(has(self.hostHeader) && has(self.hostHeaderRegex))","message":"hostHeader and hostHeaderRegex cannot both be set"},{"rule":"!(has(self.pathPattern) && has(self.pathPatternRegex))","message":"pathPattern and pathPatternRegex cannot both be set"},{"rule":"has(self.hostHeader) || has(self.hostHeaderRegex) || has(self.pathPattern) || has(self.pathPatternRegex) || has(self.httpHeader) || has(self.httpRequestMethod) || has(self.queryString) || has(self.sourceIp)","message":"at least one condition must be set"}]
 */
export interface RuleConditions {
  /**
   * Host names; `*` stands for any characters, `?` for one.
   * @minItems 1
   */
  hostHeader?: string[];
  /**
   * Regular expressions for the host name.
   * @minItems 1
   */
  hostHeaderRegex?: string[];
  /**
   * Paths; `*` stands for any characters, `?` for one.
   * @minItems 1
   */
  pathPattern?: string[];
  /**
   * Regular expressions for the path.
   * @minItems 1
   */
  pathPatternRegex?: string[];
  /**
   * Request headers. Each entry must hold.
   * @minItems 1
   */
  httpHeader?: HttpHeaderCondition[];
  /**
   * Request methods, such as `GET`.
   * @minItems 1
   */
  httpRequestMethod?: string[];
  /**
   * Parameters of the query string. Any entry is enough.
   * @minItems 1
   */
  queryString?: QueryStringCondition[];
  /**
   * CIDR blocks that the request comes from.
   * @minItems 1
   */
  sourceIp?: string[];
}

/**
 * A request header and its values.
 * @rules [{"rule":"has(self.values) != has(self.regexValues)","message":"exactly one of values and regexValues must be set"}]
 */
export interface HttpHeaderCondition {
  /**
   * Name of the header; not case-sensitive.
   * @maxLength 40
   */
  httpHeaderName: string;
  /**
   * Values; `*` stands for any characters, `?` for one.
   * @minItems 1
   */
  values?: string[];
  /**
   * Regular expressions for the value.
   * @minItems 1
   */
  regexValues?: string[];
}

/** A parameter of the query string. */
export interface QueryStringCondition {
  /** The key; any when omitted. */
  key?: string;
  /** The value; `*` stands for any characters, `?` for one. */
  value: string;
}

/**
 * What happens to a request.
 * @rules [{"rule":"(has(self.forward) ? 1 : 0) + (has(self.redirectTo) ? 1 : 0) + (has(self.fixedResponse) ? 1 : 0) == 1","message":"exactly one of forward, redirectTo and fixedResponse must be set"},{"rule":"(has(self.authenticateCognito) ? 1 : 0) + (has(self.authenticateOidc) ? 1 : 0) + (has(self.jwtValidation) ? 1 : 0) <= 1","message":"at most one of authenticateCognito, authenticateOidc and jwtValidation can be set"},{"rule":"!has(self.targetGroupStickiness) || has(self.forward)","message":"targetGroupStickiness needs forward"}]
 */
export interface RuleAction {
  /** First authenticates the user with Amazon Cognito. */
  authenticateCognito?: AuthenticateCognito;
  /** First authenticates the user with OpenID Connect. */
  authenticateOidc?: AuthenticateOidc;
  /** First validates the request's JSON Web Token. */
  jwtValidation?: JwtValidation;
  /**
   * The target groups that share the requests, by weight.
   * @minItems 1
   * @maxItems 5
   */
  forward?: ForwardTarget[];
  /** Keeps a client on the target group that it got first. */
  targetGroupStickiness?: TargetGroupStickiness;
  /** Sends the client elsewhere. */
  redirectTo?: Redirect;
  /** Answers without a target. */
  fixedResponse?: FixedResponse;
}

/**
 * A target group and its share of the requests.
 * @rules [{"rule":"has(self.targetGroup) != has(self.targetGroupArn)","message":"exactly one of targetGroup and targetGroupArn must be set"}]
 */
export interface ForwardTarget {
  /** Name of a TargetGroup of the same Application. */
  targetGroup?: string;
  /** ARN of a target group that is managed elsewhere. */
  targetGroupArn?: string;
  /**
   * Its share is its weight divided by the sum of all weights.
   * @asType integer
   * @minimum 0
   * @maximum 999
   * @default 1
   */
  weight?: number;
}

/** Keeps a client on the target group that it got first, by a cookie. */
export interface TargetGroupStickiness {
  /**
   * How long, in seconds.
   * @asType integer
   * @minimum 1
   * @maximum 604800
   */
  durationSeconds: number;
}

/** A redirect. What is omitted stays as the client sent it. At least one of protocol, port, host and path must change. */
export interface Redirect {
  /**
   * `HTTP`, `HTTPS` or `#{protocol}`.
   * @pattern ^(HTTPS?|#\{protocol\})$
   * @default "#{protocol}"
   */
  protocol?: string;
  /**
   * A port, or `#{port}`.
   * @default "#{port}"
   */
  port?: number | string;
  /**
   * A host name; may hold `#{host}`.
   * @maxLength 128
   * @default "#{host}"
   */
  host?: string;
  /**
   * A path that begins with `/`; may hold `#{host}`, `#{path}` and `#{port}`.
   * @maxLength 128
   * @default "/#{path}"
   */
  path?: string;
  /**
   * A query string without its `?`; may hold `#{host}`, `#{path}`, `#{port}` and `#{query}`.
   * @maxLength 128
   * @default "#{query}"
   */
  query?: string;
  /**
   * Permanent (HTTP_301) or temporary (HTTP_302).
   * @default "HTTP_301"
   */
  statusCode?: 'HTTP_301' | 'HTTP_302';
}

/** A fixed answer. */
export interface FixedResponse {
  /**
   * A status code: 2xx, 4xx or 5xx.
   * @asType integer
   * @minimum 200
   * @maximum 599
   */
  statusCode: number;
  /** The type of the body. */
  contentType?: 'text/plain' | 'text/css' | 'text/html' | 'application/javascript' | 'application/json';
  /**
   * The body.
   * @maxLength 1024
   */
  messageBody?: string;
}

/**
 * A rewrite of the request.
 * @rules [{"rule":"has(self.hostHeaderRewrite) != has(self.urlRewrite)","message":"exactly one of hostHeaderRewrite and urlRewrite must be set"}]
 */
export interface RuleTransform {
  /** Rewrites the Host header. */
  hostHeaderRewrite?: Rewrite;
  /** Rewrites path and query string. */
  urlRewrite?: Rewrite;
}

/** A regular expression and what stands in place of its match. */
export interface Rewrite {
  /** What to look for. */
  regex: string;
  /** What to put there; `$1` is the first group of the match. */
  replace: string;
}
