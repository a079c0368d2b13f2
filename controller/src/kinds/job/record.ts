import { DOMAIN } from '../../core/manifest.ts';

/**
 * What is known of a Job stands in tags of its task definition revision, so that nothing is lost with the controller.
 * Values are words such as `run=1f2e attempt=1`, in the characters that every AWS service takes in tags, at most 256 of
 * them: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
 */
export const RECORD_TAG = {
  /** Digest of the content that the revision was made for. */
  content: `${DOMAIN}/content`,
  /** Name of the cluster that it runs in: where to look for its tasks when the manifest is gone. */
  cluster: `${DOMAIN}/cluster`,
  /** Short digests of what RunTask is asked for besides the revision, to say which field has changed. */
  settings: `${DOMAIN}/settings`,
  /** How often a person asked for another try. */
  retry: `${DOMAIN}/retry`,
  /** Written before RunTask. */
  intent: `${DOMAIN}/intent`,
  /** Written before success is reported. */
  succeeded: `${DOMAIN}/succeeded`,
  /** Written when the last try has failed. */
  failed: `${DOMAIN}/failed`,
} as const;

/** Every key of the record: never drift, never removed as somebody's tag. */
export const RECORD_TAGS: readonly string[] = Object.values(RECORD_TAG);

/** Which run an entry is of. */
interface Entry {
  /** Digest of what the run belongs to: the content, or a hook's run. */
  readonly run: string;
  /** The value of the tag `retry` at that time. */
  readonly retry: number;
  /** Tries, counted from 1. */
  readonly attempt: number;
  readonly at: Date;
}

/** RunTask was, or is about to be, called. */
export interface Intent extends Entry {
  /** Requests of this try, counted from 1: ECS refused those before. Each has a token of its own. */
  readonly launch: number;
  /** Why ECS refused the request for certain, so that nothing was started. */
  readonly refused?: string;
}

/** All essential containers exited with 0. */
export interface Success extends Entry {
  /** Id of the task, the end of its ARN. */
  readonly task: string;
}

/** The last try has failed. */
export interface Failed extends Entry {
  readonly task: string;
  /** The first exit code that is not 0; undefined when no container exited. */
  readonly exit?: number;
  /** Digest of timeout and retries: a failure binds only until these change. */
  readonly policy: string;
  readonly reason: string;
}

/** What is known of the runs of one revision: the last of each. */
export interface RunRecord {
  readonly retry: number;
  readonly intent?: Intent;
  readonly succeeded?: Success;
  readonly failed?: Failed;
}

/** The longest value of a tag. */
const MAX_VALUE = 256;

/** The record in the tags of a revision. What a person has made unreadable is as if it were not there. */
export function recordOf(tags: Readonly<Record<string, string>>): RunRecord {
  const intent = intentOf(words(tags[RECORD_TAG.intent]));
  const succeeded = successOf(words(tags[RECORD_TAG.succeeded]));
  const failed = failureOf(words(tags[RECORD_TAG.failed]));
  return {
    retry: whole(tags[RECORD_TAG.retry]) ?? 0,
    ...(intent === undefined ? {} : { intent }),
    ...(succeeded === undefined ? {} : { succeeded }),
    ...(failed === undefined ? {} : { failed }),
  };
}

/** An intent as the value of its tag. */
export function intentText({ launch, refused, ...entry }: Intent): string {
  return clipped([...entryWords(entry), `launch=${launch}`], 'refused', refused);
}

/** A success as the value of its tag. */
export function successText({ task, ...entry }: Success): string {
  return clipped([...entryWords(entry), `task=${task}`]);
}

/** A failure as the value of its tag; the reason is cut where the tag ends. */
export function failureText({ task, exit, policy, reason, ...entry }: Failed): string {
  const known = [`task=${task}`, `policy=${policy}`, ...(exit === undefined ? [] : [`exit=${exit}`])];
  return clipped([...entryWords(entry), ...known], 'reason', reason);
}

function entryWords({ run, retry, attempt, at }: Entry): readonly string[] {
  return [`run=${run}`, `retry=${retry}`, `attempt=${attempt}`, `at=${at.toISOString()}`];
}

/** The last word may hold spaces: it is the rest of the value. */
function clipped(known: readonly string[], last?: string, text?: string): string {
  const value = text === undefined ? known : [...known, `${last}=${tagText(text)}`];
  return value.join(' ').slice(0, MAX_VALUE).trimEnd();
}

/** Text in the characters of tags. */
function tagText(text: string): string {
  return text
    .replaceAll(/["'()[\]{}]/g, '')
    .replaceAll(/[^A-Za-z0-9_.:/=+@-]+/g, ' ')
    .trim();
}

type Words = ReadonlyMap<string, string>;

/** Words whose value is the rest of the text. */
const LAST_WORD = / (refused|reason)=(.*)$/;

function words(value: string | undefined): Words {
  const last = LAST_WORD.exec(value ?? '');
  const head = last === null ? (value ?? '') : (value ?? '').slice(0, last.index);
  const pairs = head.split(' ').map((word): [string, string] => {
    const split = word.indexOf('=');
    return [word.slice(0, split), word.slice(split + 1)];
  });
  return new Map(last === null ? pairs : [...pairs, [last[1] ?? '', last[2] ?? '']]);
}

function entryOf(found: Words): Entry | undefined {
  const run = found.get('run');
  const retry = whole(found.get('retry'));
  const attempt = whole(found.get('attempt'));
  const at = new Date(found.get('at') ?? '');
  if (run === undefined || retry === undefined || attempt === undefined || Number.isNaN(at.getTime())) return undefined;
  return { run, retry, attempt, at };
}

function intentOf(found: Words): Intent | undefined {
  const entry = entryOf(found);
  const launch = whole(found.get('launch'));
  const refused = found.get('refused');
  if (entry === undefined || launch === undefined) return undefined;
  return { ...entry, launch, ...(refused === undefined ? {} : { refused }) };
}

function successOf(found: Words): Success | undefined {
  const entry = entryOf(found);
  return entry && { ...entry, task: found.get('task') ?? '' };
}

function failureOf(found: Words): Failed | undefined {
  const entry = entryOf(found);
  if (entry === undefined) return undefined;
  const exit = whole(found.get('exit'));
  return {
    ...entry,
    task: found.get('task') ?? '',
    policy: found.get('policy') ?? '',
    reason: found.get('reason') ?? 'no reason on record',
    ...(exit === undefined ? {} : { exit }),
  };
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
