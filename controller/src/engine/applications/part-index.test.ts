import { expect, it } from 'vitest';
import type { Part } from '../../core/driver.ts';
import type { Ref } from '../../core/manifest.ts';
import { PartIndex } from './part-index.ts';

const HOME = { accountId: '111111111111', region: 'eu-west-1' };
const SERVICE = 'arn:aws:ecs:eu-west-1:111111111111:service/main/api';

function parts(...ids: readonly string[]): ReadonlyMap<Ref, readonly Part[]> {
  return new Map([['Service/api', ids.map((id) => ({ type: 'ecs:service', id, tags: {} }))]]);
}

it('finds the resource of an object by its ARN, and by the name that stands in one', () => {
  const index = new PartIndex();
  index.set('shop', HOME, parts(SERVICE));
  const place = { application: 'shop', ref: 'Service/api' };
  expect(index.find(HOME, SERVICE)).toEqual([place]);
  expect(index.find(HOME, 'service/main/api')).toEqual([place]);
  expect(index.find({ ...HOME, region: 'us-east-1' }, SERVICE)).toEqual([]);
  expect(index.find(HOME, 'service/main/another')).toEqual([]);
});

it('forgets what an Application has no more, and all of one that is gone', () => {
  const index = new PartIndex();
  index.set('shop', HOME, parts(SERVICE));
  index.set('other', HOME, parts(SERVICE));
  index.set('shop', HOME, parts(`${SERVICE}-2`));
  expect(index.find(HOME, SERVICE)).toEqual([{ application: 'other', ref: 'Service/api' }]);
  index.drop('shop');
  index.drop('other');
  expect(index.size).toBe(0);
});
