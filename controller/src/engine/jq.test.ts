import { afterAll, describe, expect, it } from 'vitest';
import { jqRunner } from './jq.ts';

const jq = jqRunner();
afterAll(() => jq.close());
const document = { spec: { tags: { a: '1' }, list: [{ name: 'x', size: 1 }, { name: 'y' }] } };

describe('jq path expressions', () => {
  it('give the places that they name', async () => {
    expect(await jq.paths('.spec.list[] | select(.name == "y")', document)).toEqual([['spec', 'list', '1']]);
    expect(await jq.paths('.spec.tags.a, .spec.tags.b', document)).toEqual([
      ['spec', 'tags', 'a'],
      ['spec', 'tags', 'b'],
    ]);
  });

  it('reach nothing where the document has nothing', async () => {
    expect(await jq.paths('.spec.none[].size', document)).toEqual([]);
  });

  it('see neither the environment nor files', async () => {
    process.env['LONGSHORE_CANARY'] = 'canary';
    const places = await jq.paths('.[$ENV.LONGSHORE_CANARY // "unset"]', document);
    delete process.env['LONGSHORE_CANARY'];
    expect(places).toEqual([['unset']]);
    await expect(jq.paths('import "a" as a; .', document)).rejects.toThrow('is no jq path expression');
  });

  it('are ended when they take too long, and the next one is answered', async () => {
    await expect(jq.paths('def f: f; f', document)).rejects.toThrow('it takes longer than 2 s');
    expect(await jq.paths('.spec', document)).toEqual([['spec']]);
  });

  it('are refused when they or the document are too large', async () => {
    await expect(jq.paths(`.${'a'.repeat(5_000)}`, document)).rejects.toThrow('more than 4096 characters');
    await expect(jq.paths('.spec', { spec: 'a'.repeat(1_000_001) })).rejects.toThrow('more than 1000000 characters');
  });
});
