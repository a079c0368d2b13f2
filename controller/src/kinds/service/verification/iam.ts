import type { ServiceSpec } from '../../../api/service.ts';
import type { Destination, IamStatement } from '../../kind.ts';
import { watchedBy } from '../restarts/references.ts';

/** The least policy for verifying a service and for watching its secrets. No statement gives the value of a secret. */
export function verificationIam(spec: ServiceSpec, destination: Destination): readonly IamStatement[] {
  const statements: IamStatement[] = [];
  if (spec.verify?.analyses?.some(({ cloudWatch }) => cloudWatch !== undefined) === true) {
    // It knows no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    statements.push({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] });
  }
  return spec.restartOn?.includes('secrets') === true ? [...statements, ...secretsIam(spec, destination)] : statements;
}

function secretsIam(spec: ServiceSpec, destination: Destination): readonly IamStatement[] {
  const { accountId, region } = destination;
  const watched = spec.task.containers.flatMap((container) => watchedBy(container, destination));
  const secrets = watched.flatMap((one) => (one.in === 'SecretsManager' ? [one.id] : []));
  const arns = secrets.map((id) =>
    // The end of an ARN is six characters that AWS chooses; a name, or an ARN without them, stands for any.
    id.startsWith('arn:') ? `${id}*` : `arn:*:secretsmanager:${region}:${accountId}:secret:${id}-*`,
  );
  return [
    ...(arns.length === 0 ? [] : [{ actions: ['secretsmanager:DescribeSecret'], resources: [...new Set(arns)] }]),
    // DescribeParameters knows no resources.
    ...(watched.some((one) => one.in === 'ParameterStore')
      ? [{ actions: ['ssm:DescribeParameters'], resources: ['*'] }]
      : []),
  ];
}
