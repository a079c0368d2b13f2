import { describe, expect, it } from 'vitest';
import type { Ref } from './manifest.ts';
import { selectionOf } from './resource-selector.ts';

const all: readonly Ref[] = ['Service/api', 'Service/web', 'Cluster/main', 'TargetGroup/api'];
const selected = (...texts: readonly string[]) => all.filter(selectionOf(texts, all));

describe('selectors of a partial sync', () => {
  it('name kind and name, with * for any text', () => {
    expect(selected('Service:api')).toEqual(['Service/api']);
    expect(selected('Service:*')).toEqual(['Service/api', 'Service/web']);
    expect(selected('*:api')).toEqual(['Service/api', 'TargetGroup/api']);
    expect(selected('*e*:*i')).toEqual(['Service/api', 'TargetGroup/api']);
  });

  it('take out what ! names, from all when nothing else is named', () => {
    expect(selected('!Service:*')).toEqual(['Cluster/main', 'TargetGroup/api']);
    expect(selected('Service:*', '!*:web')).toEqual(['Service/api']);
    expect(selected('!Job:migrate')).toEqual(all);
  });

  it('say what is wrong, with the nearest name', () => {
    expect(() => selected('Service:apo')).toThrow(
      'no resource is selected by "Service:apo" (did you mean "Service:api"?)',
    );
    expect(() => selected('Service')).toThrow('"Service" selects nothing, expected KIND:NAME');
    expect(() => selected('apps:Service:api')).toThrow('expected KIND:NAME');
  });
});
