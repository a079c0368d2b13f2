import type { Plan } from '../core/plan.ts';
import { renderJson } from '../core/render/json.ts';
import { renderMarkdown } from '../core/render/markdown.ts';
import { renderText } from '../core/render/text.ts';
import type { Io } from './io.ts';

/** How a plan can be printed. */
export type PlanFormat = 'text' | 'markdown' | 'json';

/** The plan in that form, with a line break at its end. */
export function renderPlan(plan: Plan, format: PlanFormat, io: Io): string {
  if (format === 'json') return renderJson(plan);
  return format === 'markdown' ? renderMarkdown(plan) : renderText(plan, { colour: io.colour });
}
