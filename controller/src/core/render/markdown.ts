import { differs, type Plan, type Step } from '../plan.ts';
import {
  actionInWords,
  countsInWords,
  harmless,
  hooksInWords,
  isWorthShowing,
  shortRevision,
  stepEffect,
  verdictInWords,
} from './words.ts';
import { renderText } from './text.ts';

/** How a plan is written for a pull request. */
export interface MarkdownOptions {
  /** The most characters; details that do not fit are left out, and it says so. Default 60000: GitHub takes 65536. */
  readonly maxLength?: number;
}

const DEFAULT_MAX_LENGTH = 60_000;

/** The plan as a comment on a pull request: a table of what happens, the fields folded below. Ends with a line break. */
export function renderMarkdown(plan: Plan, options: MarkdownOptions = {}): string {
  const maxLength = options.maxLength ?? DEFAULT_MAX_LENGTH;
  const title = `### Longshore: ${code(plan.application)} at ${code(shortRevision(plan.revision))}`;
  const lines = [title, '', `Account ${code(plan.accountId)}, region ${code(plan.region)}`, ''];
  lines.push(differs(plan) ? `**${verdictInWords(plan)}:** ${plain(countsInWords(plan))}.` : '**No changes.**', '');

  for (const refusal of plan.refusals ?? []) {
    lines.push(`> ${refusal.approvable ? '⚠️ **Needs approval:**' : '⛔ **Refused:**'} ${plain(refusal.message)}`, '>');
  }
  if ((plan.refusals ?? []).length > 0) lines.push('');
  const steps = plan.waves.flat().filter(isWorthShowing);
  if (steps.length > 0) {
    lines.push('| Resource | Action | Fields | |', '|---|---|---:|---|', ...steps.map(row), '');
  }
  const hooks = hooksInWords(plan);
  if (hooks.length > 0)
    lines.push('| Hooks | |', '|---|---|', ...hooks.map((words) => `| ${words.map(cell).join(' | ')} |`), '');
  const preflight = steps.flatMap(({ ref, preflight: found = [] }) => found.map((one) => ({ ref, ...one })));
  const told = preflight.filter(({ severity }) => severity !== 'unchecked');
  if (told.length > 0) {
    lines.push('| Pre-flight | Where | |', '|---|---|---|');
    for (const { check, severity, ref, position, message } of told) {
      const where = `${code(`${position.file}:${position.line}`)} ${code(ref)}`;
      lines.push(`| ${severity} ${cell(check)} | ${where} | ${cell(message)} |`);
    }
    lines.push('');
  }
  if (plan.findings.length > 0) {
    lines.push('| Finding | Where | |', '|---|---|---|');
    for (const { code: rule, severity, ref, position, message } of plan.findings) {
      lines.push(
        `| ${severity} ${cell(rule)} | ${code(`${position.file}:${position.line}`)} ${code(ref)} | ${cell(message)} |`,
      );
    }
    lines.push('');
  }
  const summary = lines.join('\n');
  const details = differs(plan) ? folded(plan) : '';
  if (summary.length + details.length <= maxLength) return `${summary}${details}`;
  const note = '_The fields do not fit here; `longshore plan` shows them._\n';
  return `${summary.slice(0, Math.max(0, maxLength - note.length - 1))}\n${note}`;
}

function row(step: Step): string {
  const words = [stepEffect(step), ...step.notes].filter((word) => word !== '').map(cell);
  return `| ${code(step.ref)} | ${actionInWords(step)} | ${step.changes.length} | ${words.join('<br>')} |`;
}

function folded(plan: Plan): string {
  const text = renderText({ ...plan, findings: [], refusals: [] }).trimEnd();
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `<details><summary>Fields</summary>\n\n${fence}text\n${text}\n${fence}\n\n</details>\n`;
}

/** How many backticks stand together at most: a fence must be longer. */
function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/gu)].map((match) => match[0].length));
}

/** Text of others inside Markdown: neither markup, nor a mention that writes to people. */
function plain(text: string): string {
  return harmless(text)
    .replaceAll(/[&<>]/gu, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll(/[\\`*_{}[\]()#!|~]/gu, '\\$&')
    .replaceAll('@', '@\u2060');
}

function cell(text: string): string {
  return plain(text);
}

/** A code span for short words: the delimiter is longer than any run of backticks inside. */
function code(text: string): string {
  const safe = harmless(text).replaceAll('|', '\\|');
  const delimiter = '`'.repeat(longestRun(safe) + 1);
  const pad = safe.startsWith('`') || safe.endsWith('`') ? ' ' : '';
  return `${delimiter}${pad}${safe}${pad}${delimiter}`;
}
