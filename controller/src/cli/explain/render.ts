import { API_KINDS } from '../../api/kinds.ts';
import type { LintRule } from '../../core/lintcodes.ts';
import { API_VERSION } from '../../core/manifest.ts';
import { fieldsOf, limitsInWords, requiredOf, rulesOf, typeName } from '../../core/manifests/schema-words.ts';
import type { Schema } from '../../core/manifests/schema.ts';
import type { Io } from '../io.ts';
import type { Topic } from './find.ts';

/** A field or a kind, as `kubectl explain` prints it. */
export function renderTopic(topic: Topic, io: Io): string {
  const { kind, path, schema, required } = topic;
  const head = [
    `${label('KIND', io)}${kind}`,
    `${label('VERSION', io)}${API_VERSION}`,
    `${label('FIELD', io)}${path} <${typeName(schema)}>${required ? ' -required-' : ''}`,
  ];
  const parts = [head.join('\n'), section('DESCRIPTION', wrap(schema.description ?? '', io), io)];
  const values = valuesOf(schema);
  if (values.length > 0) parts.push(section('VALUE', values.map((line) => `  ${line}`).join('\n'), io));
  const rules = rulesOf(schema);
  if (rules.length > 0) parts.push(section('RULES', rules.map(({ message }) => `  ${message}`).join('\n'), io));
  const fields = Object.entries(fieldsOf(schema));
  if (fields.length > 0) {
    const needed = requiredOf(schema);
    const lines = fields.map(([name, field]) => fieldLines(name, field, needed.has(name), io));
    parts.push(section('FIELDS', lines.join('\n'), io));
  }
  return `${parts.join('\n\n')}\n`;
}

/** What a lint rule is about. */
export function renderRule(rule: LintRule, io: Io): string {
  return `${io.style('bold', `${rule.code}: ${rule.title}`)}\n\n${wrap(rule.explanation, io)}\n`;
}

/** Every kind with its first sentence. */
export function renderKinds(describe: (kind: string) => string, io: Io): string {
  const width = Math.max(...API_KINDS.map(({ kind }) => kind.length)) + 2;
  const lines = API_KINDS.map(({ kind }) => `${io.style('bold', kind.padEnd(width))}${firstSentence(describe(kind))}`);
  return `${lines.join('\n')}\n`;
}

function fieldLines(name: string, field: Schema, required: boolean, io: Io): string {
  const head = `  ${io.style('bold', name)} <${typeName(field)}>${required ? ' -required-' : ''}`;
  const notes = valuesOf(field);
  const text = [firstSentence(field.description ?? ''), ...notes.map((note) => `${note}.`)].join(' ');
  return `${head}\n${wrap(text, io, '    ')}\n`;
}

function valuesOf(schema: Schema): readonly string[] {
  const fallback = schema.default === undefined ? [] : [`default: ${JSON.stringify(schema.default)}`];
  return [...limitsInWords(schema), ...fallback];
}

function label(word: string, io: Io): string {
  return io.style('bold', `${word}:`) + ' '.repeat(Math.max(1, 9 - word.length));
}

function section(word: string, text: string, io: Io): string {
  return `${io.style('bold', `${word}:`)}\n${text}`;
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}

/** Breaks a text into lines of the terminal's width, at most 100 characters. Paragraphs stay. */
function wrap(text: string, io: Io, indent = '  '): string {
  const width = Math.min(io.columns, 100);
  return text
    .split('\n')
    .map((paragraph) => {
      const lines: string[] = [];
      let line = indent.trimEnd();
      for (const word of paragraph.split(' ')) {
        const longer = line.trim() === '' ? `${indent}${word}` : `${line} ${word}`;
        if (longer.length > width && line.trim() !== '') {
          lines.push(line);
          line = `${indent}${word}`;
        } else line = longer;
      }
      return [...lines, line].join('\n').trimEnd();
    })
    .join('\n');
}
