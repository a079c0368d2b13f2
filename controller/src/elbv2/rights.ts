import type { RuleAction } from '../api/listenerrule.ts';

/** A statement of an IAM policy. */
interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const SECRETS_MANAGER = '/aws/reference/secretsmanager/';

/**
 * What the controller may do besides for actions that authenticate: Elastic Load Balancing looks the user pool's client
 * up with our rights, and we read the client secret of OIDC. A key of one's own that encrypts it needs kms:Decrypt too.
 */
export function authenticationRights(
  actions: readonly (RuleAction | undefined)[],
  { accountId, region }: { readonly accountId: string; readonly region: string },
): readonly Statement[] {
  const pools = actions.flatMap((action) => action?.authenticateCognito?.userPoolArn ?? []);
  const parameters = actions.flatMap((action) => action?.authenticateOidc?.clientSecretParameter ?? []);
  return [
    ...(pools.length === 0
      ? []
      : [
          {
            actions: ['cognito-idp:DescribeUserPoolClient'],
            // A reference is known only when the user pool exists.
            resources: pools.map((arn) => (arn.startsWith('arn:') ? arn : '*')),
          },
        ]),
    ...parameters.map((name) => ({
      actions: ['ssm:GetParameter'],
      resources: [parameterArn(name, accountId, region)],
    })),
    ...parameters
      .filter((name) => name.startsWith(SECRETS_MANAGER))
      .map((name) => ({
        actions: ['secretsmanager:GetSecretValue'],
        resources: [`arn:*:secretsmanager:${region}:${accountId}:secret:${name.slice(SECRETS_MANAGER.length)}-*`],
      })),
  ];
}

/** Without the version at the end of the name. */
function parameterArn(name: string, accountId: string, region: string): string {
  if (name.includes('${')) return '*';
  const plain = name.replace(/^arn:[^/]*:parameter/, '').replace(/:[^:/]*$/, '');
  return `arn:*:ssm:${region}:${accountId}:parameter/${plain.replace(/^\//, '')}`;
}
