import { parseArn } from '../../kernel/arn.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { resourceVerdict } from '../iam/resource-policies.ts';
import type { QueueState } from './state.ts';

/**
 * Refuses a caller of another account whom the queue's policy does not let in, and whomever it denies. Throws
 * AccessDenied. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html
 */
export function authorize({ scope, principal }: Call, queue: QueueState, action: string): void {
  const policy = queue.attributes['Policy'];
  const own = scope.accountId === queue.accountId;
  const verdict = policy
    ? resourceVerdict(policy, {
        principal: { kind: 'AWS', names: namesOf(principal, scope.accountId) },
        action,
        resource: queue.arn,
        context: {
          'aws:principalarn': principal,
          'aws:principalaccount': scope.accountId,
          'aws:securetransport': 'true',
        },
      })
    : 'implicitDeny';
  if (verdict === 'allowed' || (own && verdict === 'implicitDeny')) return;
  throw new AwsError('AccessDenied', `Access to the resource ${queue.name} is denied.`);
}

/**
 * Whether the policy lets a service send for one of its resources. Without a policy nobody but the account may.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export function serviceMaySend(queue: QueueState, service: string, sourceArn: string): boolean {
  const policy = queue.attributes['Policy'];
  if (!policy) return false;
  const verdict = resourceVerdict(policy, {
    principal: { kind: 'Service', name: service },
    action: 'sqs:SendMessage',
    resource: queue.arn,
    context: {
      'aws:sourcearn': sourceArn,
      'aws:sourceaccount': parseArn(sourceArn)?.accountId ?? '',
      'aws:securetransport': 'true',
    },
  });
  return verdict === 'allowed';
}

/** What a policy may call the caller: its ARN, its account's, and for a session its role's. */
function namesOf(principal: string, accountId: string): string[] {
  const role = /:assumed-role\/([^/]+)\//.exec(principal)?.[1];
  return [
    principal,
    accountId,
    `arn:aws:iam::${accountId}:root`,
    ...(role === undefined ? [] : [`arn:aws:iam::${accountId}:role/${role}`]),
  ];
}
