import type { RolloutActionName, RolloutSideView, RolloutView } from '../../api/http/rollout.ts';

/** The last part of an ARN, or of anything that has slashes. */
export function shortName(text: string): string {
  return text.split('/').at(-1) ?? text;
}

/** `1h 2m 3s`, without what is nothing; between two moments in ISO 8601. */
export function spanInWords(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  const parts: string[] = [];
  if (seconds >= 3600) parts.push(`${Math.floor(seconds / 3600)}h`);
  if (seconds >= 60 && seconds % 3600 >= 60) parts.push(`${Math.floor((seconds % 3600) / 60)}m`);
  if (seconds % 60 > 0 || parts.length === 0) parts.push(`${seconds % 60}s`);
  return parts.join(' ');
}

/** `2 of 3 tasks run, 1 starts, 1 failed`; `2 tasks run, 0 wanted` of those that are about to go. */
export function tasksInWords({ desired, running, pending, failed }: RolloutSideView): string {
  const one = (count: number): string => (count === 1 ? 'task runs' : 'tasks run');
  const parts = [
    running > desired ? `${running} ${one(running)}, ${desired} wanted` : `${running} of ${desired} ${one(desired)}`,
  ];
  if (pending > 0) parts.push(`${pending} ${pending === 1 ? 'starts' : 'start'}`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(', ');
}

/** `stable 90%, new 10%`; undefined where both sides share a target group. */
export function trafficInWords({ sides }: Pick<RolloutView, 'sides'>): string | undefined {
  const weighed = sides.filter(({ weight }) => weight !== undefined);
  return weighed.length === 0 ? undefined : weighed.map(({ role, weight }) => `${role} ${weight}%`).join(', ');
}

/** The step that it is at, by its name. */
export function stepInWords({ step, stepsOf, steps }: Pick<RolloutView, 'step' | 'stepsOf' | 'steps'>): string {
  const name = steps[step - 1]?.name;
  return `step ${step} of ${stepsOf}${name === undefined ? '' : ` (${name})`}`;
}

/** True when it moves no more. */
export function isOver({ phase }: Pick<RolloutView, 'phase'>): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

const DONE: Readonly<Record<RolloutActionName, string>> = {
  promote: 'promoted',
  pause: 'paused',
  resume: 'resumed',
  abort: 'aborted',
  retry: 'tried again',
  restart: 'restarted',
};

/** What was done to it. */
export function doneInWords(action: RolloutActionName): string {
  return DONE[action];
}
