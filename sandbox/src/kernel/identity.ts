/**
 * Who made a call, in the words of CloudTrail.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export interface UserIdentity {
  readonly type: 'Root' | 'AssumedRole' | 'WebIdentityUser' | 'AWSService' | 'Unknown';
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  /** Who vouches for a WebIdentityUser. */
  readonly identityProvider?: string;
  readonly sessionContext?: {
    readonly sessionIssuer?: {
      readonly type: 'Role';
      readonly principalId: string;
      readonly arn: string;
      readonly accountId: string;
      readonly userName: string;
    };
    readonly webIdFederationData?: object;
    readonly attributes: { readonly creationDate: string; readonly mfaAuthenticated: 'true' | 'false' };
  };
  /** The service that made the call for its user. */
  readonly invokedBy?: string;
}
