import { createHash } from 'node:crypto';
import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import { parseArn } from '../../kernel/arn.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { openSession } from './sessions.ts';

type Answer<T> = Omit<T, '$metadata'>;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function assumeRole(input: AssumeRoleCommandInput, call: Call): Answer<AssumeRoleCommandOutput> {
  const seconds = input.DurationSeconds ?? 3600;
  const chained = call.principal.includes(':assumed-role/');
  if (chained && seconds > 3600) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  const roleArn = input.RoleArn ?? '';
  if (!call.world.ports.identity.assumableBy(roleArn, call.principal)) {
    throw new AwsError(
      'AccessDenied',
      `User: ${call.principal} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  }
  return openRoleSession(call.world, roleArn, input.RoleSessionName ?? '', seconds);
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export function assumeRoleWithWebIdentity(
  input: AssumeRoleWithWebIdentityCommandInput,
  call: Call,
): Answer<AssumeRoleWithWebIdentityCommandOutput> {
  return openRoleSession(call.world, input.RoleArn ?? '', input.RoleSessionName ?? '', input.DurationSeconds ?? 3600);
}

function openRoleSession(world: World, roleArn: string, sessionName: string, seconds: number) {
  const arn = parseArn(roleArn);
  const path = arn?.service === 'iam' && /^role\/(.+)$/.exec(arn.resource)?.[1];
  if (!arn || !path || !/^\d{12}$/.test(arn.accountId)) throw new AwsError('ValidationError', `${roleArn} is invalid`);
  // The ARN of a session holds the role's name without its path.
  const roleName = path.slice(path.lastIndexOf('/') + 1);
  const who = {
    principal: `arn:aws:sts::${arn.accountId}:assumed-role/${roleName}/${sessionName}`,
    userId: `${roleId(roleArn)}:${sessionName}`,
    roleArn,
  };
  return {
    Credentials: openSession(world, arn.accountId, who, seconds),
    AssumedRoleUser: { AssumedRoleId: who.userId, Arn: who.principal },
  };
}

/** The unique id of a role: the same whenever the role is named. */
export function roleId(roleArn: string): string {
  const digest = createHash('sha256').update(roleArn).digest('hex').toUpperCase();
  return `AROA${digest.slice(0, 17)}`;
}
