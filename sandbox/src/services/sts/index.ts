import * as sdk from '@aws-sdk/client-sts';
import type { GetAccessKeyInfoCommandInput, GetSessionTokenCommandInput } from '@aws-sdk/client-sts';
import { AwsError, type Call, type Service } from '../../kernel/service.ts';
import { accountOfKeyId } from './access-keys.ts';
import { assumeRole, assumeRoleWithWebIdentity } from './roles.ts';
import { openSession, userIdOf } from './sessions.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function getCallerIdentity(_input: object, call: Call): object {
  return { Account: call.scope.accountId, Arn: call.principal, UserId: userIdOf(call) };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
function getSessionToken({ DurationSeconds }: GetSessionTokenCommandInput, call: Call): object {
  const { accountId } = call.scope;
  if (!call.principal.startsWith('arn:aws:iam::')) {
    throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials');
  }
  // "Sessions for AWS account owners are restricted to a maximum of 3,600 seconds": longer ones default to that.
  const seconds = Math.min(DurationSeconds ?? 3600, 3600);
  return { Credentials: openSession(call.world, accountId, { principal: call.principal, userId: accountId }, seconds) };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html */
function getAccessKeyInfo({ AccessKeyId = '' }: GetAccessKeyInfoCommandInput): object {
  const Account = /^\d{12}/.exec(AccessKeyId)?.[0] ?? accountOfKeyId(AccessKeyId);
  if (Account === undefined) throw new AwsError('ValidationError', 'Invalid access key ID');
  return { Account };
}

/** AWS Security Token Service. */
export const sts: Service = {
  name: 'sts',
  sdk,
  model: 'sts',
  handlers: {
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
    GetAccessKeyInfo: getAccessKeyInfo,
    GetCallerIdentity: getCallerIdentity,
    GetSessionToken: getSessionToken,
  },
};
