import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../kernel/service.ts';

const session = {
  SessionCookieName: 'AWSELBAuthSessionCookie',
  Scope: 'openid',
  SessionTimeout: 604_800,
  OnUnauthenticatedRequest: 'authenticate',
} as const;

/**
 * An action that authenticates, as AWS echoes it: with its defaults, and never with a client secret. `before` are the
 * actions that are there: only an OIDC action that is has a secret to be used again.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html
 * @throws AwsError InvalidLoadBalancerAction
 */
export function authentication(action: Action, before: readonly Action[]): Action {
  const { AuthenticateOidcConfig: oidc, AuthenticateCognitoConfig: cognito, JwtValidationConfig: jwt } = action;
  if (action.Type === 'authenticate-oidc' && oidc) {
    const { ClientSecret: secret, UseExistingClientSecret: existing, ...rest } = oidc;
    if (!secret && !(existing && before.some((other) => other.Type === 'authenticate-oidc'))) {
      throw new AwsError('InvalidLoadBalancerAction', 'A client secret must be specified');
    }
    return { Type: 'authenticate-oidc', AuthenticateOidcConfig: { ...session, ...rest } };
  }
  if (action.Type === 'authenticate-cognito' && cognito) {
    return { Type: 'authenticate-cognito', AuthenticateCognitoConfig: { ...session, ...cognito } };
  }
  if (action.Type === 'jwt-validation' && jwt) return { Type: 'jwt-validation', JwtValidationConfig: { ...jwt } };
  throw new AwsError('InvalidLoadBalancerAction', `A configuration must be specified for action type '${action.Type}'`);
}
