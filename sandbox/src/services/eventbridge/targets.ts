import type {
  ListRuleNamesByTargetCommandInput,
  ListTargetsByRuleCommandInput,
  PutTargetsCommandInput,
  RemoveTargetsCommandInput,
  Target,
} from '@aws-sdk/client-eventbridge';
import { AwsError, type Call } from '../../kernel/service.ts';
import { isPath } from './input.ts';
import { page } from './page.ts';
import { busOf, ruleOf } from './state.ts';

/** "Targets per rule". Source: EventBridge user guide, "Quotas". */
const mostTargets = 5;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html */
export function putTargets(input: PutTargetsCommandInput, { world, scope }: Call): object {
  const rule = ruleOf(busOf(world, scope, input.EventBusName), input.Rule);
  const targets = { ...rule.targets };
  for (const target of input.Targets ?? []) {
    checkTarget(target);
    targets[target.Id ?? ''] = target;
  }
  if (Object.keys(targets).length > mostTargets) {
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  }
  rule.targets = targets;
  return { FailedEntryCount: 0, FailedEntries: [] };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html */
export function removeTargets(input: RemoveTargetsCommandInput, { world, scope }: Call): object {
  const rule = ruleOf(busOf(world, scope, input.EventBusName), input.Rule);
  const ids = input.Ids ?? [];
  const FailedEntries = ids
    .filter((id) => !Object.hasOwn(rule.targets, id))
    .map((TargetId) => ({
      TargetId,
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Rule ${rule.name} does not have a target with id ${TargetId}.`,
    }));
  rule.targets = Object.fromEntries(Object.entries(rule.targets).filter(([id]) => !ids.includes(id)));
  return { FailedEntryCount: FailedEntries.length, FailedEntries };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html */
export function listTargetsByRule(input: ListTargetsByRuleCommandInput, { world, scope }: Call): object {
  const rule = ruleOf(busOf(world, scope, input.EventBusName), input.Rule);
  const { items, NextToken } = page(Object.values(rule.targets), ({ Id = '' }) => Id, input.Limit, input.NextToken);
  return { Targets: items, NextToken };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html */
export function listRuleNamesByTarget(input: ListRuleNamesByTargetCommandInput, { world, scope }: Call): object {
  const names = Object.values(busOf(world, scope, input.EventBusName).rules)
    .filter(({ targets }) => Object.values(targets).some(({ Arn }) => Arn === input.TargetArn))
    .map(({ name }) => name);
  const { items, NextToken } = page(names, (name) => name, input.Limit, input.NextToken);
  return { RuleNames: items, NextToken };
}

/** "Input, InputPath, and InputTransformer are mutually exclusive". */
function checkTarget(target: Target): void {
  const { Id, Arn = '', Input, InputPath, InputTransformer } = target;
  if ([Input, InputPath, InputTransformer].filter((one) => one !== undefined).length > 1) {
    throw new AwsError(
      'ValidationException',
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`,
    );
  }
  if (!/^arn:[\w-]+:[\w-]+:/.test(Arn)) {
    throw new AwsError(
      'ValidationException',
      `Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  if (Input !== undefined && !isJson(Input)) {
    throw new AwsError('ValidationException', `JSON syntax error in input for target ${Id}.`);
  }
  for (const path of [InputPath ?? '$', ...Object.values(InputTransformer?.InputPathsMap ?? {})]) {
    if (!isPath(path)) throw new AwsError('ValidationException', `Invalid JSONPath ${path} for target ${Id}.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
