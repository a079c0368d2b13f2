import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { AwsError } from '../../kernel/service.ts';
import type { StoredAttribute } from './state.ts';

/** Reads the attributes of a message that is sent. Throws InvalidParameterValue. */
export function storedAttributes(
  attributes: Readonly<Record<string, MessageAttributeValue>> | undefined,
): Record<string, StoredAttribute> {
  const entries = Object.entries(attributes ?? {});
  if (entries.length > 10) {
    throw new AwsError(
      'InvalidParameterValue',
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`,
    );
  }
  return Object.fromEntries(
    entries.map(([name, { DataType, StringValue, BinaryValue }]): [string, StoredAttribute] => {
      if (!/^(String|Number|Binary)(\..+)?$/.test(DataType ?? '')) {
        throw new AwsError(
          'InvalidParameterValue',
          `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
        );
      }
      const binary = DataType?.startsWith('Binary') ?? false;
      if (binary ? !BinaryValue?.length : !StringValue) {
        throw new AwsError(
          'InvalidParameterValue',
          `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${DataType}'.`,
        );
      }
      const binaryText = BinaryValue && { binary: Buffer.from(BinaryValue).toString('base64') };
      return [name, { DataType, ...(binary ? binaryText : { StringValue }) }];
    }),
  );
}

/** Attributes as a receiver gets them: those that it asks for, by name, `prefix.*` or `All`. */
export function shownAttributes(
  attributes: Readonly<Record<string, StoredAttribute>>,
  asked: readonly string[],
): Record<string, StoredAttribute> {
  const wanted = (name: string) =>
    asked.some(
      (one) =>
        one === 'All' || one === '.*' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -1))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}

/** Attributes in the form of the API. */
export function attributeValues(
  attributes: Readonly<Record<string, StoredAttribute>>,
): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, binary }]) => [
      name,
      { DataType, ...(binary === undefined ? { StringValue } : { BinaryValue: Buffer.from(binary, 'base64') }) },
    ]),
  );
}

/** The MD5 digest of a message's body. */
export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/**
 * The MD5 digest of message attributes; undefined when there are none.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: Readonly<Record<string, StoredAttribute>>): string | undefined {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (value: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    hash.update(length).update(value);
  };
  for (const [name, { DataType = '', StringValue = '', binary }] of entries) {
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    // 1: the value is text, 2: it is bytes.
    hash.update(Buffer.from([binary === undefined ? 1 : 2]));
    add(binary === undefined ? Buffer.from(StringValue) : Buffer.from(binary, 'base64'));
  }
  return hash.digest('hex');
}
