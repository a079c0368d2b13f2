import {
  DeregisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { TaskTemplate } from '../api/task.ts';
import type { AwsContext } from '../aws/context.ts';
import { doing, isAbsent, wrapAws } from '../aws/errors.ts';
import { readActiveRevisions, readTaskDefinition, type TaggedTaskDefinition } from '../aws/reads.ts';
import { diffTrees } from '../core/diff.ts';
import type { Pass } from '../core/driver.ts';
import { DOMAIN } from '../core/manifest.ts';
import { OWNERSHIP_TAG } from '../core/ownership.ts';
import { renderTaskDefinition } from './render.ts';
import { tagMap } from './tags.ts';
import { canonicalLiveTask, canonicalTask, TASK_DIFF, type TaskSetting } from './task.ts';

/** The tag of a revision that names the AWS service it was made for: a replaced service and its successor share a family. */
export const SERVICE_TAG = `${DOMAIN}/service`;

/** The task definition that a resource wants. */
export interface WantedRevision {
  readonly family: string;
  readonly task: TaskTemplate;
  readonly setting: TaskSetting;
  /** With the ownership tags: only revisions that carry them are reused or deregistered. */
  readonly tags: Readonly<Record<string, string>>;
}

/** True when the live definition is what the manifest says, with AWS's echo of defaults folded. */
export function isSameTask(live: TaskDefinition, task: TaskTemplate, setting: TaskSetting): boolean {
  const from = { task: canonicalLiveTask(live) };
  return diffTrees('ecs:task-definition', from, { task: canonicalTask(task, setting) }, TASK_DIFF).length === 0;
}

/**
 * ARN of an ACTIVE revision with the wanted content: the newest one that is ours already, else a new one. Looks freshly,
 * so that a crash after a registration does not make a second one.
 */
export async function ensureRevision(aws: AwsContext, pass: Pass, wanted: WantedRevision): Promise<string> {
  for (const arn of await readActiveRevisions(pass, wanted.family, { fresh: true })) {
    const found = await readTaskDefinition(pass, arn);
    if (found === undefined || !carries(found, wanted.tags)) continue;
    if (isSameTask(found.taskDefinition, wanted.task, wanted.setting)) return arn;
  }
  return registerRevision(aws, pass, wanted);
}

/** ARN of a new revision. */
export async function registerRevision(aws: AwsContext, pass: Pass, wanted: WantedRevision): Promise<string> {
  const input = renderTaskDefinition(wanted.family, wanted.task, wanted.setting, wanted.tags);
  const answer = await doing(
    `RegisterTaskDefinition ${wanted.family}`,
    aws.ecs.send(new RegisterTaskDefinitionCommand(input), { abortSignal: pass.signal }),
  );
  const arn = answer.taskDefinition?.taskDefinitionArn;
  if (arn === undefined) throw new Error(`RegisterTaskDefinition ${wanted.family}: the answer names no ARN`);
  return arn;
}

/** Which revisions go. */
export interface Trim {
  readonly family: string;
  /** Only revisions that carry the ownership tags among these, and the same service tag, are touched. */
  readonly tags: Readonly<Record<string, string>>;
  /** How many that nobody uses stay, the newest ones. */
  readonly keep: number;
  /** ARNs that deployments, service revisions and running tasks use. Asked for only when something may go. */
  readonly inUse: () => Promise<ReadonlySet<string>>;
}

/** Deregisters old revisions of our own. One that is in use stays, whatever its age. */
export async function trimRevisions(aws: AwsContext, pass: Pass, trim: Trim): Promise<void> {
  const own = await ownRevisions(pass, trim);
  if (own.length <= trim.keep) return;
  const inUse = await trim.inUse();
  const unused = own.filter((arn) => !inUse.has(arn));
  for (const arn of unused.slice(trim.keep)) await deregister(aws, pass, arn);
}

/** ARNs of the ACTIVE revisions of our own, newest first. */
async function ownRevisions(pass: Pass, { family, tags }: Pick<Trim, 'family' | 'tags'>): Promise<readonly string[]> {
  const arns = await readActiveRevisions(pass, family, { fresh: true });
  const found = await Promise.all(arns.map((arn) => readTaskDefinition(pass, arn)));
  return arns.filter((_, index) => {
    const revision = found[index];
    return revision !== undefined && carries(revision, tags);
  });
}

/** Deregisters a revision; one that is not there is fine. */
export async function deregister(aws: AwsContext, pass: Pass, arn: string): Promise<void> {
  try {
    await aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }), { abortSignal: pass.signal });
  } catch (error) {
    if (!isAbsent(error)) throw wrapAws(error, `DeregisterTaskDefinition ${arn}`);
  }
}

/** Tags that make a revision ours. Others may change without making it another's. */
const IDENTITY = [OWNERSHIP_TAG.application, OWNERSHIP_TAG.resource, OWNERSHIP_TAG.instance, SERVICE_TAG];

function carries(revision: TaggedTaskDefinition, tags: Readonly<Record<string, string>>): boolean {
  const live = tagMap(revision.tags);
  return IDENTITY.every((key) => live[key] !== undefined && live[key] === tags[key]);
}
