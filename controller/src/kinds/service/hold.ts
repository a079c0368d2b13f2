import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../api/service.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import { contentHash } from '../../core/canonical.ts';
import type { Change, Desired, Pass } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import { below } from '../../core/pointer.ts';
import { type Place, taskSetting } from '../../ecs/capacity.ts';
import { tagValueOf } from '../../ecs/tags.ts';
import { canonicalTask } from '../../ecs/task.ts';
import { causeOf } from './causes.ts';
import type { ServiceLive } from './live.ts';
import { CAUSE_TAG, FIRST_STEP_TAG, HOLD_TAG } from './names.ts';
import { wantedService } from './normalize.ts';

/** Puts the hold on what Git says now, with its cause: what AWS tells of a failure is gone an hour later. */
export async function hold(
  aws: AwsContext,
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  pass: Pass,
  cause: string = causeOf(live),
): Promise<void> {
  const resourceArn = live.service.serviceArn ?? '';
  const tags = [
    { key: HOLD_TAG, value: holdDigest(desired, aws) },
    { key: CAUSE_TAG, value: tagValueOf(cause) },
  ];
  const command = new TagResourceCommand({ resourceArn, tags });
  await doing(`TagResource ${resourceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}

/** What a held rollout ends with. `ended` is how it ended, with the cause. */
export function heldError(
  desired: Pick<Desired<ServiceSpec>, 'id'>,
  ended: string,
  code = 'RolloutFailed',
): TerminalError {
  const held = 'It is held until the manifest changes or the rollout is retried';
  return new TerminalError(code, `the rollout of ${desired.id} ${ended}. ${held}`);
}

/** Takes away the hold and what it rests on: a person retries. */
export async function release(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<void> {
  const tagKeys = [HOLD_TAG, CAUSE_TAG, FIRST_STEP_TAG].filter((key) => live.tags[key] !== undefined);
  if (tagKeys.length === 0) return;
  const resourceArn = live.service.serviceArn ?? '';
  const command = new UntagResourceCommand({ resourceArn, tagKeys });
  await doing(`UntagResource ${resourceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}

/** True while the service carries the hold on what Git says now. */
export function isMarked(desired: Desired<ServiceSpec>, live: Pick<ServiceLive, 'tags'>, place: Place): boolean {
  const mark = live.tags[HOLD_TAG];
  return mark !== undefined && mark === holdDigest(desired, place);
}

/** The hold on what Git says is no difference: it is what Longshore itself has set. */
export function withoutHold(changes: readonly Change[]): readonly Change[] {
  const tag = below('/tags', HOLD_TAG);
  return changes.filter((change) => change.path !== tag);
}

/** Characters of a digest: half of SHA-256 is far beyond chance, and short enough to read in a tag. */
const DIGEST_LENGTH = 32;

/**
 * Digest of what a rollout is made of, the key of a hold: the rendered spec without the count and the tags, which roll
 * nothing out, and with the settings of the deployment, which may be what has to change for it to succeed.
 */
export function holdDigest(desired: Desired<ServiceSpec>, place: Place): string {
  const { desiredCount: _, tags: __, ...service } = wantedService(desired);
  const task = canonicalTask(desired.spec.task, taskSetting(desired.spec, place));
  return contentHash({ service, task }).slice(0, DIGEST_LENGTH);
}
