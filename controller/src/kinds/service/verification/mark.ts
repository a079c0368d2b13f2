import { TagResourceCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import type { Desired, Pass } from '../../../core/driver.ts';
import { DOMAIN } from '../../../core/manifest.ts';
import type { ServiceLive } from '../live.ts';
import { asksToVerify } from './verification.ts';

/**
 * Tag on the service: the task definition that was verified last (`shop-api:7`), with `pending` before it from the
 * moment before a rollout begins until what it goes to is verified. A service without the tag was rolled out by somebody
 * who did not verify (an earlier Longshore, or a manifest without `verify`), and counts as verified until the next rollout.
 */
export const VERIFIED_TAG = `${DOMAIN}/verified`;

const PENDING = 'pending';

/** True when what runs needs no verification, or has come through it. Says nothing of whether it is what Git says. */
export function isVerified(desired: Pick<Desired<ServiceSpec>, 'spec'>, live: Pick<ServiceLive, 'tags'>): boolean {
  return !isPending(live) || !asksToVerify(desired.spec);
}

/** What runs is verified. One TagResource, and only where it was pending. */
export async function markVerified(
  aws: AwsContext,
  desired: Pick<Desired<ServiceSpec>, 'spec'>,
  live: ServiceLive,
  pass: Pass,
): Promise<void> {
  if (isVerified(desired, live)) return;
  await mark(aws, live, definitionName(live), pass);
}

/**
 * What comes next has to be verified. To be called before the call that begins a rollout of a service that is there: a
 * controller that is killed between the two finds the service as it was, and the rollout that it begins is verified.
 */
export async function expectVerification(
  aws: AwsContext,
  desired: Pick<Desired<ServiceSpec>, 'spec'>,
  live: ServiceLive,
  pass: Pass,
): Promise<void> {
  if (isPending(live) || !asksToVerify(desired.spec)) return;
  await mark(aws, live, `${PENDING} ${live.tags[VERIFIED_TAG] ?? definitionName(live)}`, pass);
}

/** Tags that a new service is made with, so that its first revision is verified too. */
export function verificationTags({ spec }: Pick<Desired<ServiceSpec>, 'spec'>): Readonly<Record<string, string>> {
  return asksToVerify(spec) ? { [VERIFIED_TAG]: PENDING } : {};
}

/** The task definition that was verified last, or ran before anything was verified; undefined when there is none. */
export function lastVerified({ tags }: Pick<ServiceLive, 'tags'>): string | undefined {
  return tags[VERIFIED_TAG]?.split(' ').findLast((word) => word !== PENDING);
}

/** True from before a rollout begins until what it goes to is verified. */
export function isPending({ tags }: Pick<ServiceLive, 'tags'>): boolean {
  return tags[VERIFIED_TAG]?.split(' ')[0] === PENDING;
}

/** `shop-api:7`. */
function definitionName({ service, taskDefinition }: ServiceLive): string {
  const arn = service.taskDefinition ?? taskDefinition?.taskDefinition.taskDefinitionArn ?? 'unknown';
  return arn.split('/').at(-1) ?? arn;
}

async function mark(aws: AwsContext, live: ServiceLive, value: string, pass: Pass): Promise<void> {
  const resourceArn = live.service.serviceArn ?? '';
  const command = new TagResourceCommand({ resourceArn, tags: [{ key: VERIFIED_TAG, value }] });
  await doing(`TagResource ${resourceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}
