import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxed, type Sandboxed } from '../../test/sandboxed.ts';
import type { Json } from '../core/json.ts';
import { inventoryMirror } from './inventory-mirror.ts';

let world: Sandboxed;
beforeAll(async () => {
  world = await sandboxed({ throttle: false });
});
afterAll(async () => world.close());

function mirror(application: string) {
  return inventoryMirror(world.aws.ssm, 'prod', application);
}

describe('inventory mirror', () => {
  it('gives back what was put, and nothing of another Application or installation', async () => {
    await mirror('one').put('Service/api', { a: [1, 'zwei', null] });
    await mirror('one').put('Cluster/main', { b: true });
    await mirror('one-more').put('Service/api', 'other');
    await inventoryMirror(world.aws.ssm, 'test', 'one').put('Service/x', 'other');
    expect(Object.fromEntries(await mirror('one').load())).toEqual({
      'Service/api': { a: [1, 'zwei', null] },
      'Cluster/main': { b: true },
    });
  });

  it('has nothing where nothing was put', async () => {
    expect((await mirror('none').load()).size).toBe(0);
    await mirror('none').remove('Service/api');
  });

  it('reads more records than one page holds', async () => {
    const many = mirror('many');
    for (let n = 0; n < 23; n++) await many.put(`Service/s${n}`, n);
    expect((await many.load()).size).toBe(23);
  });

  it('keeps records of any size, and leaves no pieces behind', async () => {
    const sized = mirror('sized');
    const values: readonly Json[] = [
      'x '.repeat(9_000),
      'ü'.repeat(3_000),
      { text: '{{ssm:x}} {{'.repeat(900) },
      'small',
      'y'.repeat(9_000),
    ];
    for (const value of values) {
      await sized.put('Service/api', value);
      expect((await sized.load()).get('Service/api')).toEqual(value);
    }
    await sized.remove('Service/api');
    expect((await sized.load()).size).toBe(0);
    await sized.put('Service/api', 'again');
    expect([...(await sized.load())]).toEqual([['Service/api', 'again']]);
  });

  it('refuses to pass a damaged record for a whole inventory', async () => {
    await mirror('damaged').put('Service/api', {});
    await world.aws.ssm.send(
      new PutParameterCommand({
        Name: '/longshore/prod/damaged/Service/api',
        Value: '{"half',
        Type: 'String',
        Overwrite: true,
      }),
    );
    await expect(mirror('damaged').load()).rejects.toThrow(
      'SSM parameter /longshore/prod/damaged/Service/api holds no JSON',
    );
  });
});
