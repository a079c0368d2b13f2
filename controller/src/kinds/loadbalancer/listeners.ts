import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  DeleteListenerCommand,
  type ListenerAttribute,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
  type MutualAuthenticationAttributes,
  type ProtocolEnum,
  RemoveListenerCertificatesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import { equalJson } from '../../core/canonical.ts';
import { sameOwner } from '../../core/ownership.ts';
import type { Desired, Progress } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import { asJson, type Json } from '../../core/json.ts';
import { actionsOf } from '../../elbv2/actions.ts';
import type { ClientSecret } from '../../elbv2/authentication.ts';
import { forwarding } from '../../elbv2/associations.ts';
import { attributeChanges } from '../../elbv2/attributes.ts';
import { clientSecretFor, secretTags } from '../../elbv2/secrets.ts';
import { syncTags, tagList } from '../../elbv2/tags.ts';
import { type TargetGroupKeys, targetGroupKeys } from '../../elbv2/targets.ts';
import type { LiveListener, LiveLoadBalancer } from './live.ts';
import { isOwn, type ListenerTree, type LoadBalancerTree } from './normalize.ts';
import { ensureRules } from './rules.ts';

const AFTER_CREATE_MS = 1_000;

/** Both sides in comparable form. */
interface Trees<Tree> {
  readonly wanted: Tree;
  readonly live: Tree;
}

/**
 * Creates, modifies and deletes listeners. Not done after a creation: certificates, attributes and rules follow once the
 * listener is seen.
 */
export async function ensureListeners(
  aws: AwsContext,
  desired: Desired<LoadBalancerSpec>,
  balancer: LiveLoadBalancer,
  { wanted, live }: Trees<LoadBalancerTree>,
  signal: AbortSignal,
): Promise<Progress> {
  const keys = targetGroupKeys(desired.needs);
  const created: string[] = [];
  for (const [port, tree] of Object.entries(wanted.listeners)) {
    const found = balancer.listeners.find((listener) => String(listener.port) === port);
    const liveTree = live.listeners[port];
    if (found === undefined || liveTree === undefined) {
      await create(aws, balancer, port, tree, keys, signal);
      created.push(port);
    } else {
      await modify(aws, desired, found, { wanted: tree, live: liveTree }, keys, signal);
    }
  }
  for (const listener of balancer.listeners) {
    const unwanted = wanted.listeners[String(listener.port)] === undefined;
    if (unwanted && sameOwner(listener.tags, desired.ownership)) await remove(aws, desired, listener, signal);
  }
  if (created.length === 0) return { done: true };
  return { done: false, waitsFor: `listeners ${created.join(', ')} to show`, pollAfterMs: AFTER_CREATE_MS };
}

async function create(
  aws: AwsContext,
  balancer: LiveLoadBalancer,
  port: string,
  tree: ListenerTree,
  keys: TargetGroupKeys,
  abortSignal: AbortSignal,
): Promise<void> {
  const secret = await clientSecretFor(aws, tree.default, undefined, abortSignal);
  const command = new CreateListenerCommand({
    LoadBalancerArn: balancer.arn,
    ...listenerInput(port, tree, keys, secret),
    Tags: tagList({ ...tree.tags, ...secretTags(tree.default) }),
  });
  await forwarding(`CreateListener ${balancer.name} port ${port}`, aws.elbv2.send(command, { abortSignal }));
}

async function modify(
  aws: AwsContext,
  desired: Desired<LoadBalancerSpec>,
  found: LiveListener,
  { wanted, live }: Trees<ListenerTree>,
  keys: TargetGroupKeys,
  abortSignal: AbortSignal,
): Promise<void> {
  const ListenerArn = found.arn;
  const what = `port ${found.port}`;
  const certificates = certificateChanges({ wanted, live });
  // New certificates before old ones go, so that no server name is without one; a listener without TLS takes none yet.
  const secure = live.certificates !== undefined;
  if (secure) await addCertificates(aws, found, certificates.add, abortSignal);
  if (!equalJson(ownFields(wanted), ownFields(live))) {
    const off = live.mutualAuthentication !== undefined && wanted.mutualAuthentication === undefined;
    const secret = await clientSecretFor(aws, wanted.default, live.default, abortSignal);
    const command = new ModifyListenerCommand({
      ListenerArn,
      ...listenerInput(String(found.port), wanted, keys, secret),
      ...(off && { MutualAuthentication: { Mode: 'off' } }),
      ...(live.alpnPolicy !== undefined && wanted.alpnPolicy === undefined && { AlpnPolicy: ['None'] }),
    });
    await forwarding(`ModifyListener ${what}`, aws.elbv2.send(command, { abortSignal }));
  }
  if (!secure) await addCertificates(aws, found, certificates.add, abortSignal);
  await removeCertificates(aws, found, certificates.gone, abortSignal);
  const Attributes: ListenerAttribute[] = attributeChanges(wanted.attributes, live.attributes);
  if (Attributes.length > 0) {
    const command = new ModifyListenerAttributesCommand({ ListenerArn, Attributes });
    await doing(`ModifyListenerAttributes ${what}`, aws.elbv2.send(command, { abortSignal }));
  }
  const tags = {
    live: found.tags,
    wanted: { ...wanted.tags, ...secretTags(wanted.default) },
    managedKeys: desired.managedTagKeys,
  };
  await syncTags(aws, ListenerArn, tags, abortSignal);
  await ensureRules(aws, desired, found, wanted.rules, abortSignal);
}

