import type { Action, ForwardActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../kernel/service.ts';
import { isHttp } from './attribute-rules.ts';
import { authentication } from './authentication.ts';
import { targetGroup } from './lookup.ts';
import type { ElbState } from './state.ts';
import { loadBalancersOf } from './target-groups.ts';

/** Where actions are to stand. */
export interface ActionPlace {
  readonly loadBalancerArn: string;
  readonly loadBalancerType: 'application' | 'network';
  readonly listenerProtocol: string;
  readonly listenerPort: number;
}

/** Target groups that one forward action can have. */
const targetGroupsPerAction = 5;
/** Actions that end a rule; each rule has exactly one, and it is the last. */
const terminal = new Set(['forward', 'redirect', 'fixed-response']);

/**
 * Checks the actions of a rule and gives them as AWS echoes them: a forward to one target group in both forms
 * (`TargetGroupArn` and `ForwardConfig`), a redirect with all its parts.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
 * @throws AwsError InvalidLoadBalancerAction, TargetGroupNotFound, TargetGroupAssociationLimit, IncompatibleProtocols ...
 */
export function checkActions(
  state: ElbState,
  place: ActionPlace,
  actions: readonly Action[],
  before: readonly Action[] = [],
): Action[] {
  if (actions.length === 0) throw new AwsError('ValidationError', 'At least one action must be specified');
  if (actions.length > 5)
    throw new AwsError('TooManyActions', `A rule can have at most 5 actions, but ${actions.length} were given`);
  if (actions.length > 1 && actions.some((action) => action.Order === undefined)) {
    throw new AwsError(
      'InvalidLoadBalancerAction',
      'An order must be specified for each action of a rule with multiple actions',
    );
  }
  const ordered = [...actions].toSorted((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
  if (new Set(actions.map((action) => action.Order)).size < actions.length) {
    throw new AwsError('InvalidLoadBalancerAction', 'The orders of the actions of a rule must differ');
  }
  ordered.forEach((action, index) => {
    if (terminal.has(action.Type ?? '') !== (index === ordered.length - 1)) {
      throw new AwsError(
        'InvalidLoadBalancerAction',
        'A rule must have exactly one forward, redirect or fixed-response action, and it must be the last action',
      );
    }
  });
  return ordered.map((action) => echo(state, place, action, before));
}

function echo(state: ElbState, place: ActionPlace, action: Action, before: readonly Action[]): Action {
  const order = action.Order === undefined ? {} : { Order: action.Order };
  if (place.loadBalancerType === 'network' && action.Type !== 'forward') {
    throw new AwsError(
      'InvalidLoadBalancerAction',
      `Action type '${action.Type}' is not supported on network load balancers`,
    );
  }
  switch (action.Type) {
    case 'forward':
      return { Type: 'forward', ...forward(state, place, action), ...order };
    case 'redirect':
      return { Type: 'redirect', RedirectConfig: redirect(place, action), ...order };
    case 'fixed-response':
      return { Type: 'fixed-response', FixedResponseConfig: fixedResponse(action), ...order };
    default:
      if (place.listenerProtocol !== 'HTTPS') {
        throw new AwsError(
          'InvalidLoadBalancerAction',
          `Action type '${action.Type}' is only valid with HTTPS listeners`,
        );
      }
      return { ...authentication(action, before), ...order };
  }
}

function forward(
  state: ElbState,
  place: ActionPlace,
  action: Action,
): Pick<Action, 'TargetGroupArn' | 'ForwardConfig'> {
  const config: ForwardActionConfig = action.ForwardConfig ?? {};
  const groups = config.TargetGroups?.length
    ? config.TargetGroups
    : action.TargetGroupArn
      ? [{ TargetGroupArn: action.TargetGroupArn }]
      : [];
  if (groups.length === 0) refuse('A target group must be specified for a forward action');
  if (groups.length > targetGroupsPerAction) {
    throw new AwsError(
      'TooManyTargetGroups',
      `A forward action can have at most ${targetGroupsPerAction} target groups`,
    );
  }
  if (action.TargetGroupArn && (groups.length > 1 || groups[0]?.TargetGroupArn !== action.TargetGroupArn)) {
    refuse(
      'You can specify both a target group ARN and a forward configuration only if they name the same one target group',
    );
  }
  const arns = groups.map((group) => group.TargetGroupArn ?? '');
  if (new Set(arns).size < arns.length) refuse('A target group can be specified only once in a forward action');
  for (const arn of arns) checkTargetGroup(state, place, arn);
  const tuples = groups.map((group) => ({ TargetGroupArn: group.TargetGroupArn ?? '', Weight: group.Weight ?? 1 }));
  for (const { Weight } of tuples) {
    if (Weight < 0 || Weight > 999) refuse(`Target group weight '${Weight}' must be between 0 and 999`);
  }
  const stickiness = config.TargetGroupStickinessConfig;
  if (stickiness?.Enabled && stickiness.DurationSeconds === undefined && place.loadBalancerType === 'application') {
    refuse('A duration must be specified when target group stickiness is enabled');
  }
  return {
    ...(tuples.length === 1 ? { TargetGroupArn: arns[0] } : {}),
    ForwardConfig: {
      TargetGroups: tuples,
      ...(place.loadBalancerType === 'application' || stickiness
        ? { TargetGroupStickinessConfig: { Enabled: false, ...stickiness } }
        : {}),
    },
  };
}

function checkTargetGroup(state: ElbState, place: ActionPlace, arn: string): void {
  const group = targetGroup(state, arn);
  const used = loadBalancersOf(group);
  if (used.some((balancer) => balancer !== place.loadBalancerArn)) {
    throw new AwsError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    );
  }
  const fits =
    place.loadBalancerType === 'application'
      ? isHttp(group.protocol) || group.targetType === 'lambda'
      : group.protocol !== undefined &&
        !isHttp(group.protocol) &&
        (group.protocol === place.listenerProtocol ||
          (['TCP', 'TLS'].includes(group.protocol) && ['TCP', 'TLS'].includes(place.listenerProtocol)));
  if (!fits) {
    throw new AwsError(
      'IncompatibleProtocols',
      `The protocol '${group.protocol}' of target group '${arn}' is not compatible with the listener protocol '${place.listenerProtocol}'`,
    );
  }
}

function redirect(place: ActionPlace, action: Action): NonNullable<Action['RedirectConfig']> {
  const given = action.RedirectConfig;
  if (!given?.StatusCode)
    throw new AwsError('InvalidLoadBalancerAction', 'A status code must be specified for a redirect action');
  const full = {
    Protocol: given.Protocol ?? '#{protocol}',
    Port: given.Port ?? '#{port}',
    Host: given.Host ?? '#{host}',
    Path: given.Path ?? '/#{path}',
    Query: given.Query ?? '#{query}',
    StatusCode: given.StatusCode,
  };
  const sameProtocol = full.Protocol === '#{protocol}' || full.Protocol === place.listenerProtocol;
  const samePort = full.Port === '#{port}' || full.Port === String(place.listenerPort);
  if (sameProtocol && samePort && full.Host === '#{host}' && full.Path === '/#{path}' && full.Query === '#{query}') {
    throw new AwsError(
      'InvalidLoadBalancerAction',
      'The redirect configuration is not valid because it creates a loop',
    );
  }
  if (!full.Path.startsWith('/'))
    throw new AwsError('InvalidLoadBalancerAction', `The redirect path '${full.Path}' must begin with a '/'`);
  if (place.listenerProtocol === 'HTTPS' && full.Protocol === 'HTTP') {
    throw new AwsError('InvalidLoadBalancerAction', 'You cannot redirect HTTPS to HTTP');
  }
  return full;
}

const contentTypes = ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'];

function fixedResponse(action: Action): NonNullable<Action['FixedResponseConfig']> {
  const given = action.FixedResponseConfig;
  if (!given?.StatusCode)
    throw new AwsError('InvalidLoadBalancerAction', 'A status code must be specified for a fixed-response action');
  if (given.ContentType && !contentTypes.includes(given.ContentType)) {
    throw new AwsError(
      'InvalidLoadBalancerAction',
      `The content type '${given.ContentType}' must be one of '${contentTypes.join(', ')}'`,
    );
  }
  return { ...given };
}

/** ARNs of the target groups that actions forward to. */
export function targetGroupsOf(actions: readonly Action[]): string[] {
  return actions.flatMap((action) =>
    (action.ForwardConfig?.TargetGroups ?? []).map((group) => group.TargetGroupArn ?? ''),
  );
}

function refuse(why: string): never {
  throw new AwsError('InvalidLoadBalancerAction', why);
}
