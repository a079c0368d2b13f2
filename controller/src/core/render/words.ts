import { stringify } from 'yaml';
import type { Change, Effect } from '../driver.ts';
import { isObject, type Json } from '../json.ts';
import { differs, isEmpty, isLeft, type Plan, type Step, type StepAction } from '../plan.ts';
import { segmentsOf } from '../pointer.ts';

/** The sign before a step, as in a diff. */
export const SIGNS: Readonly<Record<StepAction, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  adopt: '»',
  delete: '-',
  none: ' ',
};

const EFFECTS: Readonly<Record<Effect, string>> = {
  inPlace: '',
  restartsTasks: 'restarts tasks',
  replaces: 'replaces',
};

/** What a change does besides changing: empty for a change in place. */
export function effectInWords(effect: Effect): string {
  return EFFECTS[effect];
}

/** The strongest effect of a step in words; empty when everything is in place. */
export function stepEffect(step: Step): string {
  if (step.changes.some((change) => change.effect === 'replaces')) return EFFECTS.replaces;
  return step.changes.some((change) => change.effect === 'restartsTasks') ? EFFECTS.restartsTasks : '';
}

/** `task.containers.web.image`; what is no plain word stands in brackets: `tags["longshore.dev/application"]`. */
export function pathInWords(pointer: string): string {
  const text = segmentsOf(pointer)
    .map((segment) => (/^[\w-]+$/u.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`))
    .join('');
  return harmless(text.startsWith('.') ? text.slice(1) : text) || '(all)';
}

/** The value before, in words. */
export function before(change: Change): string {
  return change.from === undefined ? '(none)' : valueInWords(change.from);
}

/** The value after, in words. */
export function after(change: Change): string {
  const { to } = change;
  if (to === undefined) return '(none)';
  return isAfterApply(to) ? '(known after apply)' : valueInWords(to);
}

/** True for the place-holder of what is known only after others have been applied. */
export function isAfterApply(to: Change['to']): boolean {
  return isObject(to) && Object.keys(to).length === 1 && Array.isArray(to['afterApply']);
}

/** A value on one line. */
function valueInWords(value: Json): string {
  return harmless(JSON.stringify(value));
}

/** An object or a list of objects as lines of YAML; undefined when one line does. */
export function valueAsBlock(value: Json): readonly string[] | undefined {
  const nested = isObject(value)
    ? Object.keys(value).length > 0
    : Array.isArray(value) && value.some((item) => isObject(item));
  if (!nested) return undefined;
  return stringify(value, { lineWidth: 0 }).trimEnd().split('\n').map(harmless);
}

/**
 * Text that cannot steer a terminal or reorder what a reviewer reads: control characters and direction marks are shown by
 * their number.
 */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

/** Resources whose own text says more than "unchanged". */
export function isWorthShowing(step: Step): boolean {
  return step.action !== 'none' || isLeft(step) || step.notes.some((note) => !note.includes(' is held by '));
}

/** `2 to create, 1 to update, 1 to delete, 3 unchanged, 1 held: Service/api`. */
export function countsInWords(plan: Plan): string {
  const steps = plan.waves.flat();
  const words: readonly (readonly [StepAction, string])[] = [
    ['create', 'to create'],
    ['adopt', 'to take over'],
    ['update', 'to update'],
    ['replace', 'to replace'],
    ['delete', 'to delete'],
    ['none', 'unchanged'],
  ];
  const counted = words.flatMap(([action, label]) => {
    const count = steps.filter((step) => step.action === action && !isLeft(step)).length;
    return count === 0 ? [] : [`${count} ${label}`];
  });
  const left = steps.filter(isLeft);
  const some = (label: string, those: readonly Step[]) =>
    those.length === 0 ? [] : [`${those.length} ${label}: ${those.map((step) => harmless(step.ref)).join(' ')}`];
  const held = some(
    'held',
    left.filter((step) => step.held === true),
  );
  const foreign = some(
    'left alone',
    left.filter((step) => step.held !== true),
  );
  return [...counted, ...held, ...foreign].join(', ') || 'nothing is declared';
}

/** What a sync runs besides: `PreSync: Job/migrate`, in the order of phases and waves. */
export function hooksInWords(plan: Plan): readonly (readonly [phase: string, refs: string])[] {
  const phases = new Map<string, string[]>();
  for (const { phase, ref } of plan.hooks ?? []) phases.set(phase, [...(phases.get(phase) ?? []), harmless(ref)]);
  return [...phases].map(([phase, refs]) => [
    phase === 'SyncFail' ? 'SyncFail (only when it fails)' : phase,
    refs.join(', '),
  ]);
}

/** What stands before the counts. "No changes" alone would be a lie where something differs and stays as it is. */
export function verdictInWords(plan: Plan): string {
  if (!isEmpty(plan)) return 'Plan';
  return differs(plan) ? 'A sync would change nothing, and AWS is not as Git says' : 'No changes';
}

/** What becomes of a resource. */
export function actionInWords(step: Step): string {
  if (step.held === true) return 'held';
  if (step.action !== 'none') return step.action;
  return isLeft(step) ? 'left alone' : 'unchanged';
}

/** Short form of a revision: twelve digits of a commit or digest. */
export function shortRevision(revision: string): string {
  const digest = /^(dir:)?([0-9a-f]{12})[0-9a-f]+$/u.exec(revision);
  return digest === null ? harmless(revision) : `${digest[1] ?? ''}${digest[2]}`;
}
