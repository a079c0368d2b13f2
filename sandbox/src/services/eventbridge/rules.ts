import type {
  DeleteRuleCommandInput,
  DescribeRuleCommandInput,
  DisableRuleCommandInput,
  EnableRuleCommandInput,
  ListRulesCommandInput,
  PutRuleCommandInput,
} from '@aws-sdk/client-eventbridge';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { page } from './page.ts';
import { parsePattern } from './pattern/parse.ts';
import { checkSchedule, reschedule } from './schedules.ts';
import { busOf, ruleArn, ruleOf, type RuleState } from './state.ts';
import { tagRecord } from './tags.ts';

/** "Number of rules", for an event bus. Source: EventBridge user guide, "Quotas". */
const mostRules = 300;

/**
 * PutRule. Of an existing rule everything is replaced but its targets and tags: what is omitted is gone.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
export function putRule(input: PutRuleCommandInput, call: Call): object {
  const { world, scope, now } = call;
  const bus = busOf(world, scope, input.EventBusName);
  const { Name: name = '', EventPattern: pattern, ScheduleExpression: schedule } = input;
  if (!pattern && !schedule) {
    throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (schedule && bus.name !== 'default') {
    throw new AwsError('ValidationException', 'ScheduleExpression is supported only on the default event bus.');
  }
  if (pattern) parsePattern(pattern);
  if (schedule) checkSchedule(schedule, now);
  const existing = own(bus.rules, name);
  if (!existing && Object.keys(bus.rules).length >= mostRules) {
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  }
  const arn = ruleArn(scope, bus.name, name);
  if (existing?.timer) world.timers.cancel(existing.timer);
  const rule: RuleState = {
    name,
    arn,
    createdBy: existing?.createdBy ?? scope.accountId,
    status: input.State ?? 'ENABLED',
    targets: existing?.targets ?? {},
    ...(pattern ? { eventPattern: pattern } : {}),
    ...(schedule ? { scheduleExpression: schedule } : {}),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.RoleArn === undefined ? {} : { roleArn: input.RoleArn }),
  };
  bus.rules[name] = rule;
  // "If you are updating an existing rule, any tags you specify in the PutRule operation are ignored."
  if (!existing) {
    world.resources.add({ ...scope, arn, type: 'events:rule', createdAt: now, tags: tagRecord(input.Tags) });
  }
  reschedule(world, scope, rule);
  return { RuleArn: arn };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */
export function describeRule(input: DescribeRuleCommandInput, { world, scope }: Call): object {
  const bus = busOf(world, scope, input.EventBusName);
  const rule = ruleOf(bus, input.Name);
  return { ...described(rule, bus.name), CreatedBy: rule.createdBy };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
export function listRules(input: ListRulesCommandInput, { world, scope }: Call): object {
  const bus = busOf(world, scope, input.EventBusName);
  const rules = Object.values(bus.rules)
    .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { items, NextToken } = page(rules, ({ name }) => name, input.Limit, input.NextToken);
  return { Rules: items.map((rule) => described(rule, bus.name)), NextToken };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html */
export function enableRule(input: EnableRuleCommandInput, call: Call): object {
  return setStatus(input, call, 'ENABLED');
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html */
export function disableRule(input: DisableRuleCommandInput, call: Call): object {
  return setStatus(input, call, 'DISABLED');
}

/** DeleteRule: "Before you can delete the rule, you must remove all targets". https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html */
export function deleteRule(input: DeleteRuleCommandInput, { world, scope }: Call): object {
  const bus = busOf(world, scope, input.EventBusName);
  const rule = own(bus.rules, input.Name);
  if (!rule) return {};
  if (Object.keys(rule.targets).length > 0) {
    throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
  }
  if (rule.timer) world.timers.cancel(rule.timer);
  delete bus.rules[rule.name];
  world.resources.remove(rule.arn);
  return {};
}

function setStatus(input: EnableRuleCommandInput, { world, scope }: Call, status: RuleState['status']): object {
  const rule = ruleOf(busOf(world, scope, input.EventBusName), input.Name);
  rule.status = status;
  reschedule(world, scope, rule);
  return {};
}

function described(rule: RuleState, bus: string) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.scheduleExpression,
    State: rule.status,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: bus,
  };
}
