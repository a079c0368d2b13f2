import { deref, NormalizedSchema } from '@smithy/core/schema';
import type { Service } from '../kernel/service.ts';
import { type Constraints, loadConstraints } from './constraints.ts';
import { type ErrorSchema, isError, isOperation, type OperationSchema } from './static-schema.ts';

/** One operation of an API, as the SDK's schemas describe it. */
export interface Operation {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Schema traits: `http` of REST operations. */
  readonly traits: Readonly<Record<string, unknown>>;
  /** The operation may be called without a signature. */
  readonly unsigned: boolean;
  /** Names of the error shapes that the operation documents. */
  readonly errors: readonly string[];
}

/** One error shape of an API. */
export interface ErrorShape {
  readonly name: string;
  readonly schema: NormalizedSchema;
  /** The code in Query answers; it differs from the name when the shape has an awsQueryError trait. */
  readonly queryCode: string;
  readonly status: number;
}

/** A service with what its wire format is made of. */
export class Api {
  readonly service: Service;
  readonly constraints: Constraints;
  private readonly operations = new Map<string, Operation>();
  private readonly errors = new Map<string, ErrorShape>();

  constructor(service: Service) {
    this.service = service;
    this.constraints = loadConstraints(service.model);
    for (const schema of Object.values(service.sdk)) {
      if (isOperation(schema)) this.addOperation(schema);
      else if (isError(schema)) this.addError(schema);
    }
  }

  /** Undefined when AWS has no such operation, as far as the installed SDK knows. */
  operation(name: string): Operation | undefined {
    return this.operations.get(name);
  }

  /** Every operation of the API, served or not. */
  all(): readonly Operation[] {
    return [...this.operations.values()];
  }

  /**
   * Whether the service speaks Query, as its protocol or as the one of before (SQS), which older clients still send:
   * its errors have Query codes then. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait
   */
  get speaksQuery(): boolean {
    return (
      this.constraints.service.protocols.includes('query') ||
      [...this.errors.values()].some(({ name, queryCode }) => name !== queryCode)
    );
  }

  /** The error of that name: of the shape, or the code of Query answers. */
  error(code: string): ErrorShape | undefined {
    return this.errors.get(code);
  }

  private addOperation(schema: OperationSchema): void {
    const name = schema[2];
    this.operations.set(name, {
      name,
      input: NormalizedSchema.of(deref(schema[4])),
      output: NormalizedSchema.of(deref(schema[5])),
      traits: typeof schema[3] === 'object' ? schema[3] : {},
      unsigned: this.constraints.operations[name]?.unsigned === true,
      errors: this.constraints.operations[name]?.errors ?? [],
    });
  }

  private addError(schema: ErrorSchema): void {
    const traits = typeof schema[3] === 'object' ? schema[3] : {};
    // awsQueryError: [code, status], https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsqueryerror-trait
    const query = traits['awsQueryError'] as readonly [string, number] | undefined;
    const httpError = traits['httpError'] as number | undefined;
    const shape: ErrorShape = {
      name: schema[2],
      schema: NormalizedSchema.of(schema),
      queryCode: query?.[0] ?? schema[2],
      status: httpError ?? (traits['error'] === 'server' ? 500 : 400),
    };
    if (!this.errors.has(shape.queryCode)) this.errors.set(shape.queryCode, shape);
    this.errors.set(shape.name, shape);
  }
}
