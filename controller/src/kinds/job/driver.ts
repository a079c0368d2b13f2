import type { Task } from '@aws-sdk/client-ecs';
import type { JobSpec } from '../../api/job.ts';
import type { AwsContext } from '../../aws/context.ts';
import type { Driver, Outputs, ResourceEvent } from '../../core/driver.ts';
import { openExec } from '../../ecs/exec.ts';
import { stopReason } from '../../ecs/stops.ts';
import { taskStates } from '../../ecs/tasks.ts';
import { actOnJob } from './act.ts';
import { ensureJob } from './ensure.ts';
import { jobHealth } from './health.ts';
import { type JobLive, observeJob, PART, taskId, tasksOfJob } from './live.ts';
import { jobChanges } from './normalize.ts';
import { RECORD_TAG } from './record.ts';
import { jobPreflight } from './preflight.ts';
import { removeJob } from './remove.ts';

/** The driver of Jobs: tasks that run to their end, once. */
export function jobDriver(aws: AwsContext): Driver<JobSpec, JobLive> {
  return {
    observe: observeJob,
    parts: ({ revisions }) => revisions.map(({ arn, tags }) => ({ type: PART, id: arn, tags })),
    outputs: (live) => outputsOf(live, aws),
    rollout: () => undefined,
    events: ({ tasks }) => tasks.flatMap(eventsOf),
    claims: () => [],
    diff: (desired, live) => jobChanges(desired, live, aws),
    ensure: (desired, live, pass) => ensureJob(aws, desired, live, pass),
    act: (action, live, pass) => actOnJob(aws, action, live, pass),
    preflight: jobPreflight(aws),
    tasks: async (live, pass) => taskStates(await tasksOfJob(live, pass)),
    exec: async (request, live, pass) => openExec(aws, taskStates(await tasksOfJob(live, pass)), request, pass.signal),
    remove: (live, pass) => removeJob(aws, live, pass),
    health: jobHealth,
  };
}

/** Of the last run of the present content that succeeded; ECS itself forgets the task after an hour. */
function outputsOf({ wanted }: JobLive, { partition, region, accountId }: AwsContext): Outputs {
  if (wanted === undefined) return {};
  const outputs = { taskDefinitionArn: wanted.arn };
  const { succeeded } = wanted.record;
  if (succeeded === undefined) return outputs;
  const task = `task/${wanted.tags[RECORD_TAG.cluster]}/${succeeded.task}`;
  return { ...outputs, exitCode: 0, taskArn: `arn:${partition}:ecs:${region}:${accountId}:${task}` };
}

/** What became of a task, newest first. */
function eventsOf(task: Task): readonly ResourceEvent[] {
  const id = taskId(task);
  const moments: readonly (readonly [string, Date | undefined, string])[] = [
    ['stopped', task.stoppedAt, `task ${id} stopped: ${stopReason(task)}`],
    ['started', task.startedAt, `task ${id} runs`],
    ['created', task.createdAt, `task ${id} was asked for`],
  ];
  return moments.flatMap(([what, at, message]) => (at === undefined ? [] : [{ id: `${id}/${what}`, at, message }]));
}
