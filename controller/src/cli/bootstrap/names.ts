import { TerminalError } from '../../core/errors.ts';

/** An account and region, and the partition they are in. */
export interface Where {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

/** The longest name of an instance whose rules still have names that EventBridge takes (64 characters). */
const MAX_INSTANCE = 32;

/**
 * What the names of everything begin with: `longshore-<instance>`.
 * @throws {TerminalError} `BadInstance`: SQS and EventBridge would refuse the names.
 */
export function prefixOf(instance: string): string {
  if (!/^[A-Za-z0-9_-]+$/u.test(instance) || instance.length > MAX_INSTANCE) {
    throw new TerminalError(
      'BadInstance',
      `the name of this installation is "${instance}" (LONGSHORE_INSTANCE); queues and rules are named by it, so that ` +
        `1 to ${MAX_INSTANCE} letters, digits, hyphens and underscores are expected`,
    );
  }
  return `longshore-${instance}`;
}

/** Names of the three queues. */
export function queueNames(instance: string): {
  readonly events: string;
  readonly deadLetter: string;
  readonly undelivered: string;
} {
  const events = `${prefixOf(instance)}-events`;
  return { events, deadLetter: `${events}-dead-letter`, undelivered: `${events}-undelivered` };
}

/** ARN of a queue. */
export function queueArn({ partition, region, accountId }: Where, name: string): string {
  return `arn:${partition}:sqs:${region}:${accountId}:${name}`;
}

/** ARN of a rule on the default event bus. */
export function ruleArn({ partition, region, accountId }: Where, name: string): string {
  return `arn:${partition}:events:${region}:${accountId}:rule/${name}`;
}
