import { differs, isEmpty, type Plan } from '../plan.ts';

/** The plan for programs: the plan itself, whether it changes anything, and whether anything differs. Two spaces, ending with a line break. */
export function renderJson(plan: Plan): string {
  return `${JSON.stringify({ empty: isEmpty(plan), differs: differs(plan), ...plan }, undefined, 2)}\n`;
}
