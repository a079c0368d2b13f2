import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SQSClient } from '@aws-sdk/client-sqs';
import { installRules } from './calls.ts';
import type { AwsContext } from './context.ts';

/** Clients for the events of an account and region: what the feed and `longshore bootstrap` need beside the context. */
export interface EventClients {
  readonly sqs: SQSClient;
  readonly eventbridge: EventBridgeClient;
  readonly cloudtrail: CloudTrailClient;
  readonly iam: IAMClient;
  close(): void;
}

/** Clients with the region, credentials and rules of a context. They are closed on their own. */
export function eventClients({ settings: { config, rules } }: Pick<AwsContext, 'settings'>): EventClients {
  const sqs = new SQSClient(config);
  const eventbridge = new EventBridgeClient(config);
  const cloudtrail = new CloudTrailClient(config);
  const iam = new IAMClient(config);
  installRules(sqs.middlewareStack, 'sqs', rules);
  installRules(eventbridge.middlewareStack, 'events', rules);
  installRules(cloudtrail.middlewareStack, 'cloudtrail', rules);
  installRules(iam.middlewareStack, 'iam', rules);
  return {
    sqs,
    eventbridge,
    cloudtrail,
    iam,
    close: () => {
      for (const client of [sqs, eventbridge, cloudtrail, iam]) client.destroy();
    },
  };
}
