import { XmlCodec } from '@aws-sdk/core/protocols';
import type { Operation } from '../api.ts';
import type { StructureSchema } from '../static-schema.ts';
import { readForm } from './form.ts';
import type { Answer, Protocol, Received } from './protocol.ts';

/** Namespace of answers to requests for an API that is not served. */
export const noNamespace = 'http://webservices.amazon.com/AWSFault/2005-15-09';

/** AWS Query with XML answers: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const query: Protocol = {
  name: 'query',

  match(request, apis, signedFor) {
    const form = formOf(request);
    const operation = form.get('Action');
    if (operation === null) return undefined;
    const version = form.get('Version');
    const speakers = apis.filter(
      (api) => api.speaksQuery && (version === null || api.constraints.service.apiVersion === version),
    );
    const api = speakers.find(({ service }) => service.name === signedFor) ?? speakers[0];
    return { api, operation };
  },

  async parse(operation, request) {
    return readForm(operation.input, formOf(request));
  },

  success(api, operation, output, _request, requestId) {
    return answer(
      requestId,
      200,
      toXml(api.constraints.service.xmlNamespace ?? noNamespace, envelope(operation), {
        [`${operation.name}Result`]: output,
        ResponseMetadata: { RequestId: requestId },
      }),
    );
  },

  failure(api, failure, _request, requestId) {
    const Error = {
      Type: failure.status >= 500 ? 'Receiver' : 'Sender',
      Code: failure.queryCode,
      Message: failure.message,
    };
    const namespace = api?.constraints.service.xmlNamespace ?? noNamespace;
    return answer(requestId, failure.status, toXml(namespace, errorResponse, { Error, RequestId: requestId }));
  },
};

/** The form of a request: its body, or its query. */
export function formOf(request: Received): URLSearchParams {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return isForm ? new URLSearchParams(request.body.toString()) : request.query;
}

const responseMetadata: StructureSchema = [3, 'sandbox', 'ResponseMetadata', 0, ['RequestId'], [0]];

const errorResponse: StructureSchema = [
  3,
  'sandbox',
  'ErrorResponse',
  0,
  ['Error', 'RequestId'],
  [() => [3, 'sandbox', 'Error', 0, ['Type', 'Code', 'Message'], [0, 0, 0]], 0],
];

/** The frame around an output as a schema of its own, so that one codec writes the whole answer. */
function envelope(operation: Operation): StructureSchema {
  const frame: StructureSchema = [3, 'sandbox', `${operation.name}Response`, 0, [], []];
  if (!operation.output.isUnitSchema()) {
    frame[4].push(`${operation.name}Result`);
    frame[5].push(operation.output.getSchema());
  }
  frame[4].push('ResponseMetadata');
  frame[5].push(() => responseMetadata);
  return frame;
}

/** XML of a structure, timestamps in ISO 8601. */
export function toXml(namespace: string, schema: StructureSchema, value: object): string {
  const codec = new XmlCodec({
    // Timestamps are ISO 8601 unless a member says otherwise (5 is the schemas' word for it).
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
    xmlNamespace: namespace,
    serviceNamespace: namespace,
  });
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  return String(serializer.flush());
}

/** An XML answer. */
export function answer(requestId: string, status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
