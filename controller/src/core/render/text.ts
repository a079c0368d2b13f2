import type { Change } from '../driver.ts';
import { differs, type Plan, type Step, type StepAction } from '../plan.ts';
import {
  actionInWords,
  after,
  before,
  countsInWords,
  effectInWords,
  harmless,
  hooksInWords,
  isAfterApply,
  isWorthShowing,
  pathInWords,
  shortRevision,
  SIGNS,
  stepEffect,
  valueAsBlock,
  verdictInWords,
} from './words.ts';

/** How a plan is written for a terminal. */
export interface TextOptions {
  /** ANSI colours. Default: none. */
  readonly colour?: boolean;
}

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';
type Paint = (colour: Colour, text: string) => string;

const CODES: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };
const COLOURS: Readonly<Record<StepAction, Colour>> = {
  create: 'green',
  update: 'yellow',
  replace: 'red',
  adopt: 'cyan',
  delete: 'red',
  none: 'dim',
};

/** The plan for a person at a terminal, ending with a line break. The same plan gives the same text. */
export function renderText(plan: Plan, options: TextOptions = {}): string {
  const paint: Paint = (colour, text) => (options.colour === true ? `\u001B[${CODES[colour]}m${text}\u001B[0m` : text);
  const lines = [
    paint('bold', `${harmless(plan.application)} at ${shortRevision(plan.revision)}`) +
      paint('dim', harmless(`  account ${plan.accountId}, ${plan.region}`)),
    '',
  ];
  for (const step of plan.waves.flat().filter(isWorthShowing)) lines.push(...stepLines(step, paint), '');
  const hooks = hooksInWords(plan);
  lines.push(
    ...hooks.map(([phase, refs]) => `${paint('cyan', `hook ${phase}`)}  ${refs}`),
    ...(hooks.length > 0 ? [''] : []),
  );
  for (const { position, ref, code, severity, message } of plan.findings) {
    const where = `${position.file}:${position.line}:${position.column}`;
    lines.push(
      `${paint(severity === 'error' ? 'red' : 'yellow', `${severity} ${harmless(code)}`)} ${harmless(`${where}: ${ref}: ${message}`)}`,
    );
  }
  if (plan.findings.length > 0) lines.push('');
  for (const refusal of plan.refusals ?? []) {
    const title = refusal.approvable ? paint('yellow', 'needs approval:') : paint('red', 'refused:');
    lines.push(`${title} ${harmless(refusal.message)}`);
  }
  if ((plan.refusals ?? []).length > 0) lines.push('');
  lines.push(
    differs(plan)
      ? `${verdictInWords(plan)}: ${countsInWords(plan)}.`
      : `No changes. ${paint('dim', countsInWords(plan))}`,
  );
  return `${lines.join('\n')}\n`;
}

function stepLines(step: Step, paint: Paint): readonly string[] {
  const effect = stepEffect(step);
  const words = [actionInWords(step), ...(effect === '' || step.action === 'replace' ? [] : [effect])];
  const head = `${SIGNS[step.action]} ${harmless(step.ref)}`;
  return [
    `${paint(COLOURS[step.action], head)}  ${words.join(', ')}`,
    ...(step.action === 'delete' ? step.parts.map((part) => paint('dim', `    ${harmless(part.id)}`)) : []),
    ...step.changes.flatMap((change) => changeLines(step, change, paint)),
    ...preflightLines(step, paint),
    ...step.notes.map((note) => paint('dim', `    # ${harmless(note)}`)),
  ];
}

/** What would go wrong, and how much could not be looked at: `longshore verify` says that in full. */
function preflightLines({ preflight = [] }: Step, paint: Paint): readonly string[] {
  const told = preflight.filter(({ severity }) => severity !== 'unchecked');
  const unchecked = preflight.length - told.length;
  return [
    ...told.map(({ severity, check, position, message }) => {
      const where = `${position.file}:${position.line}:${position.column}`;
      return `    ${paint(severity === 'error' ? 'red' : 'yellow', `${severity} ${check}`)} ${harmless(`${where}: ${message}`)}`;
    }),
    ...(unchecked === 0 ? [] : [paint('dim', `    # pre-flight: ${unchecked} not checked (longshore verify)`)]),
  ];
}

function changeLines(step: Step, change: Change, paint: Paint): readonly string[] {
  const path = pathInWords(change.path);
  const effect = effectInWords(change.effect);
  const tail = effect === '' || step.action === 'create' ? '' : `  ${paint('yellow', `(${effect})`)}`;
  if (change.from === undefined && change.to !== undefined) {
    const block = isAfterApply(change.to) ? undefined : valueAsBlock(change.to);
    if (block !== undefined) return [`    ${path}:${tail}`, ...block.map((line) => `      ${line}`)];
    return [`    ${path}: ${paint('green', after(change))}${tail}`];
  }
  return [`    ${path}: ${paint('red', before(change))} -> ${paint('green', after(change))}${tail}`];
}
