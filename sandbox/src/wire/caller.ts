import type { UserIdentity } from '../kernel/identity.ts';
import { AwsError } from '../kernel/service.ts';
import type { Received } from './protocols/protocol.ts';

/** What a request's signature says about who sent it, and for which service and region. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service's signing name. */
  readonly service: string;
}

/** Who sends a call. */
export interface Caller {
  readonly accountId: string;
  /** ARN of the caller. */
  readonly principal: string;
  /** The credentials were temporary, and their time is over. */
  readonly expired: boolean;
  /** What CloudTrail writes down of the caller. */
  readonly identity: UserIdentity;
}

/** Finds the caller of an access key; an empty one is nobody's. */
export type Authenticate = (accessKeyId: string) => Caller;

const credential = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/;

/**
 * The credential scope of a signed request, from the Authorization header or a presigned URL. The signature itself is
 * not checked: any secret will do. Undefined for a request that is not signed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
export function credentialScope(request: Received): CredentialScope | undefined {
  const header = request.headers['authorization'];
  const text = header === undefined ? request.query.get('X-Amz-Credential') : /Credential=([^,\s]+)/.exec(header)?.[1];
  if (text === null) return undefined;
  const [, accessKeyId, , region, service] = credential.exec(text ?? '') ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) {
    throw new AwsError(
      request.headers['x-amz-target'] === undefined ? 'IncompleteSignature' : 'IncompleteSignatureException',
      `The request signature does not conform to AWS standards: expected AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, found ${header ?? text}`,
    );
  }
  return { accessKeyId, region, service };
}
