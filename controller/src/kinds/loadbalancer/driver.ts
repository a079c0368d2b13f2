import { CreateLoadBalancerCommand, DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import type { Desired, Driver, Outputs, Pass, Progress } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import { ownerInWords, sameOwner, wantedTags } from '../../core/ownership.ts';
import { suffixOfArn } from '../../elbv2/arns.ts';
import { underClaims } from '../../elbv2/claims.ts';
import { syncTags, tagList } from '../../elbv2/tags.ts';
import { health } from './health.ts';
import { ensureListeners } from './listeners.ts';
import {
  foreignRules,
  LISTENER_RULE,
  type LiveListener,
  type LiveLoadBalancer,
  observe,
  parts,
  wantedName,
} from './live.ts';
import { diff, liveTree, wantedTree } from './normalize.ts';
import { ensureSettings, subnetInput } from './settings.ts';

const AFTER_CREATE_MS = 1_000;
const AFTER_DELETE_MS = 2_000;

/** Makes and keeps a load balancer, its listeners and its rules. */
export function loadBalancerDriver(aws: AwsContext): Driver<LoadBalancerSpec, LiveLoadBalancer> {
  return {
    observe,
    parts,
    outputs,
    diff,
    health,
    rollout: () => undefined,
    events: () => [],
    claims: () => [],
    ensure: (desired, live, pass) => ensure(aws, desired, live, pass),
    act: async (action) => {
      throw new TerminalError('NotSupported', `a load balancer has no rollout to ${action}`);
    },
    remove: (live, pass) => remove(aws, live, pass),
  };
}

/**
 * `listenerArn(443)` for each port; `ruleArn(443)` its default action, which ECS knows by the ARN of the default rule, or
 * of the listener behind a network load balancer; `ruleArn(443,10)` an inline rule. `fullName` is what CloudWatch and
 * ALBRequestCountPerTarget call it.
 */
function outputs(live: LiveLoadBalancer): Outputs {
  return {
    arn: live.arn,
    name: live.name,
    fullName: suffixOfArn(live.arn),
    dnsName: live.loadBalancer.DNSName ?? '',
    hostedZoneId: live.loadBalancer.CanonicalHostedZoneId ?? '',
    ...Object.fromEntries(live.listeners.map(({ port, arn }) => [`listenerArn(${port})`, arn])),
    ...Object.fromEntries(live.listeners.flatMap((listener) => ruleOutputs(listener, live.tags))),
  };
}

function ruleOutputs(
  { port, arn, defaultRuleArn, rules }: LiveListener,
  tags: LiveLoadBalancer['tags'],
): readonly (readonly [string, string])[] {
  const own = rules.filter((rule) => sameOwner(rule.tags, tags));
  return [
    [`ruleArn(${port})`, defaultRuleArn ?? arn],
    ...own.map((rule) => [`ruleArn(${port},${rule.priority})`, rule.arn] as const),
  ];
}

async function ensure(
  aws: AwsContext,
  desired: Desired<LoadBalancerSpec>,
  found: LiveLoadBalancer | undefined,
  pass: Pass,
): Promise<Progress> {
  const name = wantedName(desired);
  if (found === undefined || found.name !== name) {
    await create(aws, desired, name, pass);
    return { done: false, waitsFor: `load balancer ${name} to show`, pollAfterMs: AFTER_CREATE_MS };
  }
  refuseReplacement(desired, found);
  const live = liveTree(desired, found);
  const wanted = underClaims(wantedTree(desired, live), live, desired.claims);
  await ensureSettings(aws, desired, found, { wanted, live }, pass.signal);
  const tags = { live: found.tags, wanted: wanted.tags, managedKeys: desired.managedTagKeys };
  await syncTags(aws, found.arn, tags, pass.signal);
  return ensureListeners(aws, desired, found, { wanted, live }, pass.signal);
}

async function create(aws: AwsContext, desired: Desired<LoadBalancerSpec>, name: string, pass: Pass): Promise<void> {
  const { spec } = desired;
  const command = new CreateLoadBalancerCommand({
    Name: name,
    Type: spec.type ?? 'application',
    Scheme: spec.scheme ?? 'internet-facing',
    IpAddressType: spec.ipAddressType,
    ...subnetInput(spec),
    SecurityGroups: spec.securityGroups,
    CustomerOwnedIpv4Pool: spec.customerOwnedIpv4Pool,
    EnablePrefixForIpv6SourceNat: spec.enablePrefixForIpv6SourceNat,
    IpamPools: spec.ipamPools && { Ipv4IpamPoolId: spec.ipamPools.ipv4IpamPoolId },
    Tags: tagList(wantedTags(spec.tags, desired.ownership)),
  });
  await doing(`CreateLoadBalancer ${name}`, aws.elbv2.send(command, { abortSignal: pass.signal }));
}

/** With a forced name the new load balancer cannot be made beside the old one. */
function refuseReplacement(desired: Desired<LoadBalancerSpec>, live: LiveLoadBalancer): void {
  const replacing = diff(desired, live).find((change) => change.effect === 'replaces');
  if (replacing === undefined) return;
  throw new TerminalError(
    'ReplacementRefused',
    `${desired.id}: a change of ${replacing.path} replaces the load balancer, which nameOverride does not allow; take ` +
      'nameOverride out or give another name',
  );
}

/** Listeners and rules go with it. Rules of others do not: they keep it, and so does deletion protection. */
async function remove(aws: AwsContext, live: LiveLoadBalancer, pass: Pass): Promise<Progress> {
  const [other] = foreignRules(live);
  if (other !== undefined) {
    const { port, rule } = other;
    const owner = ownerInWords({ type: LISTENER_RULE, id: rule.arn, tags: rule.tags });
    const which = `the rule with priority ${rule.priority} on port ${port}`;
    throw new TerminalError('ForeignRules', `load balancer ${live.name} is kept: ${which} belongs to ${owner}`);
  }
  if (live.attributes['deletion_protection.enabled'] === 'true') {
    const how = 'set the attribute deletion_protection.enabled to "false" first';
    throw new TerminalError('DeletionProtected', `load balancer ${live.name} is protected from deletion; ${how}`);
  }
  const command = new DeleteLoadBalancerCommand({ LoadBalancerArn: live.arn });
  await doing(`DeleteLoadBalancer ${live.name}`, aws.elbv2.send(command, { abortSignal: pass.signal }));
  return { done: false, waitsFor: `load balancer ${live.name} to be gone`, pollAfterMs: AFTER_DELETE_MS };
}
