import { AwsError } from '../../kernel/service.ts';

/** Ranges of the numeric attributes. Source: API_SetQueueAttributes. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

/** What an attribute may be set to, when it is a choice. */
const choices: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['messageGroup', 'queue'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
  SqsManagedSseEnabled: ['true', 'false'],
};

const documents = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy'];
const onlyFifo = ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];

/** What a new queue has when nothing is said. Source: API_CreateQueue. */
export const defaultAttributes: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
  VisibilityTimeout: '30',
};

/** What a FIFO queue has besides. */
export const defaultFifoAttributes: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoQueue: 'true',
  FifoThroughputLimit: 'perQueue',
};

/** A dead-letter policy. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** The dead-letter policy among attributes; undefined when there is none. */
export function redrivePolicyOf(attributes: Readonly<Record<string, string>>): RedrivePolicy | undefined {
  const text = attributes['RedrivePolicy'];
  if (!text) return undefined;
  // The console writes the count as a number, CloudFormation as text.
  const { deadLetterTargetArn = '', maxReceiveCount = 10 } = JSON.parse(text) as {
    readonly deadLetterTargetArn?: string;
    readonly maxReceiveCount?: number | string;
  };
  return { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) };
}

/**
 * Checks attributes that are to be set. Throws InvalidAttributeName and InvalidAttributeValue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export function checkAttributes(attributes: Readonly<Record<string, string>>, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!isSettable(name) || (onlyFifo.includes(name) && !fifo)) {
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
    if (!isValid(name, value)) throw invalidValue(name);
  }
}

/** Whether there is an attribute of this name that can be set. */
export function isSettable(name: string): boolean {
  return name in ranges || name in choices || documents.includes(name) || name === 'KmsMasterKeyId';
}

/** The value of an attribute is not one that it can have. */
export function invalidValue(name: string, reason?: string): AwsError {
  const words = `Invalid value for the parameter ${name}.`;
  return new AwsError('InvalidAttributeValue', reason === undefined ? words : `${words} Reason: ${reason}`);
}

function isValid(name: string, value: string): boolean {
  const range = ranges[name];
  if (range) return /^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1];
  const allowed = choices[name];
  if (allowed) return allowed.includes(value);
  if (name === 'KmsMasterKeyId') return true;
  return value === '' || isDocument(name, value);
}

/** `maxReceiveCount` is 1 to 1,000. Source: API_SetQueueAttributes. */
function isDocument(name: string, text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return false;
    if (name !== 'RedrivePolicy') return true;
    const { deadLetterTargetArn, maxReceiveCount } = parsed as Readonly<Record<string, unknown>>;
    const most = Number(maxReceiveCount);
    return typeof deadLetterTargetArn === 'string' && Number.isInteger(most) && most >= 1 && most <= 1000;
  } catch {
    return false;
  }
}
