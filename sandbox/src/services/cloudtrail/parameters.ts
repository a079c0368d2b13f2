import type { NormalizedSchema } from '@smithy/core/schema';

/** What stands for a value that CloudTrail does not write down. */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Members that hold secrets without being marked so in the schemas: environments of ECS containers. */
const secretMembers: Readonly<Record<string, readonly string[]>> = {
  ContainerDefinition: ['environment'],
  ContainerOverride: ['environment'],
};

/** "credentials": CloudTrail writes the key id and the token of temporary credentials, never the secret key. */
const omittedMembers: Readonly<Record<string, readonly string[]>> = { Credentials: ['SecretAccessKey'] };

/**
 * An input or output as CloudTrail writes it: names begin with a small letter, times are texts, secrets are hidden.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html; the form
 * of times as in the examples of https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudtrail-logs.html
 */
export function recorded(schema: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (schema.getMergedTraits().sensitive) return hidden;
  if (schema.isStructSchema()) return structure(schema, value as Readonly<Record<string, unknown>>);
  if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    return (value as readonly unknown[]).map((one) => recorded(element, one));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(value as Readonly<Record<string, unknown>>);
    return Object.fromEntries(entries.map(([key, one]) => [key, recorded(schema.getValueSchema(), one)]));
  }
  if (value instanceof Date) return timeText(value);
  return value instanceof Uint8Array ? hidden : value;
}

function structure(schema: NormalizedSchema, value: Readonly<Record<string, unknown>>): object {
  const name = schema.getName() ?? '';
  const members: Record<string, unknown> = {};
  for (const [member, memberSchema] of schema.structIterator()) {
    if (omittedMembers[name]?.includes(member)) continue;
    const secret = value[member] !== undefined && secretMembers[name]?.includes(member);
    const found = secret ? hidden : recorded(memberSchema, value[member]);
    if (found !== undefined) members[member.charAt(0).toLowerCase() + member.slice(1)] = found;
  }
  return members;
}

/** `Apr 11, 2016 5:23:50 PM`. By hand: Intl takes long for what is done so often. */
function timeText(date: Date): string {
  const hours = date.getUTCHours();
  const [, minutesAndSeconds = ''] = /T\d\d:(\d\d:\d\d)/.exec(date.toISOString()) ?? [];
  const day = `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  return `${day} ${hours % 12 === 0 ? 12 : hours % 12}:${minutesAndSeconds} ${hours < 12 ? 'AM' : 'PM'}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
