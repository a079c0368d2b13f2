import type { TargetGroup, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  readElbTags,
  readTargetGroup,
  readTargetGroupAttributes,
  readTargetGroupByName,
  readTargetHealth,
} from '../../aws/reads.ts';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { Desired, Part, Pass, Subject } from '../../core/driver.ts';
import { splitRef } from '../../core/manifest.ts';
import { derivedName } from '../../core/names.ts';
import type { Attributes } from '../../elbv2/attributes.ts';
import type { Side } from '../../elbv2/pairs.ts';

/** Type of the part. */
export const TARGET_GROUP = 'elbv2:target-group';

/** The longest name of a target group (CreateTargetGroup). */
export const MAX_NAME = 32;

/** What the other of a pair has behind a forced name. */
export const ALTERNATE_SUFFIX = '-alt';

/** One target group as AWS has it. */
export interface LiveGroup {
  readonly arn: string;
  readonly name: string;
  readonly targetGroup: TargetGroup;
  readonly attributes: Attributes;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly TargetHealthDescription[];
}

/** What a TargetGroup is in AWS: a target group, and with `blueGreen` the other of the pair. */
export interface LiveTargetGroup extends LiveGroup {
  readonly alternate?: LiveGroup | undefined;
  /** Others are told of the alternate: Git wants it, or it has targets still. */
  readonly offersAlternate?: boolean;
}

/**
 * The name in AWS. Fields that cannot be changed are part of it, so that a replacement can be made before the old goes.
 * `side`: which of a pair.
 */
export function nameOf(application: string, name: string, spec: TargetGroupSpec, side: Side = 'primary'): string {
  const { targetType = 'ip', protocolVersion = 'HTTP1', ipAddressType = 'ipv4' } = spec;
  const { protocol, port, vpcId, targetControlPort } = spec;
  // What is not declared is left out: a field that Longshore learns must not rename what is there.
  const createOnly = {
    targetType,
    protocolVersion,
    ipAddressType,
    ...(protocol !== undefined && { protocol }),
    ...(port !== undefined && { port }),
    ...(vpcId !== undefined && { vpcId }),
    ...(targetControlPort !== undefined && { targetControlPort }),
    ...(side === 'alternate' && { side }),
  };
  const override =
    side === 'primary' || spec.nameOverride === undefined
      ? spec.nameOverride
      : `${spec.nameOverride}${ALTERNATE_SUFFIX}`;
  return derivedName({ application, name, createOnly, maxLength: MAX_NAME, override });
}

/** The name in AWS that a manifest wants. */
export function wantedName(desired: Desired<TargetGroupSpec>, side: Side = 'primary'): string {
  return nameOf(desired.application, splitRef(desired.id).name, desired.spec, side);
}

/** The target group of the wanted name, else the recorded one; with it the other of the pair, wanted or not. */
export async function observe(subject: Subject<TargetGroupSpec>, pass: Pass): Promise<LiveTargetGroup | undefined> {
  const { desired, recorded } = subject;
  const group = await observed(await find(subject, pass), pass);
  if (group === undefined) return undefined;
  // A replacement has an alternate of its own: the recorded one is that of the target group that it replaces.
  const isWanted = desired !== undefined && group.name === wantedName(desired);
  const other = isWanted
    ? await readTargetGroupByName(pass, wantedName(desired, 'alternate'))
    : await findRecorded(recorded, pass, [group.arn]);
  const alternate = await observed(other, pass);
  if (alternate === undefined) return group;
  const offersAlternate = desired === undefined || desired.spec.blueGreen === true || hasTargets(alternate);
  return { ...group, alternate, offersAlternate };
}

/** True while something is registered that does not drain. */
export function hasTargets({ targets }: LiveGroup): boolean {
  return targets.some((target) => target.TargetHealth?.State !== 'draining');
}

async function observed(found: TargetGroup | undefined, pass: Pass): Promise<LiveGroup | undefined> {
  const arn = found?.TargetGroupArn;
  if (found === undefined || arn === undefined) return undefined;
  const [attributes, tags, targets] = await Promise.all([
    readTargetGroupAttributes(pass, arn),
    readElbTags(pass, arn),
    readTargetHealth(pass, arn),
  ]);
  if (attributes === undefined || tags === undefined || targets === undefined) return undefined;
  return { arn, name: found.TargetGroupName ?? '', targetGroup: found, attributes, tags, targets };
}

async function find({ desired, recorded }: Subject<TargetGroupSpec>, pass: Pass): Promise<TargetGroup | undefined> {
  const named = desired === undefined ? undefined : await readTargetGroupByName(pass, wantedName(desired));
  if (named !== undefined) return named;
  // The other of the pair does not stand in for the one that somebody deleted.
  const alternate = desired === undefined ? undefined : wantedName(desired, 'alternate');
  const others = recorded.filter(({ id }) => alternate === undefined || nameInArn(id) !== alternate);
  return findRecorded(others, pass);
}

async function findRecorded(
  parts: readonly Part[],
  pass: Pass,
  except: readonly string[] = [],
): Promise<TargetGroup | undefined> {
  for (const arn of arnsOf(parts).filter((one) => !except.includes(one))) {
    const group = await readTargetGroup(pass, arn);
    if (group !== undefined) return group;
  }
  return undefined;
}

/** `api` in `arn:...:targetgroup/api/73e2d6bc24d8a067`. */
function nameInArn(arn: string): string | undefined {
  return arn.split('/').at(-2);
}

function arnsOf(parts: readonly Part[]): readonly string[] {
  return parts.filter((part) => part.type === TARGET_GROUP).map((part) => part.id);
}
