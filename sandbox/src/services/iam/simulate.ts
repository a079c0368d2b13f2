import type { EvaluationResult, SimulatePolicyResponse, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam';
import type { Call } from '../../kernel/service.ts';
import { evaluate } from './documents.ts';
import { documentOf } from './policies.ts';
import { noSuchEntity, roleOfArn } from './state.ts';

/**
 * SimulatePrincipalPolicy, for the policies of a role alone; while IAM is not enforced, everything is allowed.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export function simulatePrincipalPolicy(
  input: SimulatePrincipalPolicyRequest,
  { world, scope }: Call,
): SimulatePolicyResponse {
  const role = roleOfArn(world, input.PolicySourceArn ?? '');
  const enforced = world.settings.iam === 'enforced';
  if (!role && enforced) throw noSuchEntity(`The role with ARN ${input.PolicySourceArn} cannot be found.`);
  const documents = role
    ? [
        ...Object.values(role.inline).map(({ document }) => document),
        ...Object.keys(role.attached).flatMap((arn) => documentOf(world, scope.accountId, arn) ?? []),
      ]
    : [];
  const verdict = (action: string, resource: string): EvaluationResult['EvalDecision'] => {
    const found = enforced ? evaluate(documents, action, resource) : 'allowed';
    return found === 'allowed' || found === 'explicitDeny' ? found : 'implicitDeny';
  };
  const { ActionNames = [], ResourceArns = ['*'] } = input;
  const EvaluationResults = ActionNames.flatMap((EvalActionName) =>
    ResourceArns.map((EvalResourceName) => ({
      EvalActionName,
      EvalResourceName,
      EvalDecision: verdict(EvalActionName, EvalResourceName),
    })),
  );
  return { EvaluationResults, IsTruncated: false };
}
