import { expect, it } from 'vitest';
import { parseSelector } from './selector.ts';

const labels = { team: 'shop', tier: 'web', 'app.kubernetes.io/name': 'api' };

it.each([
  ['team=shop', true],
  ['team==shop,tier=web', true],
  ['team=post', false],
  ['team!=post', true],
  ['missing!=x', true],
  ['tier in (api, web)', true],
  ['tier notin (api,web)', false],
  ['missing in (a)', false],
  ['missing notin (a)', true],
  ['team', true],
  ['!team', false],
  ['!missing', true],
  ['app.kubernetes.io/name=api', true],
  ['toString', false],
  ['', true],
])('%s selects as kubectl does', (text, isSelected) => {
  expect(parseSelector(text)(labels)).toBe(isSelected);
});

it.each(['a b', '=x', 'a in', 'a in b', '!a=b', 'a>1', 'a=b=c'])('%s is refused by its words', (text) => {
  expect(() => parseSelector(`team=shop,${text}`)).toThrow(`"${text}" is no requirement`);
});
