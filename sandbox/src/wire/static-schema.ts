import type { NormalizedSchema } from '@smithy/core/schema';

/** The forms in which the SDK's clients export their schemas: tuples that begin with a number for the kind. */
type StaticSchema = ReturnType<NormalizedSchema['getSchema']>;

/** A structure: `[3, namespace, name, traits, member names, member types, how many of those are required]`. */
export type StructureSchema = Extract<StaticSchema, { 0: 3 }>;

/** An operation: `[9, namespace, name, traits, input, output]`. */
export type OperationSchema = Extract<StaticSchema, { 0: 9 }>;

/** An error: as a structure, with -3. */
export type ErrorSchema = Extract<StaticSchema, { 0: -3 }>;

/** Whether something that a client exports is an operation's schema. */
export function isOperation(value: unknown): value is OperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

/** Whether something that a client exports is an error's schema. */
export function isError(value: unknown): value is ErrorSchema {
  return Array.isArray(value) && value[0] === -3;
}
