import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escape, formatExpressions, mayHoldExpressions, type Piece, parseExpressions } from './expressions.ts';

const literal = (text: string): Piece => ({ kind: 'literal', text });

describe('parseExpressions', () => {
  test('a plain string is one literal', () => {
    expect(parseExpressions('a $5 {b} $')).toEqual([literal('a $5 {b} $')]);
    expect(parseExpressions('')).toEqual([]);
  });

  test('variables carry scope, name and offset', () => {
    expect(parseExpressions('x-${param.image-tag}-${aws.accountId}')).toEqual([
      literal('x-'),
      { kind: 'variable', source: '${param.image-tag}', offset: 2, scope: 'param', name: 'image-tag' },
      literal('-'),
      { kind: 'variable', source: '${aws.accountId}', offset: 21, scope: 'aws', name: 'accountId' },
    ]);
  });

  test('references carry kind, name, output and argument', () => {
    expect(parseExpressions('${Cluster/main:arn}')).toEqual([
      { kind: 'reference', source: '${Cluster/main:arn}', offset: 0, ref: 'Cluster/main', output: 'arn' },
    ]);
    expect(parseExpressions('${LoadBalancer/public:listenerArn(443)}')).toEqual([
      {
        kind: 'reference',
        source: '${LoadBalancer/public:listenerArn(443)}',
        offset: 0,
        ref: 'LoadBalancer/public',
        output: 'listenerArn',
        argument: '443',
      },
    ]);
    expect(parseExpressions('${CloudResource/db:Endpoint.Address}')[0]).toMatchObject({ output: 'Endpoint.Address' });
  });

  test('a doubled dollar before a brace is a literal dollar', () => {
    expect(parseExpressions('echo $${HOME}')).toEqual([literal('echo ${HOME}')]);
    expect(parseExpressions('$$${param.x}')).toEqual([
      literal('$'),
      { kind: 'variable', source: '${param.x}', offset: 2, scope: 'param', name: 'x' },
    ]);
    expect(parseExpressions('$$$${x}')).toEqual([literal('$${x}')]);
    expect(parseExpressions('$$ and $$5')).toEqual([literal('$$ and $$5')]);
  });

  test.each([
    ['${HOME}', 'for a literal ${HOME} write $${HOME}'],
    ['${HOME:-/root}', 'expected ${param.name}'],
    ['${cluster/main:arn}', 'expected ${param.name}'],
    ['${ param.x }', 'expected ${param.name}'],
    ['${}', 'expected ${param.name}'],
    ['${param.x', 'has no closing "}"'],
  ])('%s is malformed and says what was expected', (text, message) => {
    const [piece] = parseExpressions(text);
    expect(piece).toMatchObject({ kind: 'malformed', source: text, message: expect.stringContaining(message) });
  });
});

test('a hundred thousand dollars take no more than linear time', () => {
  const dollars = '$'.repeat(100_000);
  expect(parseExpressions(dollars)).toEqual([literal(dollars)]);
  expect(parseExpressions(`${dollars}{`)).toEqual([literal(`${'$'.repeat(50_000)}{`)]);
  expect(escape(dollars)).toBe(dollars);
});

describe('formatExpressions', () => {
  test('is the inverse of parseExpressions on any string of dollars, braces and expressions', () => {
    const bit = fc.constantFrom('$', '{', '}', 'a', '${param.x}', '${Cluster/main:arn}', '$${', '${');
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 12 }), (bits) => {
        const text = bits.join('');
        expect(formatExpressions(parseExpressions(text))).toBe(text);
      }),
    );
  });

  test('an escaped literal parses to itself, whatever stands after it', () => {
    const alphabet = fc.string({ unit: fc.constantFrom('$', '{', '}', 'a'), maxLength: 8 });
    fc.assert(
      fc.property(alphabet, alphabet, (first, second) => {
        expect(parseExpressions(escape(first))).toEqual(first === '' ? [] : [literal(first)]);
        const reference = parseExpressions('${Cluster/main:arn}');
        const text = formatExpressions([literal(first), literal(second), ...reference]);
        const whole = first + second;
        const shape = parseExpressions(text).map((piece) => (piece.kind === 'literal' ? piece.text : piece.kind));
        expect(shape).toEqual(whole === '' ? ['reference'] : [whole, 'reference']);
      }),
    );
  });
});

test('mayHoldExpressions is true exactly where a dollar stands before a brace', () => {
  expect(mayHoldExpressions('$${x}')).toBe(true);
  expect(mayHoldExpressions('$ {x}')).toBe(false);
});
