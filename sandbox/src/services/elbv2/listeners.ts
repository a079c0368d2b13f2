import type {
  Action,
  CreateListenerInput,
  CreateListenerOutput,
  DeleteListenerInput,
  DescribeListenerAttributesInput,
  DescribeListenerAttributesOutput,
  DescribeListenersInput,
  DescribeListenersOutput,
  Listener,
  ModifyListenerAttributesInput,
  ModifyListenerAttributesOutput,
  ModifyListenerInput,
  ModifyListenerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { type ActionPlace, checkActions } from './actions.ts';
import { anyListenerRules, listenerRules } from './attribute-rules.ts';
import { checkAttributes, readAttributes } from './attributes.ts';
import { checkTransport, type Transport } from './listener-transport.ts';
import { listener, loadBalancer } from './lookup.ts';
import { arnPath, elbArn } from './names.ts';
import { page } from './pages.ts';
import { syncProxies } from './proxies.ts';
import { type ElbState, elbState, type ListenerState, listenersOf, type LoadBalancerState, rulesOf } from './state.ts';
import { register, sameTags, tagRecord } from './tags.ts';
import { useTargetGroups } from './usage.ts';

const quota = 50;

/** CreateListener, with its default rule. The same settings again give the listener that is there. */
export async function createListener(input: CreateListenerInput, call: Call): Promise<CreateListenerOutput> {
  const { world, scope } = call;
  const state = elbState(world, scope);
  const balancer = loadBalancer(state, input.LoadBalancerArn ?? '');
  if (!input.Port) throw new AwsError('ValidationError', 'A listener port must be specified');
  if (!input.Protocol) throw new AwsError('ValidationError', 'A listener protocol must be specified');
  const transport = checkTransport(balancer.type, input.Protocol, input);
  const port = input.Port;
  const tags = tagRecord(input.Tags ?? []);
  const actions = checkActions(state, place(balancer, transport.protocol, port), input.DefaultActions ?? []);
  const existing = listenersOf(state, balancer.arn).find((other) => other.port === port);
  if (existing) {
    if (!sameSettings(state, existing, transport, actions) || !sameTags(world, existing.arn, tags)) {
      throw new AwsError(
        'DuplicateListener',
        `A listener already exists on this port for this load balancer '${balancer.arn}'`,
      );
    }
    return { Listeners: [describe(state, existing)] };
  }
  if (listenersOf(state, balancer.arn).length >= quota) {
    throw new AwsError(
      'TooManyListeners',
      `The maximum number of listeners for a load balancer (${quota}) has been reached`,
    );
  }
  const path = `${arnPath(balancer.arn)}/${world.id(16)}`;
  const created: ListenerState = {
    arn: elbArn(scope, 'listener', path),
    loadBalancerArn: balancer.arn,
    defaultRuleArn: elbArn(scope, 'listener-rule', `${path}/${world.id(16)}`),
    port,
    ...transport,
    certificates: [],
    attributes: {},
  };
  useTargetGroups(world, scope, created.defaultRuleArn, balancer.arn, actions);
  state.listeners[created.arn] = created;
  state.rules[created.defaultRuleArn] = {
    arn: created.defaultRuleArn,
    listenerArn: created.arn,
    priority: 'default',
    conditions: [],
    actions,
    transforms: [],
  };
  register(world, scope, 'listener', created.arn, tags);
  register(world, scope, 'listener-rule', created.defaultRuleArn, {});
  await syncProxies(world);
  return { Listeners: [describe(state, created)] };
}

/** ModifyListener: what is not named stays; lists are replaced whole. */
export async function modifyListener(input: ModifyListenerInput, call: Call): Promise<ModifyListenerOutput> {
  const { world, scope } = call;
  const state = elbState(world, scope);
  const found = listener(state, input.ListenerArn ?? '');
  const balancer = loadBalancer(state, found.loadBalancerArn);
  const port = input.Port ?? found.port;
  if (listenersOf(state, balancer.arn).some((other) => other !== found && other.port === port)) {
    throw new AwsError(
      'DuplicateListener',
      `A listener already exists on this port for this load balancer '${balancer.arn}'`,
    );
  }
  const transport = checkTransport(balancer.type, input.Protocol ?? found.protocol, input, found);
  const rule = state.rules[found.defaultRuleArn];
  if (input.DefaultActions?.length && rule) {
    rule.actions = checkActions(state, place(balancer, transport.protocol, port), input.DefaultActions, rule.actions);
    useTargetGroups(world, scope, rule.arn, balancer.arn, rule.actions);
  }
  // A property that the new protocol does not have is dropped.
  const {
    sslPolicy: _policy,
    certificate: _certificate,
    alpnPolicy: _alpn,
    mutualAuthentication: _mutual,
    ...rest
  } = found;
  const changed: ListenerState = { ...rest, ...transport, port };
  state.listeners[found.arn] = changed;
  await syncProxies(world);
  return { Listeners: [describe(state, changed)] };
}

/** DescribeListeners, by ARNs or by load balancer. */
export function describeListeners(input: DescribeListenersInput, call: Call): DescribeListenersOutput {
  const state = elbState(call.world, call.scope);
  if (!input.ListenerArns?.length && !input.LoadBalancerArn) {
    throw new AwsError('ValidationError', 'You must specify either listener ARNs or a load balancer ARN');
  }
  const chosen = input.ListenerArns?.length
    ? input.ListenerArns.map((arn) => listener(state, arn))
    : listenersOf(state, loadBalancer(state, input.LoadBalancerArn ?? '').arn);
  const { items, NextMarker } = page(chosen, input.Marker, input.PageSize);
  return { Listeners: items.map((item) => describe(state, item)), ...(NextMarker ? { NextMarker } : {}) };
}

/** DeleteListener, with its rules. */
export async function deleteListener(input: DeleteListenerInput, call: Call): Promise<object> {
  const found = listener(elbState(call.world, call.scope), input.ListenerArn ?? '');
  removeListener(call.world, call.scope, found.arn);
  await syncProxies(call.world);
  return {};
}

/** Takes a listener and its rules out of the state. */
export function removeListener(world: World, scope: Scope, arn: string): void {
  const state = elbState(world, scope);
  const loadBalancerArn = state.listeners[arn]?.loadBalancerArn ?? '';
  for (const rule of rulesOf(state, arn)) {
    useTargetGroups(world, scope, rule.arn, loadBalancerArn, []);
    delete state.rules[rule.arn];
    world.resources.remove(rule.arn);
  }
  delete state.listeners[arn];
  world.resources.remove(arn);
}

/** DescribeListenerAttributes: all attributes of the protocol, with defaults. */
export function describeListenerAttributes(
  input: DescribeListenerAttributesInput,
  call: Call,
): DescribeListenerAttributesOutput {
  const found = listener(elbState(call.world, call.scope), input.ListenerArn ?? '');
  return { Attributes: readAttributes(listenerRules(found.protocol), found.attributes) };
}

/** ModifyListenerAttributes: what is not named stays. */
export function modifyListenerAttributes(
  input: ModifyListenerAttributesInput,
  call: Call,
): ModifyListenerAttributesOutput {
  const found = listener(elbState(call.world, call.scope), input.ListenerArn ?? '');
  const rules = listenerRules(found.protocol);
  const changed = checkAttributes('Listener', found.protocol, rules, anyListenerRules, input.Attributes ?? []);
  found.attributes = { ...found.attributes, ...changed };
  return { Attributes: readAttributes(rules, found.attributes) };
}

/** Where the actions of a listener's rules stand. */
export function place(balancer: LoadBalancerState, protocol: string, port: number): ActionPlace {
  return {
    loadBalancerArn: balancer.arn,
    loadBalancerType: balancer.type,
    listenerProtocol: protocol,
    listenerPort: port,
  };
}

function sameSettings(
  state: ElbState,
  existing: ListenerState,
  wanted: Transport,
  actions: readonly Action[],
): boolean {
  const { protocol, sslPolicy, certificate, alpnPolicy, mutualAuthentication } = existing;
  const has = [
    protocol,
    sslPolicy,
    certificate,
    alpnPolicy,
    mutualAuthentication,
    state.rules[existing.defaultRuleArn]?.actions,
  ];
  const want = [
    wanted.protocol,
    wanted.sslPolicy,
    wanted.certificate,
    wanted.alpnPolicy,
    wanted.mutualAuthentication,
    actions,
  ];
  return JSON.stringify(has) === JSON.stringify(want);
}

/** A listener as the API shows it. */
function describe(state: ElbState, found: ListenerState): Listener {
  return {
    ListenerArn: found.arn,
    LoadBalancerArn: found.loadBalancerArn,
    Port: found.port,
    Protocol: found.protocol as NonNullable<Listener['Protocol']>,
    ...(found.certificate ? { Certificates: [{ CertificateArn: found.certificate }] } : {}),
    ...(found.sslPolicy ? { SslPolicy: found.sslPolicy } : {}),
    DefaultActions: state.rules[found.defaultRuleArn]?.actions ?? [],
    ...(found.alpnPolicy ? { AlpnPolicy: found.alpnPolicy } : {}),
    ...(found.mutualAuthentication ? { MutualAuthentication: found.mutualAuthentication } : {}),
  };
}
