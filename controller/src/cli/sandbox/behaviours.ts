import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { TerminalError } from '../../core/errors.ts';

/** How tasks of an image behave in the `simulated` runtime. Times in milliseconds of sandbox time. */
export interface Behaviour {
  readonly startMs?: number;
  readonly exitAfterMs?: number;
  readonly exitCode?: number;
  readonly healthyAfterMs?: number | 'never';
  readonly status?: number;
  readonly logs?: readonly string[];
}

/** Behaviours by image prefix. */
export type Behaviours = Readonly<Record<string, Behaviour>>;

const MILLISECONDS = { type: 'integer', minimum: 0 };

const SCHEMA: object = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    properties: {
      startMs: MILLISECONDS,
      exitAfterMs: MILLISECONDS,
      exitCode: { type: 'integer', minimum: 0, maximum: 255 },
      healthyAfterMs: { anyOf: [{ type: 'integer', minimum: 0 }, { const: 'never' }] },
      status: { type: 'integer', minimum: 100, maximum: 599 },
      logs: { type: 'array', items: { type: 'string' } },
    },
  },
};

/**
 * Reads how tasks behave in the `simulated` runtime: image prefixes to behaviours, times in milliseconds.
 * Throws TerminalError that names the field.
 */
export async function readBehaviours(file: string): Promise<Behaviours> {
  const value: unknown = parse(await readFile(file, 'utf8'));
  const validate = new Ajv({ allErrors: true, strict: false }).compile<Behaviours>(SCHEMA);
  if (validate(value)) return value;
  const problems = (validate.errors ?? []).map((error) => {
    const name = error.params.additionalProperty;
    return `${error.instancePath || '/'}: ${error.message}${typeof name === 'string' ? ` (${name})` : ''}`;
  });
  throw new TerminalError('InvalidBehaviours', `${file}: ${problems.join('; ')}`);
}
