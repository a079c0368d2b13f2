import type { Target } from '@aws-sdk/client-eventbridge';
import { isObject } from './pattern/pattern.ts';

/** What a rule tells of itself in a template. */
export interface TemplateContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** Milliseconds since the epoch. */
  readonly ingestedAt: number;
}

/**
 * What a target gets: the event, a constant (`Input`), a part (`InputPath`), or a text made of parts
 * (`InputTransformer`). https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function inputFor(target: Target, event: object, context: TemplateContext): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(atPath(event, target.InputPath) ?? {});
  const { InputTemplate: template, InputPathsMap: paths = {} } = target.InputTransformer ?? {};
  if (template === undefined) return JSON.stringify(event);
  const values: Record<string, unknown> = {
    'aws.events.rule-arn': context.ruleArn,
    'aws.events.rule-name': context.ruleName,
    'aws.events.event.ingestion-time': new Date(context.ingestedAt).toISOString(),
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event,
  };
  for (const [name, path] of Object.entries(paths)) values[name] = atPath(event, path);
  return fill(template, values);
}

/** The value at a JSONPath of dots and brackets: `$.detail.tags[0].key`; undefined when there is none. */
function atPath(event: unknown, path: string): unknown {
  let value = event;
  for (const [, name, index, quoted] of path.replace(/^\$/, '').matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/g)) {
    if (index !== undefined) value = Array.isArray(value) ? (value as unknown[])[Number(index)] : undefined;
    else
      value = isObject(value) && Object.hasOwn(value, name ?? quoted ?? '') ? value[name ?? quoted ?? ''] : undefined;
  }
  return value;
}

/** A path as the API takes it. */
export function isPath(path: string): boolean {
  return /^\$(?:\.[^.[\]]+|\[\d+\]|\['[^']+'\])*$/.test(path);
}

/**
 * Puts values where `<name>` stands. Inside a JSON string a value is put in without quotes; elsewhere as JSON. A value
 * that is not there is nothing inside a string, and an empty text elsewhere.
 */
function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (found, name: string | undefined) => {
    if (found === '"') quoted = !quoted;
    if (name === undefined || !Object.hasOwn(values, name)) return found;
    const value = values[name];
    if (!quoted) return JSON.stringify(value ?? '');
    const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}

function withoutDetail(event: object): object {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'detail'));
}
