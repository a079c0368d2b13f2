import type { Certificate, Listener, LoadBalancer, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import {
  readElbTags,
  readListenerAttributes,
  readListenerCertificates,
  readListeners,
  readLoadBalancer,
  readLoadBalancerAttributes,
  readLoadBalancerByName,
  readReservedCapacity,
  readRules,
} from '../../aws/reads.ts';
import type { Desired, Part, Pass, Subject } from '../../core/driver.ts';
import { sameOwner } from '../../core/ownership.ts';
import { splitRef } from '../../core/manifest.ts';
import { derivedName } from '../../core/names.ts';
import type { Attributes } from '../../elbv2/attributes.ts';

/** Types of the parts. */
export const LOAD_BALANCER = 'elbv2:load-balancer';
export const LISTENER = 'elbv2:listener';
export const LISTENER_RULE = 'elbv2:listener-rule';

/** The longest name of a load balancer (CreateLoadBalancer). */
const MAX_NAME = 32;

type Tags = Readonly<Record<string, string>>;

/** A rule and whose it is. The default rule is not among them: it is the listener's default action. */
export interface LiveRule {
  readonly arn: string;
  readonly priority: number;
  readonly rule: Rule;
  readonly tags: Tags;
}

/** A listener with all that hangs on it. */
export interface LiveListener {
  readonly arn: string;
  readonly port: number;
  readonly listener: Listener;
  /** ARN of the rule that its default action is; a network load balancer has none. */
  readonly defaultRuleArn?: string | undefined;
  readonly attributes: Attributes;
  /** Those that are chosen by server name; the default one is in `listener`. */
  readonly extraCertificates: readonly string[];
  readonly tags: Tags;
  /** By priority. */
  readonly rules: readonly LiveRule[];
}

/** A load balancer as AWS has it. */
export interface LiveLoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly loadBalancer: LoadBalancer;
  readonly attributes: Attributes;
  /** Load balancer capacity units, 0 without a reservation. */
  readonly reservedCapacity: number;
  readonly tags: Tags;
  /** By port. */
  readonly listeners: readonly LiveListener[];
}

/** The name in AWS. Fields that cannot be changed are part of it, so that a replacement can be made before the old goes. */
function nameOf(application: string, name: string, spec: LoadBalancerSpec): string {
  const { type = 'application', scheme = 'internet-facing', customerOwnedIpv4Pool: pool } = spec;
  // What is not declared is left out: a field that Longshore learns must not rename what is there. A network load
  // balancer has security groups from its creation on, or never.
  const createOnly = {
    type,
    scheme,
    ...(pool !== undefined && { customerOwnedIpv4Pool: pool }),
    ...(type === 'network' && spec.securityGroups !== undefined && { securityGroups: true }),
  };
  const reservedPrefixes = ['internal-'];
  return derivedName({
    application,
    name,
    createOnly,
    maxLength: MAX_NAME,
    override: spec.nameOverride,
    reservedPrefixes,
  });
}

/** The name in AWS that a manifest wants. */
export function wantedName(desired: Desired<LoadBalancerSpec>): string {
  return nameOf(desired.application, splitRef(desired.id).name, desired.spec);
}

/** The load balancer of the wanted name, else the recorded one, with everything that hangs on it. */
export async function observe(subject: Subject<LoadBalancerSpec>, pass: Pass): Promise<LiveLoadBalancer | undefined> {
  const loadBalancer = await find(subject, pass);
  const arn = loadBalancer?.LoadBalancerArn;
  if (loadBalancer === undefined || arn === undefined) return undefined;
  const [attributes, reservedCapacity, tags, listeners] = await Promise.all([
    readLoadBalancerAttributes(pass, arn),
    readReservedCapacity(pass, arn),
    readElbTags(pass, arn),
    readListeners(pass, arn),
  ]);
  if (attributes === undefined || reservedCapacity === undefined || tags === undefined || listeners === undefined)
    return undefined;
  const whole = await Promise.all(listeners.map((listener) => observeListener(listener, loadBalancer, pass)));
  return {
    arn,
    name: loadBalancer.LoadBalancerName ?? '',
    loadBalancer,
    attributes,
    reservedCapacity,
    tags,
    listeners: whole.filter((listener) => listener !== undefined).toSorted((a, b) => a.port - b.port),
  };
}

async function find({ desired, recorded }: Subject<LoadBalancerSpec>, pass: Pass): Promise<LoadBalancer | undefined> {
  const named = desired === undefined ? undefined : await readLoadBalancerByName(pass, wantedName(desired));
  if (named !== undefined) return named;
  for (const part of recorded.filter(({ type }) => type === LOAD_BALANCER)) {
    const found = await readLoadBalancer(pass, part.id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Undefined when it was deleted since the list was read. */
async function observeListener(
  listener: Listener,
  balancer: LoadBalancer,
  pass: Pass,
): Promise<LiveListener | undefined> {
  const arn = listener.ListenerArn ?? '';
  const secure = listener.Protocol === 'HTTPS' || listener.Protocol === 'TLS';
  const [attributes, tags, certificates, rules] = await Promise.all([
    readListenerAttributes(pass, arn),
    readElbTags(pass, arn),
    secure ? readListenerCertificates(pass, arn) : [],
    balancer.Type === 'application' ? readRules(pass, arn) : [],
  ]);
  if (attributes === undefined || tags === undefined || certificates === undefined || rules === undefined)
    return undefined;
  const own = await Promise.all(rules.filter((rule) => rule.IsDefault !== true).map((rule) => observeRule(rule, pass)));
  return {
    arn,
    port: listener.Port ?? 0,
    listener,
    defaultRuleArn: rules.find((rule) => rule.IsDefault === true)?.RuleArn,
    attributes,
    extraCertificates: certificates.filter(isExtra).map((certificate) => certificate.CertificateArn ?? ''),
    tags,
    rules: own.filter((rule) => rule !== undefined).toSorted((a, b) => a.priority - b.priority),
  };
}

async function observeRule(rule: Rule, pass: Pass): Promise<LiveRule | undefined> {
  const arn = rule.RuleArn ?? '';
  const tags = await readElbTags(pass, arn);
  return tags === undefined ? undefined : { arn, priority: Number(rule.Priority), rule, tags };
}

function isExtra(certificate: Certificate): boolean {
  return certificate.IsDefault !== true;
}

/** The load balancer, and what hangs on it and has the same owner. */
export function parts(live: LiveLoadBalancer): readonly Part[] {
  const found: Part[] = [{ type: LOAD_BALANCER, id: live.arn, tags: live.tags }];
  for (const listener of live.listeners) {
    if (sameOwner(listener.tags, live.tags)) found.push({ type: LISTENER, id: listener.arn, tags: listener.tags });
    for (const rule of listener.rules) {
      if (sameOwner(rule.tags, live.tags)) found.push({ type: LISTENER_RULE, id: rule.arn, tags: rule.tags });
    }
  }
  return found;
}

/** Rules that are not the load balancer's own: of other resources, other Applications, or made by hand. */
export function foreignRules(live: LiveLoadBalancer): readonly { readonly port: number; readonly rule: LiveRule }[] {
  return live.listeners.flatMap(({ port, rules }) =>
    rules.filter((rule) => !sameOwner(rule.tags, live.tags)).map((rule) => ({ port, rule })),
  );
}
