import type { ServiceNetwork } from '../../api/service.ts';
import type { TaskTemplate } from '../../api/task.ts';
import { roleResource } from '../roles.ts';

/** Names the statements of a policy that looks before a change need. Without them what they allow is not checked. */
export const PREFLIGHT_SID = 'Preflight';

/** One such statement. */
export interface PreflightStatement {
  readonly sid: typeof PREFLIGHT_SID;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What looking before a change may read, for a task in its network and the roles that it, or its service, names. */
export function preflightIam(
  { task, network }: { readonly task: TaskTemplate; readonly network?: ServiceNetwork },
  roles: readonly string[],
  { accountId, region }: { readonly accountId: string; readonly region: string },
): readonly PreflightStatement[] {
  const statements: PreflightStatement[] = [];
  const add = (actions: readonly string[], resources: readonly string[]): void => {
    if (resources.length > 0) statements.push({ sid: PREFLIGHT_SID, actions, resources: [...new Set(resources)] });
  };
  const values = task.containers.flatMap(({ secrets = [], logConfiguration, repositoryCredentials }) => [
    ...[...secrets, ...(logConfiguration?.secretOptions ?? [])].map(({ valueFrom }) => valueFrom),
    ...(repositoryCredentials === undefined ? [] : [repositoryCredentials.credentialsParameter]),
  ]);
  const isSecret = (value: string): boolean => value.split(':')[2] === 'secretsmanager';
  add(
    ['iam:GetRole'],
    roles.map((role) => roleResource(role, accountId)),
  );
  if (values.length > 0 && task.executionRole !== undefined) {
    add(['iam:SimulatePrincipalPolicy'], [roleResource(task.executionRole, accountId)]);
  }
  add(
    ['secretsmanager:DescribeSecret'],
    values.filter(isSecret).map((value) => `${value.split(':').slice(0, 7).join(':')}*`),
  );
  // These know no resources, or would be asked for one by one.
  const everywhere = [
    ...(values.some((value) => !isSecret(value)) ? ['ssm:DescribeParameters'] : []),
    ...(task.containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs')
      ? ['logs:DescribeLogGroups']
      : []),
    ...(network === undefined
      ? []
      : ['ec2:DescribeRouteTables', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcEndpoints']),
  ];
  if (everywhere.length > 0) add(everywhere, ['*']);
  add(
    ['ecr:BatchGetImage'],
    task.containers.flatMap(({ image }) => {
      const [, registry, name] = /^(\d{12})\.dkr\.ecr[^/]*\/([^:@]+)/u.exec(image) ?? [];
      return registry === undefined || name === undefined ? [] : [`arn:*:ecr:${region}:${registry}:repository/${name}`];
    }),
  );
  return statements;
}
