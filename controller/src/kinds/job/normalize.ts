import type { JobSpec } from '../../api/job.ts';
import { diffTrees } from '../../core/diff.ts';
import type { Change, Desired } from '../../core/driver.ts';
import { managedTags, wantedTags } from '../../core/ownership.ts';
import { type Place, taskSetting } from '../../ecs/capacity.ts';
import { canonicalLiveTask, canonicalTask, TASK_DIFF } from '../../ecs/task.ts';
import { SETTINGS, settingDigests, settingsOf } from './content.ts';
import { hasSucceeded, type JobLive, type JobRevision } from './live.ts';
import { RECORD_TAG, RECORD_TAGS } from './record.ts';

/** What differs. Nothing, once the run that the manifest asks for is on record as done and the tags are as wanted. */
export function jobChanges(desired: Desired<JobSpec>, live: JobLive, place: Place): readonly Change[] {
  const { wanted } = live;
  if (wanted === undefined) return contentChanges(desired, live, place);
  // A revision that somebody has deregistered takes no tags any more.
  const tags = wanted.isActive ? tagChanges(desired, wanted) : [];
  return hasSucceeded(wanted, desired) ? tags : [...tags, toRun(inWords(wanted))];
}

/** Another content: the fields in which it differs from the newest revision. */
function contentChanges(desired: Desired<JobSpec>, live: JobLive, place: Place): readonly Change[] {
  const [newest] = live.revisions;
  if (newest === undefined) return [];
  const task = diffTrees(
    'ecs:task-definition',
    { task: canonicalLiveTask(newest.definition) },
    { task: canonicalTask(desired.spec.task, taskSetting(desired.spec, place)) },
    { ...TASK_DIFF, unknown: desired.unknown },
  );
  const changes = [...task, ...settingChanges(desired, newest)];
  return changes.length > 0 ? changes : [toRun('another content')];
}

/** AWS forgets how a task was run: the digests say which settings differ, not what they were. */
function settingChanges({ spec, unknown }: Desired<JobSpec>, newest: JobRevision): readonly Change[] {
  const then = digestsIn(newest.tags[RECORD_TAG.settings] ?? '');
  const now = digestsIn(settingDigests(spec));
  const values = settingsOf(spec);
  return SETTINGS.filter((name) => then.get(name) !== now.get(name)).map((name): Change => {
    const path = `/${name}`;
    const after = unknown.filter((place) => place.path.startsWith(path)).flatMap((place) => place.after);
    const value = values[name];
    const to = after.length > 0 ? { afterApply: after } : value;
    return { part: 'ecs:task', path, ...(to === undefined ? {} : { to }), effect: 'restartsTasks' };
  });
}

function digestsIn(text: string): ReadonlyMap<string, string> {
  return new Map(text.split(' ').map((word) => [word.split('=')[0] ?? '', word.split('=')[1] ?? '']));
}

function tagChanges(desired: Desired<JobSpec>, { tags }: JobRevision): readonly Change[] {
  const wanted = wantedTags(desired.spec.tags, desired.ownership);
  const keys = (desired.managedTagKeys ?? []).filter((key) => !RECORD_TAGS.includes(key));
  return diffTrees('ecs:task-definition', { tags: managedTags(tags, wanted, keys) }, { tags: wanted });
}

function toRun(from: string): Change {
  return { part: 'ecs:task', path: '/run', from, to: 'succeeded', effect: 'restartsTasks' };
}

/** What the record of the present content says, for the plan. */
function inWords({ record: { intent, failed, succeeded, retry } }: JobRevision): string {
  if (failed !== undefined && failed.retry === retry) return `failed: ${failed.reason}`;
  if (intent !== undefined && intent.retry === retry) return `try ${intent.attempt} has begun`;
  return succeeded === undefined ? 'not run' : 'run before';
}
