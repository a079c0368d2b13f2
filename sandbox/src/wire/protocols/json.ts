import { JsonCodec2 } from '@smithy/core/protocols';
import { AwsError } from '../../kernel/service.ts';
import { errorMembers, type Failure } from '../failure.ts';
import type { Api } from '../api.ts';
import type { Answer, Protocol, Received } from './protocol.ts';

/** Timestamps are numbers of seconds unless a member says otherwise (7 is the schemas' word for it). */
const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

/** AWS JSON 1.0 and 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const json: Protocol = {
  name: 'json',

  match(request, apis) {
    const target = request.headers['x-amz-target'];
    if (target === undefined) return undefined;
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, Math.max(0, dot));
    const api = apis.find(({ constraints }) => lastPart(constraints.service.targetPrefix) === lastPart(prefix));
    return { api, operation: target.slice(dot + 1) };
  },

  async parse(operation, request) {
    try {
      return (await codec.createDeserializer().read(operation.input, request.body.toString() || '{}')) as object;
    } catch (cause) {
      throw new AwsError('SerializationException', String(cause instanceof Error ? cause.message : cause));
    }
  },

  success(_api, operation, output, request, requestId) {
    if (operation.output.isUnitSchema()) return answer(request, requestId, 200, '{}');
    const serializer = codec.createSerializer();
    serializer.write(operation.output, output);
    return answer(request, requestId, 200, serializer.flush());
  },

  failure(api, failure, request, requestId) {
    const body = `{"__type":${JSON.stringify(failure.name)},${serializeMembers(failure).slice(1)}`;
    const failed = answer(request, requestId, failure.status, body);
    return { ...failed, headers: { ...failed.headers, ...queryErrorHeader(api, failure) } };
  },
};

/** Of CloudTrail's prefix, `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101`, some clients send the last part. */
function lastPart(prefix: string | undefined): string | undefined {
  return prefix?.slice(prefix.lastIndexOf('.') + 1);
}

/**
 * Services that moved from Query to another protocol still tell the old code, in a header:
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait
 */
export function queryErrorHeader(api: Api | undefined, failure: Failure): Record<string, string> {
  if (!api?.speaksQuery) return {};
  return { 'x-amzn-query-error': `${failure.queryCode};${failure.status >= 500 ? 'Receiver' : 'Sender'}` };
}

function serializeMembers(failure: Failure): string {
  const members = errorMembers(failure);
  if (!failure.shape) return JSON.stringify(members);
  const serializer = codec.createSerializer();
  serializer.write(failure.shape.schema, members);
  const written = new TextDecoder().decode(serializer.flush());
  // A shape without a message member still says its message.
  return written === '{}' ? JSON.stringify(members) : written;
}

function answer(request: Received, requestId: string, status: number, body: string | Uint8Array): Answer {
  return {
    status,
    headers: {
      'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.1',
      'x-amzn-requestid': requestId,
    },
    body,
  };
}
