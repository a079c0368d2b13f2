import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AuthenticateCognito, AuthenticateOidc, JwtValidation } from '../api/authentication.ts';
import type { RuleAction } from '../api/listenerrule.ts';
import { DOMAIN } from '../core/manifest.ts';

/** Says on a listener or rule which SSM parameter its client secret was read from: AWS gives the secret to nobody. */
export const CLIENT_SECRET_TAG = `${DOMAIN}/client-secret`;

/** A secret on its way from SSM to Elastic Load Balancing. Never in a tree, a plan or an error. */
export interface ClientSecret {
  readonly value: string;
}

/** What comes before the action that answers, with every default filled in. At most one of them. */
export interface AuthenticationTree {
  readonly authenticateCognito?: Required<AuthenticateCognito>;
  readonly authenticateOidc?: Required<Omit<AuthenticateOidc, 'clientSecretParameter'>> &
    Pick<Partial<AuthenticateOidc>, 'clientSecretParameter'>;
  readonly jwtValidation?: Required<JwtValidation>;
}

/** AuthenticateCognitoActionConfig and AuthenticateOidcActionConfig: what is omitted. */
const DEFAULTS = {
  sessionCookieName: 'AWSELBAuthSessionCookie',
  scope: 'openid',
  sessionTimeout: 604_800,
  onUnauthenticatedRequest: 'authenticate',
} as const;

/** What a manifest wants. */
export function wantedAuthentication(action: RuleAction): AuthenticationTree {
  const { authenticateCognito: cognito, authenticateOidc: oidc, jwtValidation: jwt } = action;
  if (cognito !== undefined) {
    return { authenticateCognito: { ...DEFAULTS, authenticationRequestExtraParams: {}, ...cognito } };
  }
  if (oidc !== undefined) return { authenticateOidc: { ...DEFAULTS, authenticationRequestExtraParams: {}, ...oidc } };
  if (jwt !== undefined) return { jwtValidation: jwtTree(jwt) };
  return {};
}

/** What AWS has; undefined for an action of another type. `secretParameter`: what the tag says, for AWS does not. */
export function liveAuthentication(
  { Type, AuthenticateCognitoConfig: cognito, AuthenticateOidcConfig: oidc, JwtValidationConfig: jwt }: Action,
  secretParameter: string | undefined,
): AuthenticationTree | undefined {
  if (Type === TYPE.cognito) {
    return {
      authenticateCognito: {
        userPoolArn: cognito?.UserPoolArn ?? '',
        userPoolClientId: cognito?.UserPoolClientId ?? '',
        userPoolDomain: cognito?.UserPoolDomain ?? '',
        ...liveSession(cognito),
      },
    };
  }
  if (Type === TYPE.oidc) {
    return {
      authenticateOidc: {
        issuer: oidc?.Issuer ?? '',
        authorizationEndpoint: oidc?.AuthorizationEndpoint ?? '',
        tokenEndpoint: oidc?.TokenEndpoint ?? '',
        userInfoEndpoint: oidc?.UserInfoEndpoint ?? '',
        clientId: oidc?.ClientId ?? '',
        ...(secretParameter !== undefined && { clientSecretParameter: secretParameter }),
        ...liveSession(oidc),
      },
    };
  }
  if (Type !== TYPE.jwt) return undefined;
  const additionalClaims = (jwt?.AdditionalClaims ?? []).map(
    ({ Name = '', Format = 'single-string', Values = [] }) => ({
      name: Name,
      format: Format,
      values: Values,
    }),
  );
  return {
    jwtValidation: jwtTree({ jwksEndpoint: jwt?.JwksEndpoint ?? '', issuer: jwt?.Issuer ?? '', additionalClaims }),
  };
}

interface LiveSession {
  readonly SessionCookieName?: string | undefined;
  readonly Scope?: string | undefined;
  readonly SessionTimeout?: number | undefined;
  readonly AuthenticationRequestExtraParams?: Record<string, string> | undefined;
  readonly OnUnauthenticatedRequest?: 'deny' | 'allow' | 'authenticate' | undefined;
}

type SessionTree = Required<
  Pick<
    AuthenticateCognito,
    'sessionCookieName' | 'scope' | 'sessionTimeout' | 'authenticationRequestExtraParams' | 'onUnauthenticatedRequest'
  >
>;

function liveSession(live: LiveSession = {}): SessionTree {
  return {
    sessionCookieName: live.SessionCookieName ?? DEFAULTS.sessionCookieName,
    scope: live.Scope ?? DEFAULTS.scope,
    sessionTimeout: live.SessionTimeout ?? DEFAULTS.sessionTimeout,
    authenticationRequestExtraParams: live.AuthenticationRequestExtraParams ?? {},
    onUnauthenticatedRequest: live.OnUnauthenticatedRequest ?? DEFAULTS.onUnauthenticatedRequest,
  };
}

/** Claims and their values are sets: every one of them is looked at, and any value is enough. */
function jwtTree({ jwksEndpoint, issuer, additionalClaims = [] }: JwtValidation): Required<JwtValidation> {
  const claims = additionalClaims
    .map((claim) => ({ ...claim, values: claim.values.toSorted() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { jwksEndpoint, issuer, additionalClaims: claims };
}

/** The action to send. OIDC without a secret keeps the one that AWS has. */
export function authenticationAction(tree: AuthenticationTree, secret: ClientSecret | undefined): Action | undefined {
  const { authenticateCognito: cognito, authenticateOidc: oidc, jwtValidation: jwt } = tree;
  if (cognito !== undefined) {
    return {
      Type: TYPE.cognito,
      AuthenticateCognitoConfig: {
        UserPoolArn: cognito.userPoolArn,
        UserPoolClientId: cognito.userPoolClientId,
        UserPoolDomain: cognito.userPoolDomain,
        ...sessionInput(cognito),
      },
    };
  }
  if (oidc !== undefined) {
    return {
      Type: TYPE.oidc,
      AuthenticateOidcConfig: {
        Issuer: oidc.issuer,
        AuthorizationEndpoint: oidc.authorizationEndpoint,
        TokenEndpoint: oidc.tokenEndpoint,
        UserInfoEndpoint: oidc.userInfoEndpoint,
        ClientId: oidc.clientId,
        ...(secret === undefined ? { UseExistingClientSecret: true } : { ClientSecret: secret.value }),
        ...sessionInput(oidc),
      },
    };
  }
  if (jwt === undefined) return undefined;
  const AdditionalClaims = jwt.additionalClaims.map(({ name, format, values }) => ({
    Name: name,
    Format: format,
    Values: values,
  }));
  return {
    Type: TYPE.jwt,
    JwtValidationConfig: { JwksEndpoint: jwt.jwksEndpoint, Issuer: jwt.issuer, AdditionalClaims },
  };
}

function sessionInput(tree: SessionTree): Required<LiveSession> {
  return {
    SessionCookieName: tree.sessionCookieName,
    Scope: tree.scope,
    SessionTimeout: tree.sessionTimeout,
    AuthenticationRequestExtraParams: { ...tree.authenticationRequestExtraParams },
    OnUnauthenticatedRequest: tree.onUnauthenticatedRequest,
  };
}

const TYPE = { cognito: 'authenticate-cognito', oidc: 'authenticate-oidc', jwt: 'jwt-validation' } as const;
