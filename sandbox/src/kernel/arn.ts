import type { Scope } from './world.ts';

/** The parts of an ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** Everything behind the account, colons included. */
  readonly resource: string;
}

/** Takes an ARN apart; undefined when the text is none. */
export function parseArn(text: string): Arn | undefined {
  const [arn, partition = '', service = '', region = '', accountId = '', ...resource] = text.split(':');
  if (arn !== 'arn' || partition === '' || service === '' || resource.length === 0) return undefined;
  return { partition, service, region, accountId, resource: resource.join(':') };
}

/** The ARN of a resource of a service at a place. */
export function arnOf(service: string, scope: Scope, resource: string): string {
  return `arn:aws:${service}:${scope.region}:${scope.accountId}:${resource}`;
}
