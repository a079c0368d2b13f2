import { randomUUID } from 'node:crypto';
import type { Target } from '@aws-sdk/client-eventbridge';
import { own } from '../../kernel/own.ts';
import type { ServiceEvent } from '../../kernel/ports.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { inputFor } from './input.ts';
import { matches } from './pattern/match.ts';
import { parsePattern } from './pattern/parse.ts';
import { type BusState, busesOf, type RuleState } from './state.ts';

/** An event as rules see it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, in whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** Name of the timer that tries a delivery again. */
export const retryTimer = 'eventbridge/retry';

/** A delivery to one target. */
interface Delivery {
  readonly bus: string;
  readonly rule: string;
  readonly target: string;
  readonly input: string;
  readonly event: BusEvent;
  /** When the event came, in milliseconds since the epoch. */
  readonly ingestedAt: number;
  /** Retries so far. */
  readonly attempts: number;
}

/** The event in the form of the bus. */
export function busEvent(scope: Scope, event: ServiceEvent, now: number): BusEvent {
  return {
    version: '0',
    // Not from the seed: how many events there are must not change the ids of resources.
    id: randomUUID(),
    'detail-type': event.detailType,
    source: event.source,
    account: scope.accountId,
    time: `${new Date(event.at ?? now).toISOString().slice(0, 19)}Z`,
    region: scope.region,
    resources: event.resources,
    // Dates and the like as they will be read.
    detail: JSON.parse(JSON.stringify(event.detail)) as object,
  };
}

/** Gives an event to every target of every rule of the bus that matches it. */
export function publish(world: World, scope: Scope, bus: BusState, event: BusEvent, readOnly = false): void {
  for (const rule of Object.values(bus.rules)) {
    if (rule.status === 'DISABLED' || rule.eventPattern === undefined) continue;
    // "Enable the rule so that EventBridge matches events against the rule, except for read-only AWS management events".
    if (readOnly && rule.status !== 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') continue;
    if (matches(parsePattern(rule.eventPattern), event)) invoke(world, scope, bus, rule, event);
  }
}

/** Gives an event to the targets of a rule. */
export function invoke(world: World, scope: Scope, bus: BusState, rule: RuleState, event: BusEvent): void {
  const ingestedAt = world.clock.now();
  for (const [id, target] of Object.entries(rule.targets)) {
    const input = inputFor(target, event, { ruleArn: rule.arn, ruleName: rule.name, ingestedAt });
    attempt(world, scope, rule, target, {
      bus: bus.name,
      rule: rule.name,
      target: id,
      input,
      event,
      ingestedAt,
      attempts: 0,
    });
  }
}

/** Timer: one more try, unless rule or target are gone. */
export function retry(delivery: Delivery, scope: Scope, world: World): void {
  const rule = own(own(busesOf(world, scope), delivery.bus)?.rules ?? {}, delivery.rule);
  const target = rule && own(rule.targets, delivery.target);
  if (target) attempt(world, scope, rule, target, delivery);
}

function attempt(world: World, scope: Scope, rule: RuleState, target: Target, delivery: Delivery): void {
  const failure = send(world, rule, target, delivery.input);
  if (!failure) return;
  const exhausted = failure.retriable ? exhaustedBy(world, target, delivery) : '';
  if (exhausted === undefined) {
    const next = { ...delivery, attempts: delivery.attempts + 1 };
    world.timers.set(scope, retryTimer, backoffMs(delivery.attempts), next);
    return;
  }
  const { Arn: deadLetters } = target.DeadLetterConfig ?? {};
  if (deadLetters === undefined) return;
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
  const attributes = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.Arn ?? '',
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    ...(exhausted === '' ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted, RETRY_ATTEMPTS: String(delivery.attempts) }),
  };
  const from = { service: 'events.amazonaws.com', sourceArn: rule.arn };
  world.ports.queues.deliver(deadLetters, { body: JSON.stringify(delivery.event), attributes }, from);
}

/** Which limit of the retry policy is reached; undefined when none is. By default 185 retries in 24 hours. */
function exhaustedBy(world: World, target: Target, { attempts, ingestedAt }: Delivery): string | undefined {
  const { MaximumRetryAttempts: most = 185, MaximumEventAgeInSeconds: seconds = 86_400 } = target.RetryPolicy ?? {};
  if (attempts >= most) return 'MaximumRetryAttempts';
  const next = world.clock.now() + backoffMs(attempts);
  return next - ingestedAt > seconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
}

/** "with an exponential back off and jitter" of figures that AWS does not tell: from one second to ten minutes. */
function backoffMs(attempts: number): number {
  return Math.min(600_000, 1000 * 2 ** attempts);
}

/** Why a target was not reached. */
interface DeliveryFailure {
  readonly code: string;
  readonly message: string;
  /** "errors that result from missing permissions to a target, or if a target resource that no longer exists" are not. */
  readonly retriable: boolean;
}

function send(world: World, rule: RuleState, target: Target, body: string): DeliveryFailure | undefined {
  const arn = target.Arn ?? '';
  if (world.faults.strikes('targetUnavailable', [arn, arn.slice(arn.lastIndexOf(':') + 1)])) {
    return {
      code: 'SDK_CLIENT_ERROR',
      message: 'The target is unavailable by a fault rule of the sandbox.',
      retriable: true,
    };
  }
  const groupId = target.SqsParameters?.MessageGroupId;
  const from = { service: 'events.amazonaws.com', sourceArn: rule.arn };
  try {
    const refused = world.ports.queues.deliver(arn, { body, ...(groupId === undefined ? {} : { groupId }) }, from);
    if (refused === undefined) return undefined;
    return refused === 'noQueue'
      ? { code: 'NO_RESOURCE', message: 'The target queue does not exist.', retriable: false }
      : { code: 'NO_PERMISSIONS', message: `Lack of permissions to invoke ${arn}.`, retriable: false };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: 'SDK_CLIENT_ERROR', message: error.message, retriable: false };
  }
}
