import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { AwsContext } from '../../src/aws/context.ts';
import type { Outputs } from '../../src/core/driver.ts';
import type { Ref } from '../../src/core/manifest.ts';
import { below } from '../../src/core/pointer.ts';
import { targetGroupKeys } from '../../src/elbv2/targets.ts';
import { ACCOUNT, REGION } from '../sandboxed.ts';
import { CLIENT_SECRET } from './arbitraries/actions.ts';

type Needs = Readonly<Record<Ref, Outputs>>;

/** ARN of a certificate. */
export const certificate = (id: string): string => `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/${id}`;

/** Makes target groups that listeners forward to, and the client secret of OIDC actions; gives their outputs. */
export async function makeTargetGroups(aws: AwsContext, protocol: 'HTTP' | 'TCP', ...names: string[]): Promise<Needs> {
  await aws.ssm.send(
    new PutParameterCommand({ Name: CLIENT_SECRET, Type: 'SecureString', Value: 'hush', Overwrite: true }),
  );
  const needs: Record<Ref, Outputs> = {};
  for (const name of names) {
    const input = { Name: name, Protocol: protocol, Port: 80, VpcId: 'vpc-1', TargetType: 'ip' as const };
    const { TargetGroups = [] } = await aws.elbv2.send(new CreateTargetGroupCommand(input));
    needs[`TargetGroup/${name}`] = { arn: TargetGroups[0]?.TargetGroupArn ?? '', name };
  }
  return needs;
}

/** Makes the load balancer `public` with a listener on 80 and one on 443; gives its outputs. */
export async function makeLoadBalancer(aws: AwsContext): Promise<Needs> {
  const { LoadBalancers = [] } = await aws.elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'public', Subnets: ['subnet-a', 'subnet-b'] }),
  );
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn ?? '';
  const DefaultActions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '404' } }];
  const secure = { Protocol: 'HTTPS' as const, Certificates: [{ CertificateArn: certificate('one') }] };
  const listener = async (Port: number, how: object): Promise<string> => {
    const command = new CreateListenerCommand({ LoadBalancerArn, Port, DefaultActions, Protocol: 'HTTP', ...how });
    return (await aws.elbv2.send(command)).Listeners?.[0]?.ListenerArn ?? '';
  };
  return {
    'LoadBalancer/public': {
      arn: LoadBalancerArn,
      'listenerArn(80)': await listener(80, {}),
      'listenerArn(443)': await listener(443, secure),
    },
  };
}

/** An action with one field changed by hand, and where that shows below the action. */
export interface ChangedAction {
  readonly path: string;
  readonly actions: Action[];
}

/** The live actions of a rule or listener, each time with another field changed. OIDC keeps its secret. */
export function changedActions(live: readonly Action[], needs: Needs): readonly ChangedAction[] {
  const keys = targetGroupKeys(needs);
  const sendable = live.map(withSecret);
  const change = (path: string, type: Action['Type'], how: (action: Action) => Partial<Action>): ChangedAction[] =>
    live.some((action) => action.Type === type)
      ? [{ path, actions: sendable.map((action) => (action.Type === type ? { ...action, ...how(action) } : action)) }]
      : [];
  const [target] = live.at(-1)?.ForwardConfig?.TargetGroups ?? [];
  const weights = below(below('/forward', keys.keyOf(target?.TargetGroupArn ?? '')), 'weight');
  return [
    ...change(weights, 'forward', ({ ForwardConfig: config, TargetGroupArn: _arn, ...rest }) => ({
      ...rest,
      TargetGroupArn: undefined,
      ForwardConfig: {
        ...config,
        TargetGroups: (config?.TargetGroups ?? []).map((one) =>
          one === target ? { ...one, Weight: one.Weight === 7 ? 8 : 7 } : one,
        ),
      },
    })),
    ...change('/fixedResponse/statusCode', 'fixed-response', ({ FixedResponseConfig: config }) => ({
      FixedResponseConfig: { ...config, StatusCode: '418' },
    })),
    ...change('/redirectTo/host', 'redirect', ({ RedirectConfig: config }) => ({
      RedirectConfig: { ...config, StatusCode: config?.StatusCode ?? 'HTTP_301', Host: 'elsewhere.example.net' },
    })),
    ...change('/authenticateOidc/scope', 'authenticate-oidc', ({ AuthenticateOidcConfig: config }) => ({
      ...(config !== undefined && {
        AuthenticateOidcConfig: { ...config, Scope: 'profile', UseExistingClientSecret: true },
      }),
    })),
    ...change(
      '/authenticateCognito/sessionTimeout',
      'authenticate-cognito',
      ({ AuthenticateCognitoConfig: config }) => ({
        ...(config !== undefined && {
          AuthenticateCognitoConfig: { ...config, SessionTimeout: config.SessionTimeout === 60 ? 61 : 60 },
        }),
      }),
    ),
    ...change('/jwtValidation/issuer', 'jwt-validation', ({ JwtValidationConfig: config }) => ({
      ...(config !== undefined && { JwtValidationConfig: { ...config, Issuer: 'https://other.example.net/' } }),
    })),
  ];
}

function withSecret(action: Action): Action {
  const config = action.AuthenticateOidcConfig;
  return config === undefined
    ? action
    : { ...action, AuthenticateOidcConfig: { ...config, UseExistingClientSecret: true } };
}

/** The live conditions of a rule with the values of the first one replaced, and where that shows below `when`. */
export function changedConditions(
  live: readonly RuleCondition[],
): { readonly path: string; readonly conditions: RuleCondition[] } | undefined {
  const [first, ...rest] = live;
  switch (first?.Field) {
    case 'host-header':
      return first.HostHeaderConfig?.Values?.length
        ? {
            path: '/hostHeader',
            conditions: [{ Field: first.Field, HostHeaderConfig: { Values: ['by.hand'] } }, ...strip(rest)],
          }
        : {
            path: '/hostHeaderRegex',
            conditions: [{ Field: first.Field, HostHeaderConfig: { RegexValues: ['hand'] } }, ...strip(rest)],
          };
    case 'path-pattern':
      return first.PathPatternConfig?.Values?.length
        ? {
            path: '/pathPattern',
            conditions: [{ Field: first.Field, PathPatternConfig: { Values: ['/by-hand'] } }, ...strip(rest)],
          }
        : {
            path: '/pathPatternRegex',
            conditions: [{ Field: first.Field, PathPatternConfig: { RegexValues: ['hand'] } }, ...strip(rest)],
          };
    case 'http-header': {
      const { HttpHeaderName: name = '', Values } = first.HttpHeaderConfig ?? {};
      const field = Values?.length ? 'values' : 'regexValues';
      const how = Values?.length ? { Values: ['hand'] } : { RegexValues: ['hand'] };
      return {
        path: `/httpHeader/${name}/${field}`,
        conditions: [{ Field: first.Field, HttpHeaderConfig: { HttpHeaderName: name, ...how } }, ...strip(rest)],
      };
    }
    case 'http-request-method':
      return {
        path: '/httpRequestMethod',
        conditions: [{ Field: first.Field, HttpRequestMethodConfig: { Values: ['PATCH'] } }, ...strip(rest)],
      };
    case 'source-ip':
      return {
        path: '/sourceIp',
        conditions: [{ Field: first.Field, SourceIpConfig: { Values: ['172.16.0.0/12'] } }, ...strip(rest)],
      };
    default:
      return undefined;
  }
}

/** Conditions come back in two forms and go out in one. */
function strip(conditions: readonly RuleCondition[]): RuleCondition[] {
  return conditions.map(({ Values: _values, RegexValues: _regexes, ...rest }) => rest);
}
