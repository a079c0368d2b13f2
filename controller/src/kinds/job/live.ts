import type { Task } from '@aws-sdk/client-ecs';
import type { JobSpec } from '../../api/job.ts';
import {
  readActiveRevisions,
  readFamilyTasks,
  readTask,
  readTaskDefinition,
  type TaggedTaskDefinition,
} from '../../aws/reads.ts';
import type { Desired, Pass, Subject } from '../../core/driver.ts';
import { sameOwner } from '../../core/ownership.ts';
import { clusterArnOf, familyName } from '../../ecs/names.ts';
import { tagMap } from '../../ecs/tags.ts';
import { contentOf, isOfJob, runOf, startedByOf } from './content.ts';
import { RECORD_TAG, recordOf, type RunRecord } from './record.ts';

/** Type of the parts of a Job: its task definition revisions. */
export const PART = 'ecs:task-definition';

/** A task definition revision of the Job, with what is known of its runs. */
export interface JobRevision {
  readonly arn: string;
  /** False: somebody has deregistered it. */
  readonly isActive: boolean;
  readonly definition: TaggedTaskDefinition['taskDefinition'];
  readonly tags: Readonly<Record<string, string>>;
  readonly record: RunRecord;
}

/** All that is known of a Job. */
export interface JobLive {
  readonly family: string;
  /** ACTIVE revisions of our own, newest first, then those that count all the same. Never empty. */
  readonly revisions: readonly JobRevision[];
  /** The revision of the content that the manifest has now; without a manifest the newest one. */
  readonly wanted: JobRevision | undefined;
  /** Tasks that Jobs have started from these revisions, newest first; not read once the run has succeeded. */
  readonly tasks: readonly Task[];
}

/** The tasks of the Job that ECS still shows, also once its run has succeeded. */
export async function tasksOfJob({ family, revisions }: JobLive, pass: Pass): Promise<readonly Task[]> {
  const clusters = [...new Set(revisions.flatMap(({ tags }) => tags[RECORD_TAG.cluster] ?? []))];
  const owners = revisions.map(({ tags }) => tags);
  const found = await Promise.all(clusters.map((cluster) => tasksOf(pass, { family, owners, cluster }, revisions)));
  return [...new Map(found.flat().map((task) => [task.taskArn, task])).values()];
}

/** What has been registered for the Job, and its tasks while the record leaves something open. */
export async function observeJob(subject: Subject<JobSpec>, pass: Pass): Promise<JobLive | undefined> {
  const { desired } = subject;
  const place = desired === undefined ? await recordedPlace(subject.recorded, pass) : placeOf(desired);
  if (place === undefined) return undefined;
  const revisions = await revisionsOf(subject, place, pass);
  if (revisions.length === 0) return undefined;
  const wanted = desired === undefined ? revisions[0] : wantedOf(revisions, desired);
  const settled = desired !== undefined && hasSucceeded(wanted, desired);
  return { family: place.family, revisions, wanted, tasks: settled ? [] : await tasksOf(pass, place, revisions) };
}

/**
 * The revisions of our own. Their tags are kept between passes, and others may change them: those of the revision that
 * counts are read afresh, and all while its record leaves something open. One that somebody has deregistered counts as
 * long as it says that the Job has run: a migration does not run again because its definition was tidied away.
 */
async function revisionsOf(
  { desired, recorded }: Subject<JobSpec>,
  { family, owners }: JobPlace,
  pass: Pass,
): Promise<readonly JobRevision[]> {
  const active = await readActiveRevisions(pass, family);
  const own = (revision: JobRevision): boolean => owners.some((owner) => sameOwner(revision.tags, owner));
  if (desired !== undefined) {
    const known = (await revisionsFrom(pass, active, { isActive: true, fresh: false })).filter(own);
    const wanted = wantedOf(known, desired);
    if (wanted !== undefined && hasSucceeded(wanted, desired)) {
      const [fresh] = (await revisionsFrom(pass, [wanted.arn], { isActive: true, fresh: true })).filter(own);
      if (fresh !== undefined) return known.map((revision) => (revision === wanted ? fresh : revision));
    }
  }
  const all = (await revisionsFrom(pass, active, { isActive: true, fresh: true })).filter(own);
  if (desired === undefined) return all;
  const gone = recorded.flatMap(({ type, id }) => (type === PART && !active.includes(id) ? [id] : []));
  const inactive = (await revisionsFrom(pass, gone, { isActive: false, fresh: false })).filter(own);
  return [...all, ...inactive.filter((revision) => hasSucceeded(wantedOf([revision], desired), desired))];
}

/** True when the run that the manifest asks for is on record as done: any run of this content, or this very hook's. */
export function hasSucceeded(revision: JobRevision | undefined, desired: Desired<JobSpec>): boolean {
  const success = revision?.record.succeeded;
  return success !== undefined && (desired.run === undefined || success.run === runOf(desired));
}

