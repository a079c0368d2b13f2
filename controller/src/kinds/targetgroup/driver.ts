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
import type { Desired, Driver, Pass, Progress } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import { asJson } from '../../core/json.ts';
import { wantedTags } from '../../core/ownership.ts';
import { attributeChanges } from '../../elbv2/attributes.ts';
import { suffixOfArn } from '../../elbv2/arns.ts';
import { syncTags, tagList } from '../../elbv2/tags.ts';
import { health } from './health.ts';
import { healthCheckInput, wantedHealthCheck } from './healthcheck.ts';
import { type LiveTargetGroup, observe, TARGET_GROUP, wantedName } from './live.ts';
import { diff, trees } from './normalize.ts';
import { ensureTargets } from './targets.ts';

const AFTER_CREATE_MS = 1_000;
const WHILE_IN_USE_MS = 5_000;

/** Makes and keeps one target group. Its targets are the business of ECS, unless the manifest names them. */
export function targetGroupDriver(aws: AwsContext): Driver<TargetGroupSpec, LiveTargetGroup> {
  return {
    observe,
    diff,
    health,
    parts: (live) => [{ type: TARGET_GROUP, id: live.arn, tags: live.tags }],
    outputs: (live) => ({ arn: live.arn, name: live.name, fullName: suffixOfArn(live.arn) }),
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
  const { wanted, live } = trees(desired, found);
  const abortSignal = pass.signal;
  if (!equalJson(asJson(wanted.healthCheck), asJson(live.healthCheck))) {
    const input = { TargetGroupArn: found.arn, ...healthCheckInput(wanted.healthCheck, desired.spec) };
    await doing(`ModifyTargetGroup ${name}`, aws.elbv2.send(new ModifyTargetGroupCommand(input), { abortSignal }));
  }
  const Attributes = attributeChanges(wanted.attributes, live.attributes);
  if (Attributes.length > 0) {
    const command = new ModifyTargetGroupAttributesCommand({ TargetGroupArn: found.arn, Attributes });
    await doing(`ModifyTargetGroupAttributes ${name}`, aws.elbv2.send(command, { abortSignal }));
  }
  const tags = { live: found.tags, wanted: wanted.tags, managedKeys: desired.managedTagKeys };
  await syncTags(aws, found.arn, tags, abortSignal);
  await ensureTargets(aws, desired.spec, found, abortSignal);
  return { done: true };
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

/** A target group that a listener or rule still forwards to cannot be deleted; it can moments after they are gone. */
async function remove(aws: AwsContext, live: LiveTargetGroup, pass: Pass): Promise<Progress> {
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
