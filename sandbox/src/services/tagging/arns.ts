import { type Arn, parseArn } from '../../kernel/arn.ts';
import { AwsError } from '../../kernel/service.ts';

/** The ARN in its parts. Throws InvalidParameterException, with AWS's words, when the text is none. */
export function checkedArn(text: string): Arn {
  const arn = parseArn(text);
  if (!arn || arn.resource === '') throw invalid(`${text} is not a valid AmazonResourceName (ARN)`);
  return arn;
}

/** The error for a request that the API reference forbids. */
export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
