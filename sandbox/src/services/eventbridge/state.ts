import type { Target } from '@aws-sdk/client-eventbridge';
import { arnOf } from '../../kernel/arn.ts';
import { own } from '../../kernel/own.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';

/** Whether a rule matches events, and which ones of CloudTrail. */
type RuleStatus = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** A rule. */
export interface RuleState {
  readonly name: string;
  readonly arn: string;
  readonly createdBy: string;
  eventPattern?: string;
  scheduleExpression?: string;
  status: RuleStatus;
  description?: string;
  roleArn?: string;
  /** By id. */
  targets: Record<string, Target>;
  /** The timer of its next run, when it has a schedule. */
  timer?: string;
}

/** An event bus. Times in milliseconds since the epoch. */
export interface BusState {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  description?: string;
  /** By name. */
  readonly rules: Record<string, RuleState>;
}

/** The event buses of a place, by name; each has one that is called `default`. */
export function busesOf(world: World, scope: Scope): Record<string, BusState> {
  const now = world.clock.now();
  return world.slice<{ readonly buses: Record<string, BusState> }>(scope, 'eventbridge', () => ({
    buses: { default: newBus(scope, 'default', now) },
  })).buses;
}

/** A bus without rules. */
export function newBus(scope: Scope, name: string, now: number): BusState {
  return { name, arn: arnOf('events', scope, `event-bus/${name}`), createdAt: now, modifiedAt: now, rules: {} };
}

/** The bus of a name or ARN, the default one when there is none. Throws ResourceNotFoundException. */
export function busOf(world: World, scope: Scope, nameOrArn: string | undefined): BusState {
  const name = nameOrArn?.replace(/^arn:.*:event-bus\//, '') ?? 'default';
  const bus = own(busesOf(world, scope), name);
  if (!bus) throw notFound(`Event bus ${name} does not exist.`);
  return bus;
}

/** The rule of a name. Throws ResourceNotFoundException. */
export function ruleOf(bus: BusState, name: string | undefined): RuleState {
  const rule = own(bus.rules, name);
  if (!rule) throw notFound(`Rule ${name} does not exist on EventBus ${bus.name}.`);
  return rule;
}

/** There is no such thing. */
export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

/** ARN of a rule: of another bus than the default one, the bus is in it. */
export function ruleArn(scope: Scope, bus: string, rule: string): string {
  return arnOf('events', scope, bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`);
}
