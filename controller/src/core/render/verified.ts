import type { PlacedPreflight } from '../plan.ts';
import type { Ref } from '../manifest.ts';
import { harmless } from './words.ts';

/** What was found of what one resource rests on. */
export interface VerifiedResource {
  readonly ref: Ref;
  readonly findings: readonly PlacedPreflight[];
}

/** How many findings there are of each severity. */
export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly unchecked: number;
}

/** Counts the findings of all resources. */
export function countsOf(verified: readonly VerifiedResource[]): Counts {
  const all = verified.flatMap(({ findings }) => findings);
  const of = (severity: PlacedPreflight['severity']): number => all.filter((one) => one.severity === severity).length;
  return { errors: of('error'), warnings: of('warning'), unchecked: of('unchecked') };
}

/** The findings for a person at a terminal, ending with a line break. `paint` colours a word by its severity. */
export function verifiedText(
  verified: readonly VerifiedResource[],
  paint: (severity: PlacedPreflight['severity'], text: string) => string,
): string {
  const lines = verified.flatMap(({ ref, findings }) =>
    findings.map((finding) => {
      const { severity, check, message } = finding;
      // The message of what is unchecked says so itself.
      const word = paint(severity, severity === 'unchecked' ? check : `${severity} ${check}`);
      return `${whereOf(finding)}: ${word} ${harmless(`${ref}: ${message}`)}`;
    }),
  );
  return `${[...lines, inWords(verified)].join('\n')}\n`;
}

/** The findings as a table for a pull request, ending with a line break. */
export function verifiedMarkdown(verified: readonly VerifiedResource[]): string {
  const cell = (text: string): string => harmless(text).replaceAll(/[&<>]/gu, entity).replaceAll('|', String.raw`\|`);
  const rows = verified.flatMap(({ ref, findings }) =>
    findings.map(
      (finding) =>
        `| ${finding.severity} | ${cell(finding.check)} | ${cell(whereOf(finding))} | ${cell(ref)} | ${cell(finding.message)} |`,
    ),
  );
  const table = rows.length === 0 ? [] : ['| | Check | Where | Resource | |', '|---|---|---|---|---|', ...rows, ''];
  return `${['### Longshore: pre-flight', '', inWords(verified), '', ...table].join('\n')}\n`;
}

/** The findings for programs. Two spaces, ending with a line break. */
export function verifiedJson(verified: readonly VerifiedResource[]): string {
  return `${JSON.stringify({ ...countsOf(verified), resources: verified }, undefined, 2)}\n`;
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

function whereOf({ position }: PlacedPreflight): string {
  return `${position.file}:${position.line}:${position.column}`;
}

function inWords(verified: readonly VerifiedResource[]): string {
  const { errors, warnings, unchecked } = countsOf(verified);
  const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  const resources = count(verified.length, 'resource');
  const found =
    errors + warnings === 0 ? 'nothing missing' : `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  return `${resources} looked at: ${found}${unchecked === 0 ? '' : `, ${unchecked} not checked`}.`;
}
