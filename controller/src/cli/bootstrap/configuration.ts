import { stringify } from 'yaml';
import type { Where } from './names.ts';

/** Address of the queue for events, as SQS gives it: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
export interface EventQueueAt {
  readonly where: Where;
  readonly queueUrl: string;
}

/** The role that the controller assumes to read them. */
export interface ReadAs {
  readonly name: string;
  readonly externalId?: string;
}

/** What goes into the ControllerConfiguration, as YAML. */
export function configurationFor(queues: readonly EventQueueAt[], readAs?: ReadAs): string {
  const eventQueues = queues.map(({ where: { accountId, region, partition }, queueUrl }) => ({
    queueUrl,
    accountId,
    region,
    ...(readAs !== undefined && { roleArn: `arn:${partition}:iam::${accountId}:role/${readAs.name}` }),
    ...(readAs?.externalId !== undefined && { externalId: readAs.externalId }),
  }));
  return stringify({ spec: { eventQueues } }, { lineWidth: 0 });
}
