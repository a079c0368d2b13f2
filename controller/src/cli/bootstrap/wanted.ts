import type { EventClients } from '../../aws/event-clients.ts';
import { OWNERSHIP_TAG } from '../../core/ownership.ts';
import { GLOBAL_REGION, globalEvents, regionalEvents } from '../../engine/events/patterns.ts';
import type { PolicyDocument } from '../iam-policy/policy.ts';
import { prefixOf, queueArn, queueNames, ruleArn, type Where } from './names.ts';
import { queue } from './queue.ts';
import { role } from './role.ts';
import { leftOvers, rule } from './rule.ts';
import type { Thing } from './thing.ts';

/** The controller's role, when bootstrap is to make it. */
export interface WantedRole {
  readonly name: string;
  /** Who may assume it. */
  readonly trust: string;
  readonly externalId?: string;
  readonly policies: Readonly<Record<string, PolicyDocument>>;
}

/** What is wanted of one account and region. */
export interface Wanted {
  readonly instance: string;
  readonly where: Where;
  /** Events of this region: not wanted of us-east-1 when it is only there for services without regions. */
  readonly regional: boolean;
  /** Events of services without regions. They are told of in us-east-1 alone. */
  readonly global: boolean;
  readonly role?: WantedRole;
}

/** A day: what is older, sweeps have seen long ago. */
const RETENTION_SECONDS = 86_400;
/** Two weeks, the most that there is: a person has to find it. */
const DEAD_LETTER_RETENTION_SECONDS = 1_209_600;
/** So often a message is received before it goes to the dead-letter queue. */
const MAX_RECEIVES = 5;

/** Everything of one account and region in the order in which it is made; what is left over comes last. */
export async function thingsOf(wanted: Wanted, clients: EventClients, signal: AbortSignal): Promise<readonly Thing[]> {
  const { instance, where } = wanted;
  const { sqs, eventbridge, iam } = clients;
  const tags = { [OWNERSHIP_TAG.instance]: instance };
  const prefix = prefixOf(instance);
  const names = queueNames(instance);
  const rules = [
    ...(wanted.regional ? regionalEvents() : []),
    ...(wanted.global && where.region === GLOBAL_REGION ? globalEvents() : []),
  ].map((events) => ({ ...events, name: `${prefix}-${events.name}` }));
  const ruleArns = rules.map(({ name }) => ruleArn(where, name));
  const events = queueArn(where, names.events);
  const undelivered = queueArn(where, names.undelivered);
  const deadLetter = { arn: queueArn(where, names.deadLetter), maxReceiveCount: MAX_RECEIVES };
  const kept = { retentionSeconds: DEAD_LETTER_RETENTION_SECONDS };
  return [
    queue(sqs, where, tags, { name: names.deadLetter, ...kept }),
    queue(sqs, where, tags, { name: names.undelivered, ...kept, rules: ruleArns }),
    queue(sqs, where, tags, { name: names.events, retentionSeconds: RETENTION_SECONDS, deadLetter, rules: ruleArns }),
    ...rules.map(({ name, description, pattern }) =>
      rule(eventbridge, where, tags, { name, description, pattern, queueArn: events, undeliveredArn: undelivered }),
    ),
    ...(wanted.role === undefined ? [] : [role(iam, where, tags, wanted.role)]),
    ...(await leftOvers(eventbridge, where, prefix, new Set(rules.map(({ name }) => name)), signal)),
  ];
}