/** Id of a task: the end of its ARN. */
export function taskId(task: Pick<Task, 'taskArn'>): string {
  return task.taskArn?.split('/').at(-1) ?? '';
}

/** The task of an intent, when ECS still shows it: for at least an hour after it stopped. */
export function taskOfIntent({ tasks }: JobLive, { record, arn }: JobRevision): Task | undefined {
  const { intent } = record;
  if (intent === undefined) return undefined;
  const startedBy = startedByOf(intent);
  return tasks.find((task) => task.startedBy === startedBy && task.taskDefinitionArn === arn);
}

interface JobPlace {
  readonly family: string;
  /** Ownership tags; of two owners while it is being renamed. */
  readonly owners: readonly Readonly<Record<string, string>>[];
  /** Where the manifest says that it runs now. */
  readonly cluster?: string | undefined;
}

function placeOf(desired: Desired<JobSpec>): JobPlace {
  const cluster = clusterArnOf(desired)?.split('/').at(-1);
  return { family: familyName(desired), owners: [desired.ownership], cluster };
}

/** The manifest is gone: the revisions on record say whose they are, also once they are INACTIVE. */
async function recordedPlace(recorded: Subject<JobSpec>['recorded'], pass: Pass): Promise<JobPlace | undefined> {
  const arns = recorded.flatMap(({ type, id }) => (type === PART ? [id] : []));
  const revisions = await revisionsFrom(pass, arns, { isActive: false, fresh: false });
  const family = revisions.find(({ definition }) => definition.family !== undefined)?.definition.family;
  return family === undefined ? undefined : { family, owners: revisions.map(({ tags }) => tags) };
}

async function revisionsFrom(
  pass: Pass,
  arns: readonly string[],
  { isActive, fresh }: { readonly isActive: boolean; readonly fresh: boolean },
): Promise<readonly JobRevision[]> {
  const found = await Promise.all(arns.map((arn) => readTaskDefinition(pass, arn, { fresh })));
  return arns.flatMap((arn, index) => {
    const revision = found[index];
    return revision === undefined ? [] : revisionOf(arn, revision, isActive);
  });
}

/** A revision as AWS gives it, with its record. */
export function revisionOf(
  arn: string,
  { taskDefinition, tags }: TaggedTaskDefinition,
  isActive: boolean,
): JobRevision {
  const map = tagMap(tags);
  return { arn, isActive, definition: taskDefinition, tags: map, record: recordOf(map) };
}

/**
 * The revision of the wanted content. A list that lagged behind may have led to two: the one whose record has come
 * furthest counts, then the newer one.
 */
function wantedOf(revisions: readonly JobRevision[], desired: Desired<JobSpec>): JobRevision | undefined {
  if (desired.unknown.length > 0) return undefined;
  const content = contentOf(desired);
  const same = revisions.filter((revision) => revision.tags[RECORD_TAG.content] === content);
  return same.toSorted((a, b) => progressOf(b.record) - progressOf(a.record))[0];
}

function progressOf({ intent, succeeded, failed }: RunRecord): number {
  return succeeded !== undefined ? 3 : failed !== undefined ? 2 : intent !== undefined ? 1 : 0;
}

/** Our tasks in the clusters that they may run in. A Service of the same name has the same family. */
async function tasksOf(
  pass: Pass,
  { family, owners, cluster }: JobPlace,
  revisions: readonly JobRevision[],
): Promise<readonly Task[]> {
  const clusters = new Set([
    ...(cluster === undefined ? [] : [cluster]),
    ...revisions.flatMap(({ record, tags }) => (record.intent === undefined ? [] : (tags[RECORD_TAG.cluster] ?? []))),
  ]);
  const statuses = ['RUNNING', 'STOPPED'] as const;
  const found = await Promise.all(
    [...clusters].flatMap((name) => statuses.map((status) => tasksIn(pass, { cluster: name, family, status }))),
  );
  const arns = new Set(revisions.map((revision) => revision.arn));
  const own = (task: Task): boolean =>
    arns.has(task.taskDefinitionArn ?? '') || owners.some((owner) => sameOwner(tagMap(task.tags), owner));
  return found
    .flat()
    .filter((task) => isOfJob(task.startedBy) && own(task))
    .toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

async function tasksIn(
  pass: Pass,
  key: { readonly cluster: string; readonly family: string; readonly status: 'RUNNING' | 'STOPPED' },
): Promise<readonly Task[]> {
  const arns = await readFamilyTasks(pass, key);
  const tasks = await Promise.all(arns.map((task) => readTask(pass, { cluster: key.cluster, task })));
  return tasks.filter((task) => task !== undefined);
}
