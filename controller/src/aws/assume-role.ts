import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { Clock } from '../core/clock.ts';
import { TerminalError } from '../core/errors.ts';
import { classifyAws, wrapAws } from './errors.ts';

/** A role to work as. */
export interface RoleToAssume {
  readonly arn: string;
  /** For the role's trust policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
  readonly externalId?: string;
  /** How CloudTrail names the session. */
  readonly sessionName: string;
  /** JSON of a session policy: the session may do only what the role and this allow. Default: all that the role may. */
  readonly policy?: string;
  /** How long the credentials are good for, 900 at least. Default: as long as role chaining allows. */
  readonly durationSeconds?: number;
}

/** The longest session that role chaining allows: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const DURATION_SECONDS = 3_600;
/** New credentials are asked for this long before the old ones end, as the SDKs do. */
const EARLY_MS = 300_000;

/**
 * Credentials of a role, renewed before they end, and shared by all clients that are given them: one call an hour, not one
 * for each client.
 */
export function assumedRole(sts: STSClient, role: RoleToAssume, clock: Clock): () => Promise<AwsCredentialIdentity> {
  let current: { readonly credentials: Promise<AwsCredentialIdentity>; readonly until: number } | undefined;
  return async () => {
    const now = clock.now().getTime();
    if (current === undefined || now >= current.until) {
      const asked = { credentials: assume(sts, role), until: now + DURATION_SECONDS * 1000 - EARLY_MS };
      current = asked;
      asked.credentials.catch(() => {
        if (current === asked) current = undefined;
      });
    }
    return await current.credentials;
  };
}

/**
 * Credentials of a role, once.
 * @throws TerminalError `RoleRefused` when the role or the controller's policy does not allow it.
 */
export async function assume(sts: STSClient, role: RoleToAssume): Promise<AwsCredentialIdentity> {
  const { arn, externalId, sessionName, policy, durationSeconds = DURATION_SECONDS } = role;
  try {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: arn,
        RoleSessionName: sessionNameOf(sessionName),
        DurationSeconds: durationSeconds,
        ...(externalId !== undefined && { ExternalId: externalId }),
        ...(policy !== undefined && { Policy: policy }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
      throw new Error(`AssumeRole ${arn}: AWS gave no credentials`);
    }
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  } catch (error) {
    const wrapped = wrapAws(error, `AssumeRole ${arn}`);
    if (classifyAws(error) !== 'permission') throw wrapped;
    throw new TerminalError(
      'RoleRefused',
      `${wrapped.message}: the role's trust policy has to name the controller's own role${externalId === undefined ? '' : ' and the external id'}, and the controller needs sts:AssumeRole on it`,
      { cause: error },
    );
  }
}

/** At most 64 of the characters that AWS takes: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function sessionNameOf(name: string): string {
  return name.replaceAll(/[^\w+=,.@-]/gu, '-').slice(0, 64);
}
