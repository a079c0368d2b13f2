import { formatProblem, type Problem } from '../../core/errors.ts';
import type { PlacedFinding } from '../../core/plan.ts';
import type { Io, Style } from '../io.ts';
import type { Checked } from './check.ts';

/** Prints what was found. True when nothing stands in the way of a sync. */
export function render(all: readonly Checked[], format: 'text' | 'json', io: Io): boolean {
  const problems = all.flatMap((one) => one.problems);
  const findings = all.flatMap((one) => one.findings);
  const valid = problems.length === 0 && findings.every((finding) => finding.severity !== 'error');
  const manifests = sum(all.map((one) => one.manifests));
  const files = sum(all.map((one) => one.files));
  const warnings = all.flatMap((one) => one.warnings);
  const needed = all.flatMap((one) => one.needed);
  if (format === 'json') {
    const answer = {
      valid,
      manifests,
      files,
      problems: problems.map(asData),
      warnings: warnings.map(asData),
      findings: findings.map(({ position, ...finding }) => ({ ...position, ...finding })),
      parameters: needed.map(({ name, position }) => ({ name, ...position })),
    };
    io.stdout(`${JSON.stringify(answer, undefined, 2)}\n`);
    return valid;
  }
  for (const warning of warnings) io.stderr(`${io.style('yellow', 'warning')} ${formatProblem(warning)}\n`);
  for (const finding of findings) io.stderr(`${lintLine(finding, io)}\n`);
  for (const problem of problems) io.stderr(`${formatProblem(problem)}\n`);
  if (needed.length > 0) {
    const places = needed.map(({ name, position: { file, line, column } }) => `${name} (${file}:${line}:${column})`);
    io.stderr(`note: no parameters are given, and the manifests need ${places.join(', ')}\n`);
  }
  const errors = problems.length + findings.filter((finding) => finding.severity === 'error').length;
  const soft = warnings.length + findings.length - (errors - problems.length);
  const summary = `${count(manifests, 'valid manifest')} in ${count(files, 'file')}`;
  const counts = [...(errors > 0 ? [count(errors, 'problem')] : []), ...(soft > 0 ? [count(soft, 'warning')] : [])];
  const line = [summary, ...counts].join(', ');
  if (valid) io.stdout(`${io.style('green', line)}\n`);
  else io.stderr(`${io.style('red', line)}\n`);
  return valid;
}

function lintLine(finding: PlacedFinding, io: Io): string {
  const style: Style = finding.severity === 'error' ? 'red' : 'yellow';
  const { position, path, code, severity, message } = finding;
  const line = formatProblem({ position, path: `/spec${path}`, message });
  return `${io.style(style, `${severity} ${code}`)} ${line}`;
}

function asData({ position, path, message }: Problem): object {
  return { ...position, path, message };
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
