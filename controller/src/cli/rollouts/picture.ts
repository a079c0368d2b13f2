import type { RolloutStepView, RolloutView } from '../../api/http/rollout.ts';
import { harmless } from '../../core/render/words.ts';
import type { Io, Style } from '../io.ts';
import { isOver, shortName, spanInWords, stepInWords, tasksInWords, trafficInWords } from './words.ts';

const MARKS: Readonly<Record<RolloutStepView['status'], string>> = {
  Pending: '○',
  InProgress: '●',
  Succeeded: '✔',
  Failed: '✘',
  Skipped: '–',
};

const STEP_STYLES: Readonly<Partial<Record<RolloutStepView['status'], Style>>> = {
  Pending: 'dim',
  InProgress: 'cyan',
  Succeeded: 'green',
  Failed: 'red',
  Skipped: 'dim',
};

const PHASE_STYLES: Readonly<Partial<Record<RolloutView['phase'], Style>>> = {
  InProgress: 'cyan',
  AwaitingPromotion: 'yellow',
  Paused: 'yellow',
  RollingBack: 'red',
  Succeeded: 'green',
  Failed: 'red',
};

const BAR = 30;
/** How many events of AWS are shown. */
const EVENTS = 4;

type Terminal = Pick<Io, 'columns' | 'style'>;

/**
 * A rollout as a person wants to see it: phase, steps with marks and durations, who gets the traffic, what is waited for,
 * the last events. `now` in ISO 8601. Each line fits the terminal.
 */
export function picture(view: RolloutView, now: string, io: Terminal): readonly string[] {
  const { application, ref, strategy, target, phase, startedAt, endedAt } = view;
  const lasted = startedAt === undefined ? '' : `  ${spanInWords(startedAt, endedAt ?? now)}`;
  const lines: Line[] = [
    [
      ['bold', `${application}/${ref}`],
      [undefined, `  ${strategy} to ${shortName(target)}  `],
      [PHASE_STYLES[phase], phase],
      [undefined, `${isOver(view) ? '' : `  ${stepInWords(view)}`}${lasted}`],
    ],
    ...traffic(view),
    ...view.sides.map((side): Line => {
      const revision = shortName(side.revision);
      return [[undefined, `  ${side.role.padEnd(7)} ${revision}  ${tasksInWords(side)}`]];
    }),
    ...stepLines(view.steps, now),
    ...notes(view),
    ...view.events
      .slice(0, EVENTS)
      .toReversed()
      .map(
        ({ at, message }): Line => [
          ['dim', `  ${new Date(at).toTimeString().slice(0, 8)}  ${message.replaceAll(/\s+/gu, ' ')}`],
        ],
      ),
  ];
  return lines.map((each) => drawn(each, io));
}

/** Pieces of a line, each with its style. */
type Line = readonly (readonly [style: Style | undefined, text: string])[];

/** Cut to the width of the terminal, then coloured: a colour is not as wide as it is long. */
function drawn(pieces: Line, { columns, style }: Terminal): string {
  let left = columns - 1;
  let text = '';
  for (const [as, piece] of pieces) {
    const safe = harmless(piece);
    const cut = safe.length <= left ? safe : `${safe.slice(0, Math.max(0, left - 1))}…`;
    left -= cut.length;
    text += as === undefined ? cut : style(as, cut);
    if (left <= 0) break;
  }
  return text.trimEnd();
}

function traffic(view: RolloutView): readonly Line[] {
  const words = trafficInWords(view);
  const fresh = view.sides.find(({ role }) => role === 'new')?.weight;
  if (words === undefined || fresh === undefined) return [];
  const filled = Math.round((Math.min(Math.max(fresh, 0), 100) / 100) * BAR);
  return [
    [
      [undefined, '  traffic '],
      ['cyan', '█'.repeat(filled)],
      ['dim', '░'.repeat(BAR - filled)],
      [undefined, `  ${words}`],
    ],
  ];
}

function stepLines(steps: RolloutView['steps'], now: string): readonly Line[] {
  const width = Math.max(0, ...steps.map(({ name }) => name.length));
  return steps.map(({ name, status, startedAt, endedAt, message }): Line => {
    const lasted = startedAt === undefined || status === 'Pending' ? '' : spanInWords(startedAt, endedAt ?? now);
    const why = message === undefined ? '' : `  ${message}`;
    return [
      [STEP_STYLES[status], `  ${MARKS[status]} ${name.padEnd(width)}`],
      ['dim', `  ${lasted}${why}`],
    ];
  });
}

function notes({ cause, waitsFor, allows, application, ref, holds }: RolloutView): readonly Line[] {
  const resource = `${application}/${ref.replace(/^Service\//u, '')}`;
  // What was paused goes on where it stands; promoted, it would skip that.
  const goesOn = (['resume', 'promote'] as const).find((action) => allows.includes(action));
  const asks = goesOn === undefined ? '' : ` ("longshore rollout ${goesOn} ${resource}" goes on)`;
  return [
    ...told('red', cause, (text) => `  because ${text}`),
    ...told('yellow', waitsFor, (text) => `  waits for ${text}${asks}`),
    ...holds.flatMap((hold) => told('yellow', hold, (text) => `  ${text}`)),
  ];
}

function told(style: Style, text: string | undefined, inWords: (text: string) => string): readonly Line[] {
  return text === undefined ? [] : [[[style, inWords(text)]]];
}

/** The same on one line, for a log. */
export function line(view: RolloutView): string {
  const { application, ref, phase, cause, waitsFor, sides } = view;
  const parts = [
    isOver(view) ? phase : `${phase}, ${stepInWords(view)}`,
    trafficInWords(view),
    ...sides.map((side) => `${side.role}: ${tasksInWords(side)}`),
    cause === undefined ? undefined : `because ${cause}`,
    waitsFor === undefined ? undefined : `waits for ${waitsFor}`,
  ];
  return harmless(`${application}/${ref}  ${parts.filter((part) => part !== undefined).join('; ')}`);
}
