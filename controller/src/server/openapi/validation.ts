import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifyInstance } from 'fastify';
import { TerminalError } from '../../core/errors.ts';
import { isObject, type Json } from '../../core/json.ts';
import { didYouMean } from '../../core/suggest.ts';
import { namedSchemas } from './schemas.ts';

/** So many things are said of one request at most. */
const MAX_SAID = 5;

/**
 * Checks requests against their schemas. Queries and path parameters are texts, so numbers and booleans are read from them;
 * a body says what it means. Nothing is dropped silently: an unknown member is refused, with the nearest right word.
 */
export function useValidation(app: FastifyInstance): void {
  const strict = newAjv(false);
  const coercing = newAjv(true);
  app.setValidatorCompiler<object>(({ schema, httpPart }) => {
    const validate: ValidateFunction = (httpPart === 'body' ? strict : coercing).compile(schema);
    return (data: unknown) => {
      if (validate(data)) return { value: data };
      return { error: refusal(httpPart ?? 'request', validate.errors ?? []) };
    };
  });
}

function newAjv(coerceTypes: boolean): Ajv {
  // verbose: errors carry their schema, for the nearest right word.
  const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true, coerceTypes, allowUnionTypes: true });
  for (const schema of namedSchemas()) ajv.addSchema(schema);
  return ajv;
}

function refusal(part: string, errors: readonly ErrorObject[]): TerminalError {
  const said = [...new Set(errors.map((error) => wordsOf(part, error)))];
  const more = said.length > MAX_SAID ? [`and ${said.length - MAX_SAID} more`] : [];
  return new TerminalError('InvalidRequest', [...said.slice(0, MAX_SAID), ...more].join('; '));
}

function wordsOf(part: string, { keyword, instancePath, params, parentSchema, message }: ErrorObject): string {
  const where = `${part === 'querystring' ? 'query' : part}${instancePath.replaceAll('/', '.')}`;
  if (keyword === 'additionalProperties') {
    const { additionalProperty } = params as { readonly additionalProperty: string };
    const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
    const expected = known.length === 0 ? 'nothing' : known.join(', ');
    return `${where}: "${additionalProperty}" is not known, expected ${expected}${didYouMean(additionalProperty, known)}`;
  }
  const allowed: unknown = (params as { readonly allowedValues?: unknown }).allowedValues;
  if (Array.isArray(allowed)) return `${where}: expected one of ${allowed.join(', ')}`;
  return `${where}: ${message ?? 'is not valid'}`;
}

/** Checks that an answer is as the API says; for tests. Gives what is wrong with it. */
export function answerChecker(): (schema: string, answer: Json) => readonly string[] {
  const ajv = newAjv(false);
  return (schema, answer) => {
    const validate = ajv.getSchema(schema);
    if (validate === undefined) return [`there is no schema ${schema}`];
    if (validate(structuredClone(answer))) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = isObject(params) ? JSON.stringify(params) : '';
      return `${instancePath}: ${message ?? ''} ${extra}`;
    });
  };
}
