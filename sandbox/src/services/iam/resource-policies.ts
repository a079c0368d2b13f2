import { covers, fits, type Statement, statementsOf, type Verdict } from './documents.ts';

/** Somebody who asks for something at a resource that has a policy of its own. */
export interface ResourceRequest {
  readonly principal:
    | { readonly kind: 'Service'; readonly name: string }
    /** `names`: the ARN, its role's, its account's, as policies may write them. */
    | { readonly kind: 'AWS'; readonly names: readonly string[] };
  /** `sqs:SendMessage`. */
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** Condition keys in lower case, for example `aws:sourcearn`. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * What the policy of a resource says to a request. Statements whose conditions use an operator that is not known here
 * do not allow and do deny, so that nothing passes by mistake.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function resourceVerdict(document: string, request: ResourceRequest): Verdict {
  let verdict: Verdict = 'implicitDeny';
  for (const statement of statementsOf(document)) {
    if (!names(statement, request.principal)) continue;
    if (!covers(statement.action, statement.notAction, request.action, true)) continue;
    if (!covers(statement.resource, statement.notResource, request.resource, false)) continue;
    const met = conditionsMet(statement, request.context);
    if (statement.effect === 'Deny') {
      if (met !== false) return 'explicitDeny';
    } else if (met === true) verdict = 'allowed';
  }
  return verdict;
}

function names({ principal }: Statement, asked: ResourceRequest['principal']): boolean {
  const named = [...(principal[asked.kind] ?? []), ...(principal['*'] ?? [])];
  const answersTo = asked.kind === 'Service' ? [asked.name] : asked.names;
  return named.some((name) => name === '*' || answersTo.includes(name));
}

/** One comparison of a condition operator. */
type Comparison = (found: string, wanted: string) => boolean;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (found, wanted) => found === wanted,
  StringEqualsIgnoreCase: (found, wanted) => found.toLowerCase() === wanted.toLowerCase(),
  StringLike: (found, wanted) => fits(wanted, found, false),
  // "The ArnEquals and ArnLike condition operators behave identically."
  ArnEquals: (found, wanted) => fitsArn(wanted, found),
  ArnLike: (found, wanted) => fitsArn(wanted, found),
  Bool: (found, wanted) => found.toLowerCase() === wanted.toLowerCase(),
};

/** Undefined when an operator is not known. */
function conditionsMet({ condition }: Statement, context: ResourceRequest['context']): boolean | undefined {
  let known = true;
  for (const [operator, keys] of Object.entries(condition)) {
    const [, not, ifExists] = /^(?:.*?)(Not)?(?:Equals|Like)?(?:IgnoreCase)?(IfExists)?$/.exec(operator) ?? [];
    const compare = comparisons[operator.replace(/IfExists$/, '').replace(/(String|Arn)Not/, '$1')];
    for (const [key, wanted] of Object.entries(keys)) {
      const found = context[key.toLowerCase()];
      if (!compare) known = false;
      else if (found === undefined) {
        if (!ifExists && !not) return false;
      } else if (wanted.some((one) => compare(found, one)) === (not !== undefined)) return false;
    }
  }
  return known ? true : undefined;
}

/** Each of the six parts on its own. */
function fitsArn(pattern: string, arn: string): boolean {
  const partsOf = (text: string) => {
    const [prefix, partition, service, region, account, ...resource] = text.split(':');
    return [prefix, partition, service, region, account, resource.join(':')].map((part) => part ?? '');
  };
  const found = partsOf(arn);
  return partsOf(pattern).every((part, index) => fits(part, found[index] ?? '', false));
}
