import type { Scope } from '../../kernel/world.ts';

/**
 * Services whose event source is not their signing name. Application Auto Scaling shares one with Amazon EC2 Auto
 * Scaling: https://docs.aws.amazon.com/autoscaling/application/userguide/logging-using-cloudtrail.html
 */
const sources: Readonly<Record<string, { readonly source: string; readonly data?: object }>> = {
  'application-autoscaling': {
    source: 'autoscaling.amazonaws.com',
    data: { service: 'application-autoscaling' },
  },
};

/** The event source of a service, and what its events say besides. */
export function sourceOf(service: string): { readonly source: string; readonly data?: object } {
  return sources[service] ?? { source: `${service}.amazonaws.com` };
}

/**
 * Operations that are no management events: they act on what is in a resource, and trails log them only when told to.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const dataEvents: Readonly<Record<string, RegExp>> = {
  events: /^(PutEvents|TestEventPattern)$/,
  logs: /^(PutLogEvents|GetLogEvents|FilterLogEvents|GetLogRecord|GetLogObject|StartLiveTail)$/,
  monitoring: /^(PutMetricData|GetMetricData|GetMetricStatistics|ListMetrics)$/,
  sqs: /^(SendMessage|ReceiveMessage|DeleteMessage|ChangeMessageVisibility)(Batch)?$/,
};

/** Whether CloudTrail records calls of the operation as management events. */
export function isManagementEvent(service: string, operation: string): boolean {
  return !dataEvents[service]?.test(operation);
}

/** Whether the operation changes nothing. Assuming a role counts as reading. */
export function isReadOnly(operation: string): boolean {
  return /^(Describe|List|Get|BatchGet|BatchCheck|Lookup|Filter|Search|Test|Simulate|AssumeRole)/.test(operation);
}

/** Where the event of a call is recorded: those of IAM, which is in no region, in us-east-1. */
export function placeOf(service: string, scope: Scope): Scope {
  return service === 'iam' ? { ...scope, region: 'us-east-1' } : scope;
}
