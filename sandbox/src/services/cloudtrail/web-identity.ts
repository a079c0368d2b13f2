import type { AssumeRoleWithWebIdentityCommandInput } from '@aws-sdk/client-sts';
import { parseArn } from '../../kernel/arn.ts';
import type { UserIdentity } from '../../kernel/identity.ts';

/**
 * Who calls AssumeRoleWithWebIdentity, which is not signed: the subject of the token, in the account of the role.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function webIdentityOf(input: object | undefined): { accountId: string; identity: UserIdentity } | undefined {
  const { RoleArn = '', WebIdentityToken = '' } = (input ?? {}) as Partial<AssumeRoleWithWebIdentityCommandInput>;
  const accountId = parseArn(RoleArn)?.accountId;
  if (!accountId) return undefined;
  const { iss = 'unknown', aud = 'unknown', sub = 'unknown' } = claimsOf(WebIdentityToken);
  const provider = String(iss).replace(/^https:\/\//, '');
  const identity: UserIdentity = {
    type: 'WebIdentityUser',
    principalId: `arn:aws:iam::${accountId}:oidc-provider/${provider}:${String(aud)}:${String(sub)}`,
    userName: String(sub),
    identityProvider: `arn:aws:iam::${accountId}:oidc-provider/${provider}`,
  };
  return { accountId, identity };
}

/** The claims of a JSON Web Token, which nobody verifies here; none for a text that is no such token. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
