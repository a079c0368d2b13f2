import { escape, formatExpressions, parseExpressions, type Piece } from '../../controller/src/core/expressions.ts';
import { substitute } from '../../controller/src/core/manifests/variables.ts';
import { expressionSeeds } from './seeds.ts';
import { hold, same, type Target } from './target.ts';

const variables = {
  param: { x: '${param.image}', image: '$', tag: '{a}' },
  app: { name: 'web', revision: '0123456789' },
};

/** Text with expressions: total, nothing lost, escapes undone exactly, values of variables never read again. */
export const expressions: Target = {
  name: 'expressions',
  seeds: expressionSeeds(),
  check(input) {
    const text = new TextDecoder('utf-8').decode(input);
    const pieces = parseExpressions(text);
    for (const piece of pieces) {
      if (piece.kind === 'literal') hold(piece.text !== '', 'no literal is empty');
      else
        same(
          text.slice(piece.offset, piece.offset + piece.source.length),
          piece.source,
          'a piece stands where it says',
        );
    }
    hold(
      pieces.every((piece, index) => piece.kind !== 'literal' || pieces[index + 1]?.kind !== 'literal'),
      'literals are joined',
    );
    const written = formatExpressions(pieces);
    same(withoutPlaces(parseExpressions(written)), withoutPlaces(pieces), 'what is written is read back');
    same(formatExpressions(parseExpressions(written)), written, 'what is written is written the same again');
    const literal = text === '' ? [] : [{ kind: 'literal', text }];
    same(parseExpressions(escape(text)), literal, 'an escaped text stands for itself');

    const { text: put, open, problems } = substitute(text, variables);
    const left = parseExpressions(put).filter((piece) => piece.kind === 'variable');
    hold(left.length === 0 || open || problems.length > 0, 'what is known is put in, and not read again');
    same(substitute(text, {}).text, written, 'without values nothing changes but how escapes are written');
  },
};

function withoutPlaces(pieces: readonly Piece[]): readonly unknown[] {
  return pieces.map((piece) => (piece.kind === 'literal' ? piece : { ...piece, offset: 0 }));
}
