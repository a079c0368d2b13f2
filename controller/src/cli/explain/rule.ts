import { TerminalError } from '../../core/errors.ts';
import { type LintRule, lintRules } from '../../core/lintcodes.ts';
import { didYouMean } from '../../core/suggest.ts';

/**
 * The lint rule of a code, whatever its case.
 * @throws TerminalError `UnknownRule`, with the nearest code.
 */
export function findRule(text: string): LintRule {
  const code = text.toUpperCase();
  const rule = lintRules.get(code);
  if (rule !== undefined) return rule;
  throw new TerminalError('UnknownRule', `there is no lint rule ${code}${didYouMean(code, lintRules.keys())}`);
}
