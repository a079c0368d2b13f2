import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { doing, isAbsent, wrapAws } from '../../aws/errors.ts';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { queueArn, type Where } from './names.ts';
import type { Live, Thing } from './thing.ts';

/** How a queue is to be. */
export interface QueueSpec {
  readonly name: string;
  /** How long a message is kept, in seconds. */
  readonly retentionSeconds: number;
  /** ARN of the queue for messages that were received so often and never taken. */
  readonly deadLetter?: { readonly arn: string; readonly maxReceiveCount: number };
  /** ARNs of the rules whose events EventBridge may send; nobody else may send anything by this policy. */
  readonly rules?: readonly string[];
}

/** Attributes that are ours to say, by SQS's names, and how they are told from text. */
const ATTRIBUTES = [
  'MessageRetentionPeriod',
  'VisibilityTimeout',
  'ReceiveMessageWaitTimeSeconds',
  'SqsManagedSseEnabled',
  'RedrivePolicy',
  'Policy',
] as const;

/** Longer than it takes to hand over ten messages, so that nobody else receives them meanwhile. */
const VISIBILITY_SECONDS = 60;
/** Receivers wait this long, the most that there is: an empty answer costs as much as a full one. */
const WAIT_SECONDS = 20;

/** A queue, encrypted by keys of SQS. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export function queue(sqs: SQSClient, where: Where, tags: Readonly<Record<string, string>>, spec: QueueSpec): Thing {
  const { name } = spec;
  const arn = queueArn(where, name);
  const wanted = attributesOf(spec, arn, where);
  return {
    ref: `Queue/${name}`,
    type: 'sqs:queue',
    id: arn,
    wanted,
    observe: (signal) => observe(sqs, name, signal),
    ensure: async (live, signal) => {
      if (live === undefined) {
        const create = new CreateQueueCommand({ QueueName: name, Attributes: asText(wanted), tags: { ...tags } });
        await doing(`CreateQueue ${name}`, sqs.send(create, { abortSignal: signal }));
        return;
      }
      const unwanted = Object.keys(live.fields).filter((key) => !(key in wanted));
      // An empty policy takes the policy away.
      const Attributes = { ...Object.fromEntries(unwanted.map((key) => [key, ''])), ...asText(wanted) };
      const set = new SetQueueAttributesCommand({ QueueUrl: await urlOf(sqs, name, signal), Attributes });
      await doing(`SetQueueAttributes of ${name}`, sqs.send(set, { abortSignal: signal }));
    },
    remove: async (signal) => {
      const QueueUrl = await urlOf(sqs, name, signal);
      if (QueueUrl === undefined) return;
      await doing(`DeleteQueue ${name}`, sqs.send(new DeleteQueueCommand({ QueueUrl }), { abortSignal: signal }));
    },
  };
}

function attributesOf(spec: QueueSpec, arn: string, where: Where): JsonObject {
  return {
    MessageRetentionPeriod: String(spec.retentionSeconds),
    VisibilityTimeout: String(VISIBILITY_SECONDS),
    ReceiveMessageWaitTimeSeconds: String(WAIT_SECONDS),
    SqsManagedSseEnabled: 'true',
    ...(spec.deadLetter !== undefined && {
      RedrivePolicy: { deadLetterTargetArn: spec.deadLetter.arn, maxReceiveCount: spec.deadLetter.maxReceiveCount },
    }),
    ...(spec.rules !== undefined && { Policy: policyFor(arn, spec.rules, where) }),
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions */
function policyFor(arn: string, rules: readonly string[], { accountId }: Where): JsonObject {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EventsOfTheseRules',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: {
          ArnEquals: { 'aws:SourceArn': rules.toSorted() },
          StringEquals: { 'aws:SourceAccount': accountId },
        },
      },
    ],
  };
}

/** Address of a queue by its name; undefined when there is none. */
export async function urlOf(sqs: SQSClient, name: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }), { abortSignal: signal })).QueueUrl;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw wrapAws(error, `GetQueueUrl ${name}`);
  }
}

async function observe(sqs: SQSClient, name: string, signal: AbortSignal): Promise<Live | undefined> {
  const QueueUrl = await urlOf(sqs, name, signal);
  if (QueueUrl === undefined) return undefined;
  const abort = { abortSignal: signal };
  const attributes = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...ATTRIBUTES] });
  const [{ Attributes = {} }, { Tags = {} }] = await Promise.all([
    doing(`GetQueueAttributes of ${name}`, sqs.send(attributes, abort)),
    doing(`ListQueueTags of ${name}`, sqs.send(new ListQueueTagsCommand({ QueueUrl }), abort)),
  ]);
  const fields = Object.fromEntries(
    Object.entries(Attributes).flatMap(([key, value]): [string, Json][] =>
      value === undefined || value === '' ? [] : [[key, fromText(value)]],
    ),
  );
  return { fields, tags: Tags };
}

/** Policies are JSON in text. */
function fromText(value: string): Json {
  if (!value.startsWith('{')) return value;
  try {
    const parsed = JSON.parse(value) as Json;
    return isObject(parsed) && 'maxReceiveCount' in parsed
      ? { ...parsed, maxReceiveCount: Number(parsed['maxReceiveCount']) }
      : parsed;
  } catch {
    return value;
  }
}

/** Attributes as SQS takes them. */
function asText(wanted: JsonObject): Record<string, string> {
  const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, text(value)]));
}
