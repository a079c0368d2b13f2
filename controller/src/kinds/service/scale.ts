import { TagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../api/service.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import type { Claim, Desired, Pass, ScaleRequest } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import type { Ref } from '../../core/manifest.ts';
import { OWNERSHIP_TAG } from '../../core/ownership.ts';
import type { ServiceLive } from './live.ts';
import { SCALE_TAG } from './names.ts';

/** Another number of tasks than Git says, kept in a tag of the service until it ends. */
export interface Scaled {
  readonly count: number;
  readonly until: Date;
  readonly by: string;
}

/** `7 until 2026-01-01T12:00:00.000Z by ann`: letters that a tag may have. */
const FORM = /^(?<count>\d{1,5}) until (?<until>[0-9T:.Z-]+) by (?<by>.*)$/u;

/** Characters that a tag of ECS may not hold. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
const NOT_IN_TAGS = /[^\p{L}\p{N} +\-=._:/@]/gu;
const MAX_NAME = 100;

/** What the tag says; undefined without one, once it is over, and when somebody wrote something else. */
export function scaledIn(tags: Readonly<Record<string, string>>, now: Date): Scaled | undefined {
  const { count, until, by } = FORM.exec(tags[SCALE_TAG] ?? '')?.groups ?? {};
  const end = new Date(until ?? '');
  if (count === undefined || Number.isNaN(end.getTime()) || end <= now) return undefined;
  return { count: Number(count), until: end, by: by ?? '' };
}

/** As long as it holds, the count is that of the tag: no diff, and no self-heal takes it back. */
export function scaleClaims(desired: Desired<ServiceSpec>, live: ServiceLive | undefined): readonly Claim[] {
  const { scaled } = live ?? {};
  if (scaled === undefined || desired.spec.schedulingStrategy === 'DAEMON') return [];
  const on = refOf(desired);
  const reason = `${scaled.by} scaled it until ${scaled.until.toISOString()}`;
  return [{ on, path: '/desiredCount', by: on, reason, holds: { exactly: scaled.count } }];
}

/** True while the count is that of the tag: an autoscaler that came later decides in its place. */
export function isScaled({ claims }: Pick<Desired<ServiceSpec>, 'claims'>): boolean {
  const onCount = claims.filter(({ path }) => path === '/desiredCount');
  return onCount.length > 0 && onCount.every(isOwn);
}

/** The claims that count: the tag says nothing where an autoscaler decides. */
export function withoutIdleScale(claims: readonly Claim[]): readonly Claim[] {
  const isHeldByOther = claims.some((claim) => claim.path === '/desiredCount' && !isOwn(claim));
  return isHeldByOther ? claims.filter((claim) => claim.path !== '/desiredCount' || !isOwn(claim)) : claims;
}

/**
 * Sets the count. The tag comes first: should the second call not be made, what holds the service to Git makes it.
 * @throws TerminalError `NotAllowed` for a DAEMON service, and for a count that an autoscaler would take back at once
 */
export async function scaleService(
  aws: AwsContext,
  { count, until, by }: ScaleRequest,
  desired: Desired<ServiceSpec>,
  { key, service }: ServiceLive,
  pass: Pass,
): Promise<string> {
  if (desired.spec.schedulingStrategy === 'DAEMON') {
    throw new TerminalError('NotAllowed', 'a DAEMON service has one task on each container instance, and no count');
  }
  const abort = { abortSignal: pass.signal };
  const autoscaled = desired.claims.find((claim) => claim.path === '/desiredCount' && !isOwn(claim));
  const words = autoscaled === undefined ? undefined : scaledOnce(count, autoscaled);
  if (words === undefined) {
    if (until === undefined) throw new TerminalError('NotAllowed', 'a count that Git does not say needs an end');
    const value = `${count} until ${until.toISOString()} by ${by.replaceAll(NOT_IN_TAGS, '_').slice(0, MAX_NAME)}`;
    const resourceArn = service.serviceArn ?? '';
    const tag = new TagResourceCommand({ resourceArn, tags: [{ key: SCALE_TAG, value }] });
    await doing(`TagResource ${resourceArn}`, aws.ecs.send(tag, abort));
  }
  const command = new UpdateServiceCommand({ ...key, desiredCount: count });
  await doing(`UpdateService ${key.service} in ${key.cluster}`, aws.ecs.send(command, abort));
  return (
    words ?? `${count} tasks until ${until?.toISOString() ?? ''}, then ${desired.spec.desiredCount ?? 1} as Git says`
  );
}

function scaledOnce(count: number, { by, holds }: Claim): string {
  if (typeof holds !== 'object' || !('between' in holds)) {
    throw new TerminalError('NotAllowed', `the count is held by ${by}`);
  }
  const [min, max] = holds.between;
  if (count < min || count > max) {
    throw new TerminalError(
      'NotAllowed',
      `${by} keeps the count between ${min} and ${max}: ${count} would be taken back at once; change its limits in Git`,
    );
  }
  return `${count} tasks, set once: ${by} goes on from there, between ${min} and ${max}`;
}

function isOwn({ on, by }: Claim): boolean {
  return on === by;
}

/** The name that it has now: a renamed resource is known to its driver by the old one. */
function refOf({ ownership, id }: Desired<ServiceSpec>): Ref {
  return (ownership[OWNERSHIP_TAG.resource] as Ref | undefined) ?? id;
}