/** What one ModifyListener carries. */
function ownFields({
  certificates,
  attributes: _attributes,
  rules: _rules,
  tags: _tags,
  ...fields
}: ListenerTree): Json {
  return asJson({ ...fields, certificate: certificates?.[0] ?? null });
}

/** Certificates by server name that are missing and that are too many. The default one is ModifyListener's business. */
function certificateChanges({ wanted, live }: Trees<ListenerTree>): {
  readonly add: readonly string[];
  readonly gone: readonly string[];
} {
  const extra = wanted.certificates?.slice(1) ?? [];
  const there = live.certificates?.slice(1) ?? [];
  const stillTls = wanted.certificates !== undefined;
  return {
    add: extra.filter((arn) => !there.includes(arn)),
    gone: stillTls ? there.filter((arn) => !extra.includes(arn)) : [],
  };
}

async function addCertificates(
  aws: AwsContext,
  { arn: ListenerArn, port }: LiveListener,
  arns: readonly string[],
  abortSignal: AbortSignal,
): Promise<void> {
  for (const CertificateArn of arns) {
    const command = new AddListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn }] });
    await doing(`AddListenerCertificates port ${port}`, aws.elbv2.send(command, { abortSignal }));
  }
}

async function removeCertificates(
  aws: AwsContext,
  { arn: ListenerArn, port }: LiveListener,
  arns: readonly string[],
  abortSignal: AbortSignal,
): Promise<void> {
  for (const CertificateArn of arns) {
    const command = new RemoveListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn }] });
    await doing(`RemoveListenerCertificates port ${port}`, aws.elbv2.send(command, { abortSignal }));
  }
}

/** The fields that CreateListener and ModifyListener have in common. */
interface ListenerInput {
  readonly Port: number;
  readonly Protocol?: ProtocolEnum;
  readonly DefaultActions: ReturnType<typeof actionsOf>;
  readonly Certificates?: { CertificateArn: string }[];
  readonly SslPolicy?: string;
  readonly AlpnPolicy?: string[];
  readonly MutualAuthentication?: MutualAuthenticationAttributes;
}

function listenerInput(
  port: string,
  tree: ListenerTree,
  keys: TargetGroupKeys,
  secret: ClientSecret | undefined,
): ListenerInput {
  const [certificate] = tree.certificates ?? [];
  const mutual = tree.mutualAuthentication;
  return {
    Port: Number(port),
    ...(tree.protocol !== '' && { Protocol: tree.protocol }),
    DefaultActions: actionsOf(tree.default, keys, secret),
    ...(certificate !== undefined && { Certificates: [{ CertificateArn: certificate }] }),
    ...(tree.sslPolicy !== undefined && { SslPolicy: tree.sslPolicy }),
    ...(tree.alpnPolicy !== undefined && { AlpnPolicy: [tree.alpnPolicy] }),
    ...(mutual !== undefined && { MutualAuthentication: mutualInput(mutual) }),
  };
}

function mutualInput(mutual: NonNullable<ListenerTree['mutualAuthentication']>): MutualAuthenticationAttributes {
  const { mode, trustStoreArn, ignoreClientCertificateExpiry, advertiseTrustStoreCaNames } = mutual;
  if (mode !== 'verify') return { Mode: String(mode) };
  return {
    Mode: 'verify',
    TrustStoreArn: String(trustStoreArn),
    IgnoreClientCertificateExpiry: ignoreClientCertificateExpiry === true,
    AdvertiseTrustStoreCaNames: advertiseTrustStoreCaNames === 'on' ? 'on' : 'off',
  };
}

/** A listener that Git no longer has. Rules of others on it keep it. */
async function remove(
  aws: AwsContext,
  desired: Desired<LoadBalancerSpec>,
  listener: LiveListener,
  abortSignal: AbortSignal,
): Promise<void> {
  const foreign = listener.rules.filter((rule) => !isOwn(rule, desired));
  if (foreign.length > 0) {
    const priorities = foreign.map((rule) => rule.priority).join(', ');
    const why = `rules of others hang on it (priority ${priorities})`;
    throw new TerminalError('ForeignRules', `${desired.id}: the listener on port ${listener.port} is kept: ${why}`);
  }
  const command = new DeleteListenerCommand({ ListenerArn: listener.arn });
  await doing(`DeleteListener port ${listener.port}`, aws.elbv2.send(command, { abortSignal }));
}
