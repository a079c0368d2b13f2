import { expect, it } from 'vitest';
import type { Change } from './driver.ts';
import { differs, type Plan, type Step } from './plan.ts';
import { planSince } from './plan-since.ts';

const POSITION = { file: 'a.yaml', line: 1, column: 1 };
const change = (path: string, to: number): Change => ({ part: 'ecs:service', path, from: 1, to, effect: 'inPlace' });
const step = (ref: Step['ref'], action: Step['action'], changes: readonly Change[] = []): Step => ({
  ref,
  action,
  changes,
  parts: [],
  notes: [],
  ...(action !== 'delete' && { position: POSITION }),
});
const plan = (steps: readonly Step[], more: Partial<Plan> = {}): Plan => ({
  application: 'shop',
  accountId: '1',
  region: 'r',
  revision: 'x',
  digest: 'd',
  waves: [steps],
  findings: [],
  ...more,
});

it('leaves out what differs without the change as well: drift, and commits that wait', () => {
  const base = plan([step('Service/web', 'update', [change('/cpu', 2)]), step('Service/old', 'delete')]);
  const head = plan([
    step('Service/web', 'update', [change('/cpu', 2), change('/memory', 4)]),
    step('Service/old', 'delete'),
  ]);
  const since = planSince(base, head);
  expect(since.waves[0]).toMatchObject([
    { ref: 'Service/web', action: 'update', changes: [{ path: '/memory' }] },
    { ref: 'Service/old', action: 'none' },
  ]);
  expect(differs(planSince(head, head))).toBe(false);
});

it('keeps a field that goes to another value, and a step that becomes another', () => {
  const base = plan([
    step('Service/web', 'update', [change('/cpu', 2)]),
    step('Service/api', 'update', [change('/cpu', 2)]),
  ]);
  const head = plan([
    step('Service/web', 'update', [change('/cpu', 3)]),
    step('Service/api', 'replace', [change('/cpu', 2)]),
  ]);
  expect(planSince(base, head).waves).toEqual(head.waves);
});

it('tells a removal from a step on the same name', () => {
  const base = plan([step('Service/web', 'delete')]);
  const head = plan([step('Service/web', 'create', [change('/cpu', 1)])]);
  expect(planSince(base, head).waves).toEqual(head.waves);
});

it('names the findings and refusals that are new', () => {
  const finding = {
    code: 'LS1001',
    severity: 'warning',
    ref: 'Service/web',
    path: '/a',
    message: 'm',
    position: POSITION,
  } as const;
  const refusal = { code: 'Lint', approvable: false, message: 'old' } as const;
  const base = plan([], { findings: [finding], refusals: [refusal] });
  const head = plan([], {
    findings: [finding, { ...finding, path: '/b' }],
    refusals: [refusal, { ...refusal, message: 'new' }],
  });
  const since = planSince(base, head);
  expect(since.findings.map(({ path }) => path)).toEqual(['/b']);
  expect(since.refusals?.map(({ message }) => message)).toEqual(['new']);
});
