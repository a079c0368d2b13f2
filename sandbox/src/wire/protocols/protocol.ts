import type { Api, Operation } from '../api.ts';
import type { Failure } from '../failure.ts';

/** A request as it came in, with its body read. */
export interface Received {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Address of the client. */
  readonly from: string;
  /** Aborted when the client went away before its answer. */
  readonly gone: AbortSignal;
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What a request asks for. The names are as the request gives them: neither need exist. */
export interface Target {
  readonly api: Api | undefined;
  readonly operation: string;
}

/** One of AWS's wire protocols. */
export interface Protocol {
  /** As in botocore's `protocols`: `json`, `query`, `smithy-rpc-v2-cbor`. */
  readonly name: string;
  /** Undefined when the request does not speak this protocol. `signedFor` is the service of the credential scope. */
  match(request: Received, apis: readonly Api[], signedFor: string | undefined): Target | undefined;
  /** Reads the input. Throws AwsError when it cannot be read. */
  parse(operation: Operation, request: Received): Promise<object>;
  success(api: Api, operation: Operation, output: object, request: Received, requestId: string): Answer;
  failure(api: Api | undefined, failure: Failure, request: Received, requestId: string): Answer;
}
