import { describe, expect, it } from 'vitest';
import { hookDeletePoliciesOf, hookPhasesOf, hookProblems, isSkipped } from './hooks.ts';
import { API_VERSION, type Manifest } from './manifest.ts';

const annotated = (annotations: Readonly<Record<string, string>>, kind = 'Job'): Manifest => ({
  apiVersion: API_VERSION,
  kind,
  metadata: { name: 'migrate', annotations },
  spec: {},
  positionOf: (pointer) => ({ file: `a.yaml${pointer}`, line: 3, column: 5 }),
});
const hook = (phases: string, kind?: string) => annotated({ 'longshore.dev/hook': phases }, kind);

describe('hook annotations', () => {
  it('name phases, several with commas between, in the order in which they run', () => {
    expect(hookPhasesOf(hook('PostSync, PreSync'))).toEqual(['PreSync', 'PostSync']);
    expect(hookPhasesOf(annotated({}))).toEqual([]);
    expect(isSkipped(hook('Skip'))).toBe(true);
    expect(hookPhasesOf(hook('Skip'))).toEqual([]);
  });

  it('name when what a hook left goes', () => {
    const both = annotated({ 'longshore.dev/hook-delete-policy': 'HookFailed,HookSucceeded' });
    expect(hookDeletePoliciesOf(both)).toEqual(['HookSucceeded', 'HookFailed']);
    expect(hookDeletePoliciesOf(annotated({}))).toEqual([]);
  });

  it('are errors at their place when they mean nothing', () => {
    expect(hookProblems(hook('PreSync'))).toEqual([]);
    expect(hookProblems(hook('Skip', 'Service'))).toEqual([]);
    expect(hookProblems(hook(' '))).toMatchObject([{ message: expect.stringContaining('it names no phase') }]);
    expect(hookProblems(hook('PreSync', 'Service'))).toEqual([
      {
        position: { file: 'a.yaml/metadata/annotations/longshore.dev~1hook', line: 3, column: 5 },
        path: '/metadata/annotations/longshore.dev~1hook',
        message: 'a Service cannot be a hook, expected kind Job',
      },
    ]);
  });
});
