import { CborCodec, cbor as plainCbor } from '@smithy/core/cbor';
import { AwsError } from '../../kernel/service.ts';
import { errorMembers } from '../failure.ts';
import { queryErrorHeader } from './json.ts';
import type { Answer, Protocol } from './protocol.ts';

const codec = new CborCodec();
const route = /^\/service\/([^/]+)\/operation\/([^/]+)$/;

/** RPC v2 CBOR: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const cbor: Protocol = {
  name: 'smithy-rpc-v2-cbor',

  match(request, apis) {
    const [, service, operation] = route.exec(request.path) ?? [];
    if (request.headers['smithy-protocol'] !== 'rpc-v2-cbor' || service === undefined || operation === undefined) {
      return undefined;
    }
    // The path holds the name of the Smithy service, which is also the prefix of JSON targets.
    const api = apis.find(({ constraints }) => constraints.service.targetPrefix === service);
    return { api, operation };
  },

  async parse(operation, request) {
    if (request.body.length === 0) return {};
    try {
      return codec.createDeserializer().read(operation.input, request.body) as object;
    } catch (cause) {
      throw new AwsError('SerializationException', String(cause instanceof Error ? cause.message : cause));
    }
  },

  success(_api, operation, output, _request, requestId) {
    if (operation.output.isUnitSchema()) return answer(requestId, 200, plainCbor.serialize({}));
    const serializer = codec.createSerializer();
    serializer.write(operation.output, output);
    return answer(requestId, 200, serializer.flush());
  },

  failure(api, failure, _request, requestId) {
    const failed = answer(
      requestId,
      failure.status,
      plainCbor.serialize({ __type: failure.name, ...errorMembers(failure) }),
    );
    return { ...failed, headers: { ...failed.headers, ...queryErrorHeader(api, failure) } };
  },
};

function answer(requestId: string, status: number, body: Uint8Array): Answer {
  const headers = {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  };
  return { status, headers, body };
}
