import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { clientSettings } from '../../../../test/clients.ts';
import type { BusEvent } from '../deliver.ts';

/** An event with its detail open to look into. */
export type ReceivedEvent = Omit<BusEvent, 'detail'> & { readonly detail: Readonly<Record<string, unknown>> };

/** A queue that a rule fills, as drift detectors have one. */
export interface EventQueue {
  readonly url: string;
  readonly arn: string;
  readonly ruleArn: string;
  /** Takes everything that is in the queue, in the order in which it came. */
  drain(): Promise<ReceivedEvent[]>;
}

/** Makes a queue, a rule of this pattern, and lets the rule send. */
export async function eventQueue(endpoint: string, pattern: object, name = 'events'): Promise<EventQueue> {
  const settings = clientSettings(endpoint);
  const sqs = new SQSClient(settings);
  const events = new EventBridgeClient(settings);
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  const arn = Attributes?.QueueArn ?? '';
  const { RuleArn: ruleArn = '' } = await events.send(
    new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }),
  );
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: sendPolicy(arn, ruleArn) } }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: arn }] }));
  return {
    url,
    arn,
    ruleArn,
    async drain() {
      const found: ReceivedEvent[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
        if (Messages.length === 0) return found;
        found.push(...Messages.map(({ Body = '{}' }) => JSON.parse(Body) as ReceivedEvent));
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
      }
    },
  };
}

/** The policy of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html for a queue and a rule. */
export function sendPolicy(queueArn: string, ruleArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      },
    ],
  });
}

/** Makes a trail of all regions, and starts it. */
export async function startTrail(endpoint: string, region = 'eu-west-1'): Promise<void> {
  const cloudtrail = new CloudTrailClient({ ...clientSettings(endpoint), region });
  const trail = new CreateTrailCommand({ Name: 'all', S3BucketName: 'logs', IsMultiRegionTrail: true });
  await cloudtrail.send(trail);
  await cloudtrail.send(new StartLoggingCommand({ Name: 'all' }));
}
