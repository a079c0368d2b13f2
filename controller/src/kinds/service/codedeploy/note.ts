/**
 * What the description of a deployment says, so that whoever looks at it (another replica, or this one after a crash)
 * knows what it is for. Nothing else of a deployment can carry it: deployments take no tags.
 */
export interface Note {
  /** Digest of what the deployment goes to: the AppSpec, before names of AWS are in it. */
  readonly to?: string;
  /** Beginning of the digest of a hold on it. */
  readonly key?: string;
  /** What happens at the end of the ready wait, and after how many minutes. */
  readonly ready?: { readonly then: 'Continue' | 'Stop' | 'Manual'; readonly minutes: number };
  /** Id of the deployment that it takes back. */
  readonly back?: string;
}

/** Twelve hexadecimal digits: 48 bits, for comparisons for equality among the few deployments of one group. */
export const NOTE_DIGEST_LENGTH = 12;

const MARK = 'longshore';

/** At most 100 characters: https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
export function describe({ to, key, ready, back }: Note): string {
  const words = [
    MARK,
    to !== undefined && `to=${to}`,
    key !== undefined && `for=${key}`,
    ready !== undefined && `ready=${ready.then}/${ready.minutes}`,
    back !== undefined && `back=${back}`,
  ];
  return words.filter((word) => word !== false).join(' ');
}

/** Undefined: not a deployment of ours. */
export function noteIn(description: string | undefined): Note | undefined {
  const [mark, ...words] = description?.split(' ') ?? [];
  if (mark !== MARK) return undefined;
  const {
    to,
    for: key,
    ready,
    back,
  } = Object.fromEntries(words.map((word) => word.split('=', 2))) as Partial<Record<string, string>>;
  const [then, minutes] = ready?.split('/') ?? [];
  return {
    ...(to !== undefined && { to }),
    ...(key !== undefined && { key }),
    ...((then === 'Continue' || then === 'Stop' || then === 'Manual') && { ready: { then, minutes: Number(minutes) } }),
    ...(back !== undefined && { back }),
  };
}
