import { randomUUID } from 'node:crypto';
import type { UserIdentity } from '../../kernel/identity.ts';
import type { Scope, World } from '../../kernel/world.ts';
import type { PerformedCall } from '../../wire/dispatcher.ts';
import { sendToEventBridge } from './delivery.ts';
import { recorded } from './parameters.ts';
import { webIdentityOf } from './web-identity.ts';
import { resourcesOf, writtenResources } from './resources.ts';
import { isManagementEvent, isReadOnly, placeOf, sourceOf } from './sources.ts';
import { draw, remember, type TrailEvent, trailState } from './state.ts';

/** How long events take into the history when nothing is set, in milliseconds: "within an average of about 5 minutes". */
const historyDelayMs = [60_000, 540_000] as const;

/** What is recorded of a call, whoever made it. */
export interface CallToRecord {
  /** As in `Service.name`. */
  readonly service: string;
  readonly operation: string;
  readonly scope: Scope;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly identity: UserIdentity;
  readonly requestID: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  /** In CloudTrail's form. */
  readonly parameters: object | null;
  readonly elements: object | null;
  readonly error?: { readonly code: string; readonly message: string };
  readonly tlsDetails?: object;
}

/** Records calls that arrive over the wire. */
export function callRecorder(world: World): (call: PerformedCall) => void {
  return (call) => {
    const { name: service } = call.service;
    const { name: operation } = call.operation;
    if (!isManagementEvent(service, operation)) return;
    const { outcome, request } = call;
    // "If an action doesn't change state (for example, a request to get or list objects), this element is omitted."
    const answers = 'output' in outcome && (!isReadOnly(operation) || operation.startsWith('AssumeRole'));
    const federated = operation === 'AssumeRoleWithWebIdentity' ? webIdentityOf(call.input) : undefined;
    recordCall(world, {
      service,
      operation,
      scope: { ...call.scope, ...(federated ? { accountId: federated.accountId } : {}) },
      at: call.at,
      identity: federated?.identity ?? call.caller.identity,
      requestID: call.requestId,
      sourceIPAddress: request.from.replace(/^::ffff:/, ''),
      userAgent: request.headers['user-agent'] ?? '-',
      parameters: membersOf(call.input && recorded(call.operation.input, call.input)),
      elements: answers ? membersOf(recorded(call.operation.output, outcome.output)) : null,
      ...('error' in outcome ? { error: outcome.error } : {}),
      tlsDetails: { clientProvidedHostHeader: request.headers['host'] },
    });
  };
}

/** Puts a call into the event history, and on its way to EventBridge. */
export function recordCall(world: World, call: CallToRecord): void {
  const place = placeOf(call.service, call.scope);
  const state = trailState(world, place);
  const { source, data } = sourceOf(call.service);
  const readOnly = isReadOnly(call.operation);
  const resources = writtenResources(call.service, call.scope, call.parameters);
  const event: TrailEvent = {
    eventVersion: '1.11',
    userIdentity: call.identity,
    eventTime: `${new Date(call.at).toISOString().slice(0, 19)}Z`,
    eventSource: source,
    eventName: call.operation,
    awsRegion: place.region,
    sourceIPAddress: call.sourceIPAddress,
    userAgent: call.userAgent,
    ...(call.error ? { errorCode: call.error.code, errorMessage: call.error.message } : {}),
    requestParameters: call.parameters,
    responseElements: call.elements,
    ...(data ? { additionalEventData: data } : {}),
    requestID: call.requestID,
    // Not from the seed: how often somebody asks must not change the ids of resources.
    eventID: randomUUID(),
    readOnly,
    ...(resources ? { resources } : {}),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: call.scope.accountId,
    eventCategory: 'Management',
    ...(call.tlsDetails ? { tlsDetails: call.tlsDetails } : {}),
  };
  const [shortest, longest] = world.settings.cloudTrail.historyDelayMs ?? historyDelayMs;
  remember(state, {
    event,
    at: call.at,
    visibleAt: call.at + shortest + draw(state) * (longest - shortest),
    resources: resourcesOf(call.service, call.parameters, call.elements),
  });
  sendToEventBridge(world, place, state, event);
}

/** CloudTrail writes null for an empty structure. */
function membersOf(value: unknown): object | null {
  return value !== null && typeof value === 'object' && Object.keys(value).length > 0 ? value : null;
}
