import { describe, expect, it } from 'vitest';
import { syncOptionsOf } from './sync-options.ts';

const of = (sync: string, compare = '') =>
  syncOptionsOf({ 'longshore.dev/sync-options': sync, 'longshore.dev/compare-options': compare });

describe('sync options', () => {
  it('without annotations let everything go its way', () => {
    expect(syncOptionsOf(undefined)).toEqual({
      prune: 'delete',
      removal: 'delete',
      replace: false,
      pruneLast: false,
      preflight: true,
      ignoreExtraneous: false,
    });
  });

  it('keep apart what happens on pruning and on removal', () => {
    expect(of('Prune=false, Delete=confirm')).toMatchObject({ prune: 'keep', removal: 'confirm' });
    expect(of('Prune=confirm')).toMatchObject({ prune: 'confirm', removal: 'delete' });
  });

  it('are several', () => {
    expect(of('Replace=true,PruneLast=true', 'IgnoreExtraneous')).toMatchObject({
      replace: true,
      pruneLast: true,
      ignoreExtraneous: true,
    });
  });
});
