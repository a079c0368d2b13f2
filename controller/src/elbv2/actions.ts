import type { Action, ActionTypeEnum, RedirectActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Redirect, RuleAction } from '../api/listenerrule.ts';
import {
  authenticationAction,
  type AuthenticationTree,
  CLIENT_SECRET_TAG,
  type ClientSecret,
  liveAuthentication,
  wantedAuthentication,
} from './authentication.ts';
import { type ForwardTrees, liveForward as liveTargets, tuplesOf, wantedForward } from './pairs.ts';
import { keyOfTarget, type TargetGroupKeys } from './targets.ts';

/**
 * An action in comparable form: every default filled in, target groups by their key. As in the manifest, but for the
 * target groups, which are a map.
 */
export interface ActionTree extends AuthenticationTree {
  readonly forward?: ForwardTrees;
  readonly targetGroupStickiness?: { readonly durationSeconds: number };
  readonly redirectTo?: Readonly<Record<keyof Redirect, string>>;
  readonly fixedResponse?: { readonly statusCode: number; readonly contentType: string; readonly messageBody: string };
  /** Live actions of types that manifests do not know. They are never wanted. */
  readonly otherActions?: readonly string[];
}

/** RedirectActionConfig: what is omitted stays as in the request. */
const REDIRECT_DEFAULTS: Readonly<Record<keyof Redirect, string>> = {
  protocol: '#{protocol}',
  port: '#{port}',
  host: '#{host}',
  path: '/#{path}',
  query: '#{query}',
  statusCode: 'HTTP_301',
};

const DEFAULT_CONTENT_TYPE = 'text/plain';

/** What a manifest wants. */
export function wantedAction(action: RuleAction): ActionTree {
  return { ...wantedAuthentication(action), ...wantedAnswer(action) };
}

/** What a manifest wants where pairs of target groups may be among the targets, given what is there. */
export function wantedActionAt(action: RuleAction, keys: TargetGroupKeys, live: ActionTree | undefined): ActionTree {
  const wanted = wantedAction(action);
  return wanted.forward === undefined
    ? wanted
    : { ...wanted, forward: wantedForward(wanted.forward, keys, live?.forward) };
}

function wantedAnswer(action: RuleAction): ActionTree {
  if (action.redirectTo !== undefined) {
    const { port, ...rest } = action.redirectTo;
    return { redirectTo: { ...REDIRECT_DEFAULTS, ...rest, ...(port === undefined ? {} : { port: String(port) }) } };
  }
  if (action.fixedResponse !== undefined) {
    const { statusCode, contentType = DEFAULT_CONTENT_TYPE, messageBody = '' } = action.fixedResponse;
    return { fixedResponse: { statusCode, contentType, messageBody } };
  }
  const targets = action.forward ?? [];
  return {
    forward: Object.fromEntries(targets.map((target) => [keyOfTarget(target), { weight: target.weight ?? 1 }])),
    ...(action.targetGroupStickiness === undefined
      ? {}
      : { targetGroupStickiness: { durationSeconds: action.targetGroupStickiness.durationSeconds } }),
  };
}

/**
 * What AWS has. DescribeListeners and DescribeRules give a single target group twice, with and without its config.
 * `tags` are those of the listener or rule: they say where its client secret came from.
 */
export function liveAction(
  actions: readonly Action[],
  keys: TargetGroupKeys,
  tags: Readonly<Record<string, string>> = {},
): ActionTree {
  const trees = actions.map(
    (action): ActionTree => liveAuthentication(action, tags[CLIENT_SECRET_TAG]) ?? liveActionOfType(action, keys),
  );
  const otherActions = trees.flatMap((tree) => tree.otherActions ?? []);
  const known = trees.reduce<ActionTree>((all, tree) => ({ ...all, ...tree }), {});
  return otherActions.length === 0 ? known : { ...known, otherActions };
}

function liveActionOfType(action: Action, keys: TargetGroupKeys): ActionTree {
  switch (action.Type) {
    case 'forward':
      return liveForward(action, keys);
    case 'redirect':
      return { redirectTo: liveRedirect(action.RedirectConfig) };
    case 'fixed-response':
      return {
        fixedResponse: {
          statusCode: Number(action.FixedResponseConfig?.StatusCode),
          contentType: action.FixedResponseConfig?.ContentType ?? DEFAULT_CONTENT_TYPE,
          messageBody: action.FixedResponseConfig?.MessageBody ?? '',
        },
      };
    default:
      return { otherActions: [action.Type ?? 'unknown'] };
  }
}

function liveForward({ ForwardConfig, TargetGroupArn }: Action, keys: TargetGroupKeys): ActionTree {
  const single = TargetGroupArn === undefined ? [] : [{ TargetGroupArn, Weight: 1 }];
  const targets = ForwardConfig?.TargetGroups ?? single;
  const forward = liveTargets(targets, keys);
  const stickiness = ForwardConfig?.TargetGroupStickinessConfig;
  if (stickiness?.Enabled !== true) return { forward };
  return { forward, targetGroupStickiness: { durationSeconds: stickiness.DurationSeconds ?? 0 } };
}

function liveRedirect(config: RedirectActionConfig | undefined): Record<keyof Redirect, string> {
  return {
    protocol: config?.Protocol ?? REDIRECT_DEFAULTS.protocol,
    port: config?.Port ?? REDIRECT_DEFAULTS.port,
    host: config?.Host ?? REDIRECT_DEFAULTS.host,
    path: config?.Path ?? REDIRECT_DEFAULTS.path,
    query: config?.Query ?? REDIRECT_DEFAULTS.query,
    statusCode: config?.StatusCode ?? REDIRECT_DEFAULTS.statusCode,
  };
}

/** The actions to send, in order. Throws a WaitError while a target group does not exist. */
export function actionsOf(tree: ActionTree, keys: TargetGroupKeys, secret?: ClientSecret): Action[] {
  const first = authenticationAction(tree, secret);
  const answer = answerOf(tree, keys);
  return first === undefined
    ? [answer]
    : [
        { ...first, Order: 1 },
        { ...answer, Order: 2 },
      ];
}

function answerOf(tree: ActionTree, keys: TargetGroupKeys): Action {
  if (tree.redirectTo !== undefined) {
    const { protocol, port, host, path, query, statusCode } = tree.redirectTo;
    const config = { Protocol: protocol, Port: port, Host: host, Path: path, Query: query };
    const StatusCode = statusCode === 'HTTP_302' ? 'HTTP_302' : 'HTTP_301';
    return { Type: TYPE.redirect, RedirectConfig: { ...config, StatusCode } };
  }
  if (tree.fixedResponse !== undefined) {
    const { statusCode, contentType, messageBody } = tree.fixedResponse;
    const config = { StatusCode: String(statusCode), ContentType: contentType, MessageBody: messageBody };
    return { Type: TYPE.fixedResponse, FixedResponseConfig: config };
  }
  const TargetGroups = tuplesOf(tree.forward ?? {}, keys);
  const stickiness = tree.targetGroupStickiness;
  const TargetGroupStickinessConfig =
    stickiness === undefined ? { Enabled: false } : { Enabled: true, DurationSeconds: stickiness.durationSeconds };
  return { Type: TYPE.forward, ForwardConfig: { TargetGroups, TargetGroupStickinessConfig } };
}

const TYPE = {
  forward: 'forward',
  redirect: 'redirect',
  fixedResponse: 'fixed-response',
} as const satisfies Record<string, ActionTypeEnum>;
