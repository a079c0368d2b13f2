import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { AwsContext } from '../../aws/context.ts';
import { awsCode, doing, wrapAws } from '../../aws/errors.ts';
import { equalJson } from '../../core/canonical.ts';
import type { Desired, Driver, Outputs, Pass, Progress } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import { asJson } from '../../core/json.ts';
import { ownerInWords, ownerTagsOf, sameOwner, wantedTags } from '../../core/ownership.ts';
import { attributeChanges } from '../../elbv2/attributes.ts';
import { suffixOfArn } from '../../elbv2/arns.ts';
import type { Side } from '../../elbv2/pairs.ts';
import { syncTags, tagList } from '../../elbv2/tags.ts';
import { health } from './health.ts';
import { healthCheckInput, wantedHealthCheck } from './healthcheck.ts';
import { type LiveGroup, type LiveTargetGroup, observe, TARGET_GROUP, wantedName } from './live.ts';
import { diff, endsPair, trees } from './normalize.ts';
import { ensureTargets } from './targets.ts';

const AFTER_CREATE_MS = 1_000;
const WHILE_IN_USE_MS = 5_000;

/** Makes and keeps one target group, or a pair of them. Its targets are the business of ECS, unless the manifest names them. */
export function targetGroupDriver(aws: AwsContext): Driver<TargetGroupSpec, LiveTargetGroup> {
  return {
    observe,
    diff,
    health,
    parts: (live) => groupsOf(live).map(({ arn, tags }) => ({ type: TARGET_GROUP, id: arn, tags })),
    outputs,
    rollout: () => undefined,
    events: () => [],
    claims: () => [],
    ensure: (desired, live, pass) => ensure(aws, desired, live, pass),
    act: async (action) => {
      throw new TerminalError('NotSupported', `a target group has no rollout to ${action}`);
    },
    remove: (live, pass) => remove(aws, live, pass),
  };
}

/** The target group, and the other of its pair. */
function groupsOf(live: LiveTargetGroup): readonly LiveGroup[] {
  return live.alternate === undefined ? [live] : [live, live.alternate];
}

/** `fullName` is what CloudWatch calls it. `alternateArn` and `alternateFullName`: the other of a pair. */
function outputs(live: LiveTargetGroup): Outputs {
  const { alternate, offersAlternate } = live;
  return {
    arn: live.arn,
    name: live.name,
    fullName: suffixOfArn(live.arn),
    ...(alternate !== undefined &&
      offersAlternate === true && { alternateArn: alternate.arn, alternateFullName: suffixOfArn(alternate.arn) }),
  };
}

async function ensure(
  aws: AwsContext,
  desired: Desired<TargetGroupSpec>,
  found: LiveTargetGroup | undefined,
  pass: Pass,
): Promise<Progress> {
  const name = wantedName(desired);
  if (found === undefined || found.name !== name) {
    await create(aws, desired, name, pass);
    return { done: false, waitsFor: `target group ${name} to show`, pollAfterMs: AFTER_CREATE_MS };
  }
  refuseReplacement(desired, found);
  await modify(aws, desired, found, 'primary', pass);
  await ensureTargets(aws, desired.spec, found, pass.signal);
  return ensureAlternate(aws, desired, found, pass);
}

async function ensureAlternate(
  aws: AwsContext,
  desired: Desired<TargetGroupSpec>,
  { alternate }: LiveTargetGroup,
  pass: Pass,
): Promise<Progress> {
  if (desired.spec.blueGreen !== true) {
    const change = alternate === undefined ? undefined : endsPair(alternate)[0];
    if (alternate === undefined || change === undefined) return { done: true };
    if (change.refused !== undefined) throw new TerminalError('AlternateServes', `${desired.id}: ${change.refused}`);
    return removeGroup(aws, alternate, pass);
  }
  if (alternate === undefined) {
    const name = wantedName(desired, 'alternate');
    await create(aws, desired, name, pass);
    return { done: false, waitsFor: `target group ${name} to show`, pollAfterMs: AFTER_CREATE_MS };
  }
  const part = { type: TARGET_GROUP, id: alternate.arn, tags: alternate.tags };
  if (ownerTagsOf(part) !== undefined && !sameOwner(alternate.tags, desired.ownership)) {
    throw new TerminalError(
      'Foreign',
      `${desired.id}: target group ${alternate.name} belongs to ${ownerInWords(part)}`,
    );
  }
  await modify(aws, desired, alternate, 'alternate', pass);
  return { done: true };
}

