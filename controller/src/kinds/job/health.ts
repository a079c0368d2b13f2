import type { JobSpec } from '../../api/job.ts';
import type { Desired, Health } from '../../core/driver.ts';
import { failureSummary, unknownInWords } from './failure.ts';
import { type JobLive, taskId } from './live.ts';
import { type RunState, stateOf } from './state.ts';

type Ended = Extract<RunState, { is: 'ended' }>;

/** Health of the run that the manifest asks for, never of an earlier one. */
export function jobHealth(desired: Desired<JobSpec>, live: JobLive, now: Date): Health {
  const state = stateOf(desired, live, now);
  switch (state.is) {
    case 'succeeded':
      return health(
        'Healthy',
        'Succeeded',
        `task ${state.success.task} succeeded at ${state.success.at.toISOString()}`,
      );
    case 'failed':
      return health('Degraded', 'JobFailed', failureSummary(state.failure));
    case 'forgiven':
      return health('Degraded', 'JobFailed', `${failureSummary(state.failure)}; the next sync tries it again`);
    case 'unknown':
      return health('Degraded', 'OutcomeUnknown', unknownInWords(desired, state.intent));
    case 'refused':
      return health('Degraded', 'NotStarted', `ECS did not start the task: ${state.reason}`);
    case 'notRun':
      return health('Missing', 'NotRun', 'it has not run yet');
    case 'waitsForOther':
      return health('Progressing', 'Waiting', `waits for ${state.what}`);
    case 'asked':
      return health('Progressing', 'Starting', `ECS was asked to start try ${state.intent.attempt}`);
    case 'running':
      return health('Progressing', 'Running', `task ${taskId(state.task)} is ${state.task.lastStatus}`);
    default:
      return endedHealth(desired, state);
  }
}

/** The task has stopped, and nobody has written down how. */
function endedHealth({ spec }: Desired<JobSpec>, { task, verdict, intent }: Ended): Health {
  const id = taskId(task);
  if (verdict.success) return health('Progressing', 'Succeeding', `task ${id} succeeded; a sync has to record it`);
  return intent.attempt <= (spec.retries ?? 0)
    ? health('Progressing', 'Retrying', `try ${intent.attempt} failed: ${verdict.reason}`)
    : health('Degraded', 'JobFailed', `task ${id} failed: ${verdict.reason}`);
}

function health(status: Health['status'], reason: string, message: string): Health {
  return { status, reason, message };
}
