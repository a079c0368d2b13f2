/** Authenticates users with an Amazon Cognito user pool before the request goes on. Needs protocol HTTPS. */
export interface AuthenticateCognito {
  /** ARN of the user pool. */
  userPoolArn: string;
  /** Id of the user pool's client. It must have a client secret. */
  userPoolClientId: string;
  /** The domain prefix, or the whole domain, of the user pool. */
  userPoolDomain: string;
  /**
   * The cookie that holds the session.
   * @default "AWSELBAuthSessionCookie"
   */
  sessionCookieName?: string;
  /**
   * The claims to ask for, separated as the user pool wants it.
   * @default "openid"
   */
  scope?: string;
  /**
   * How long a session lasts, in seconds.
   * @asType integer
   * @minimum 1
   * @maximum 604800
   * @default 604800
   */
  sessionTimeout?: number;
  /**
   * Query parameters of the redirect to the login page.
   * @maxProperties 10
   */
  authenticationRequestExtraParams?: Record<string, string>;
  /**
   * Answer 401, let the request through, or send the user to the login page.
   * @default "authenticate"
   */
  onUnauthenticatedRequest?: 'deny' | 'allow' | 'authenticate';
}

/** Authenticates users with an identity provider that speaks OpenID Connect before the request goes on. Needs HTTPS. */
export interface AuthenticateOidc {
  /** The issuer: a whole URL with https. */
  issuer: string;
  /** The authorization endpoint: a whole URL with https. */
  authorizationEndpoint: string;
  /** The token endpoint: a whole URL with https. */
  tokenEndpoint: string;
  /** The user info endpoint: a whole URL with https. */
  userInfoEndpoint: string;
  /** The OAuth client. */
  clientId: string;
  /**
   * Name or ARN of the SSM parameter that holds the client secret, a SecureString; for a secret of Secrets Manager
   * `/aws/reference/secretsmanager/<name>`. The secret itself is never in Git, in a plan or in a log. AWS does not give
   * it back, so that a new value under the same name goes unseen: name its version (`/shop/oidc:2`) to bring it in. The
   * tag `longshore.dev/client-secret` on the listener or rule says which one is in use.
   * @minLength 1
   * @maxLength 256
   */
  clientSecretParameter: string;
  /**
   * The cookie that holds the session.
   * @default "AWSELBAuthSessionCookie"
   */
  sessionCookieName?: string;
  /**
   * The claims to ask for, separated as the identity provider wants it.
   * @default "openid"
   */
  scope?: string;
  /**
   * How long a session lasts, in seconds.
   * @asType integer
   * @minimum 1
   * @maximum 604800
   * @default 604800
   */
  sessionTimeout?: number;
  /**
   * Query parameters of the redirect to the authorization endpoint.
   * @maxProperties 10
   */
  authenticationRequestExtraParams?: Record<string, string>;
  /**
   * Answer 401, let the request through, or send the user to the authorization endpoint.
   * @default "authenticate"
   */
  onUnauthenticatedRequest?: 'deny' | 'allow' | 'authenticate';
}

/** Lets only requests with a valid JSON Web Token through; `exp`, `iss`, `nbf` and `iat` are always looked at. Needs HTTPS. */
export interface JwtValidation {
  /**
   * Where the keys are that tokens are signed with: a whole URL with https.
   * @maxLength 256
   */
  jwksEndpoint: string;
  /**
   * The issuer that tokens must name.
   * @maxLength 256
   */
  issuer: string;
  /**
   * Other claims that tokens must have.
   * @maxItems 10
   */
  additionalClaims?: JwtClaim[];
}

/** A claim that a token must have. */
export interface JwtClaim {
  /** Name of the claim; not `exp`, `iss`, `nbf` or `iat`. */
  name: string;
  /** How the claim holds its values. */
  format: 'single-string' | 'string-array' | 'space-separated-values';
  /**
   * The values that are wanted.
   * @minItems 1
   * @maxItems 10
   */
  values: string[];
}