async function modify(
  aws: AwsContext,
  desired: Desired<TargetGroupSpec>,
  found: LiveGroup,
  side: Side,
  { signal: abortSignal }: Pass,
): Promise<void> {
  const { arn: TargetGroupArn, name } = found;
  const { wanted, live } = trees(desired, found, side);
  if (!equalJson(asJson(wanted.healthCheck), asJson(live.healthCheck))) {
    const input = { TargetGroupArn, ...healthCheckInput(wanted.healthCheck, desired.spec) };
    await doing(`ModifyTargetGroup ${name}`, aws.elbv2.send(new ModifyTargetGroupCommand(input), { abortSignal }));
  }
  const Attributes = attributeChanges(wanted.attributes, live.attributes);
  if (Attributes.length > 0) {
    const command = new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes });
    await doing(`ModifyTargetGroupAttributes ${name}`, aws.elbv2.send(command, { abortSignal }));
  }
  const tags = { live: found.tags, wanted: wanted.tags, managedKeys: desired.managedTagKeys };
  await syncTags(aws, TargetGroupArn, tags, abortSignal);
}

async function create(aws: AwsContext, desired: Desired<TargetGroupSpec>, name: string, pass: Pass): Promise<void> {
  const { spec } = desired;
  const command = new CreateTargetGroupCommand({
    Name: name,
    VpcId: spec.vpcId,
    Protocol: spec.protocol,
    ProtocolVersion: spec.protocolVersion,
    Port: spec.port,
    TargetType: spec.targetType ?? 'ip',
    IpAddressType: spec.ipAddressType,
    TargetControlPort: spec.targetControlPort,
    ...healthCheckInput(wantedHealthCheck(spec), spec),
    Tags: tagList(wantedTags(spec.tags, desired.ownership)),
  });
  await doing(`CreateTargetGroup ${name}`, aws.elbv2.send(command, { abortSignal: pass.signal }));
}

/** With a forced name the new target group cannot be made beside the old one. */
function refuseReplacement(desired: Desired<TargetGroupSpec>, live: LiveTargetGroup): void {
  const replacing = diff(desired, live).find((change) => change.effect === 'replaces');
  if (replacing === undefined) return;
  throw new TerminalError(
    'ReplacementRefused',
    `${desired.id}: a change of ${replacing.path} replaces the target group, which nameOverride does not allow; take ` +
      'nameOverride out or give another name',
  );
}

/** The alternate goes first: what is left of a pair is found by its name. */
async function remove(aws: AwsContext, live: LiveTargetGroup, pass: Pass): Promise<Progress> {
  for (const group of groupsOf(live).toReversed()) {
    const progress = await removeGroup(aws, group, pass);
    if (!progress.done) return progress;
  }
  return { done: true };
}

/** A target group that a listener or rule still forwards to cannot be deleted; it can moments after they are gone. */
async function removeGroup(aws: AwsContext, live: LiveGroup, pass: Pass): Promise<Progress> {
  const command = new DeleteTargetGroupCommand({ TargetGroupArn: live.arn });
  try {
    await aws.elbv2.send(command, { abortSignal: pass.signal });
  } catch (error) {
    if (awsCode(error) !== 'ResourceInUse') throw wrapAws(error, `DeleteTargetGroup ${live.name}`);
    const users = live.targetGroup.LoadBalancerArns?.map(suffixOfArn).join(', ');
    const waitsFor = `${users || 'a listener or rule'} to stop using target group ${live.name}`;
    return { done: false, waitsFor, pollAfterMs: WHILE_IN_USE_MS };
  }
  return { done: true };
}
