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

/** Type of the part. */
export const TARGET_GROUP = 'elbv2:target-group';

/** The longest name of a target group (CreateTargetGroup). */
const MAX_NAME = 32;

/** A target group as AWS has it. */
export interface LiveTargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly targetGroup: TargetGroup;
  readonly attributes: Attributes;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly TargetHealthDescription[];
}

/** The name in AWS. Fields that cannot be changed are part of it, so that a replacement can be made before the old goes. */
export function nameOf(application: string, name: string, spec: TargetGroupSpec): string {
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
  };
  return derivedName({ application, name, createOnly, maxLength: MAX_NAME, override: spec.nameOverride });
}

/** The name in AWS that a manifest wants. */
export function wantedName(desired: Desired<TargetGroupSpec>): string {
  return nameOf(desired.application, splitRef(desired.id).name, desired.spec);
}

/** The target group of the wanted name, else the recorded one. */
export async function observe(subject: Subject<TargetGroupSpec>, pass: Pass): Promise<LiveTargetGroup | undefined> {
  const found = await find(subject, pass);
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
  for (const arn of arnsOf(recorded)) {
    const group = await readTargetGroup(pass, arn);
    if (group !== undefined) return group;
  }
  return undefined;
}

function arnsOf(parts: readonly Part[]): readonly string[] {
  return parts.filter((part) => part.type === TARGET_GROUP).map((part) => part.id);
}
