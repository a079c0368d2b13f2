import type { Change, Effect } from '../../controller/src/core/driver.ts';
import type { Json } from '../../controller/src/core/json.ts';
import type { Plan, Step, StepAction } from '../../controller/src/core/plan.ts';
import { renderJson } from '../../controller/src/core/render/json.ts';
import { renderMarkdown } from '../../controller/src/core/render/markdown.ts';
import { renderText } from '../../controller/src/core/render/text.ts';
import { expressionSeeds, manifestSeeds } from './seeds.ts';
import { hold, same, type Target } from './target.ts';

const ACTIONS: readonly StepAction[] = ['create', 'update', 'replace', 'adopt', 'delete', 'none'];
const EFFECTS: readonly Effect[] = ['inPlace', 'restartsTasks', 'replaces'];
const MOST_MARKDOWN = 2_000;

/** Plans with any text in every field: total, deterministic, and nothing in them steers a terminal or a web page. */
export const plans: Target = {
  name: 'plans',
  seeds: [...manifestSeeds(), ...expressionSeeds()],
  check(input) {
    const plan = planOf(input);
    const text = renderText(plan);
    hold(
      text.endsWith('\n') && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\n', '')),
      'text steers no terminal',
    );
    same(renderText(plan), text, 'the same plan gives the same text');
    hold(renderText(plan, { colour: true }).replaceAll(/\u001B\[\d+m/gu, '') === text, 'colours change no word');
    const markdown = renderMarkdown(plan);
    hold(!/[\p{Cc}\u202A-\u202E]/u.test(markdown.replaceAll('\n', '')), 'markdown steers nothing');
    hold(renderMarkdown(plan, { maxLength: MOST_MARKDOWN }).length <= MOST_MARKDOWN, 'markdown keeps to its length');
    const { empty, differs, ...again } = JSON.parse(renderJson(plan)) as Plan & { empty: boolean; differs: boolean };
    hold(typeof empty === 'boolean' && typeof differs === 'boolean', 'JSON says whether there is anything to do');
    same(again, plan, 'JSON is the plan');
  },
};

/** A plan that consists of these bytes, cut into texts. */
function planOf(input: Uint8Array): Plan {
  const decoded = new TextDecoder('utf-8').decode(input);
  let at = 0;
  const take = (): string => {
    const size = ((decoded.codePointAt(at) ?? 0) % 29) + 1;
    const piece = decoded.slice(at, at + size);
    at += size;
    return piece;
  };
  const number = (end: number): number => (take().codePointAt(0) ?? 0) % end;
  const json = (depth: number): Json => {
    const values: readonly (() => Json)[] = [
      take,
      () => number(1000),
      () => null,
      () => ({ [take()]: depth > 3 ? 1 : json(depth + 1), [take()]: take() }),
      () => [take(), depth > 3 ? false : json(depth + 1)],
    ];
    return (values[number(values.length)] ?? take)();
  };
  const change = (): Change => ({
    part: take(),
    path: `/${take()}`,
    ...(number(3) > 0 && { from: json(0) }),
    ...(number(3) > 0 && { to: number(4) === 0 ? { afterApply: [`A/${take()}`] } : json(0) }),
    effect: EFFECTS[number(EFFECTS.length)] ?? 'inPlace',
  });
  const some = <T>(make: () => T): readonly T[] => Array.from({ length: number(4) }, make);
  const position = () => ({ file: take(), line: number(99) + 1, column: 1 });
  const step = (): Step => ({
    ref: `${take()}/${take()}`,
    action: ACTIONS[number(ACTIONS.length)] ?? 'none',
    changes: some(change),
    parts: some(() => ({ type: take(), id: take() })),
    ...(number(2) === 0 && { position: position() }),
    notes: some(take),
    ...(number(5) === 0 && { held: true as const }),
  });
  return {
    application: take(),
    accountId: take(),
    region: take(),
    revision: take(),
    digest: take(),
    waves: some(() => some(step)),
    findings: some(() => ({
      code: take(),
      severity: number(2) === 0 ? ('error' as const) : ('warning' as const),
      path: take(),
      message: take(),
      ref: `${take()}/${take()}` as const,
      position: position(),
    })),
    refusals: some(() => ({ code: 'Lint' as const, approvable: number(2) === 0, message: take() })),
  };
}
