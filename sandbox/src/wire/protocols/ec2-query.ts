import type { Operation } from '../api.ts';
import type { StructureSchema } from '../static-schema.ts';
import { readForm } from './form.ts';
import type { Protocol } from './protocol.ts';
import { answer, formOf, noNamespace, toXml } from './query.ts';

/**
 * EC2's variety of AWS Query: flat lists, no frame around the output, and errors of another form.
 * https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
export const ec2Query: Protocol = {
  name: 'ec2',

  match(request, apis) {
    const form = formOf(request);
    const operation = form.get('Action');
    const version = form.get('Version');
    const api = apis.find(
      ({ constraints: { service } }) => service.protocols.includes('ec2') && service.apiVersion === version,
    );
    return operation === null || api === undefined ? undefined : { api, operation };
  },

  async parse(operation, request) {
    return readForm(operation.input, formOf(request), 'ec2');
  },

  success(api, operation, output, _request, requestId) {
    const { schema, value } = framed(operation, output, requestId);
    return answer(requestId, 200, toXml(api.constraints.service.xmlNamespace ?? noNamespace, schema, value));
  },

  failure(_api, failure, _request, requestId) {
    const Errors = { Error: { Code: failure.queryCode, Message: failure.message } };
    return answer(requestId, failure.status, toXml('', errorResponse, { Errors, RequestID: requestId }));
  },
};

const errorResponse: StructureSchema = [
  3,
  'sandbox',
  'Response',
  0,
  ['Errors', 'RequestID'],
  [() => [3, 'sandbox', 'Errors', 0, ['Error'], [() => [3, 'sandbox', 'Error', 0, ['Code', 'Message'], [0, 0]]]], 0],
];

/** The members of the output stand beside the id of the request, in an element of the operation's name. */
function framed(operation: Operation, output: object, requestId: string): { schema: StructureSchema; value: object } {
  const schema: StructureSchema = [3, 'sandbox', `${operation.name}Response`, 0, ['requestId'], [0]];
  if (operation.output.isUnitSchema()) return { schema, value: { requestId } };
  const structure = operation.output.getSchema() as unknown as StructureSchema;
  schema[4].push(...structure[4]);
  schema[5].push(...structure[5]);
  return { schema, value: { ...output, requestId } };
}
