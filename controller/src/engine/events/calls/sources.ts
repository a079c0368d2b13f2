import { AUTOSCALING_CALLS } from './autoscaling.ts';
import type { ApiCall, CallSource, ObjectType } from './call.ts';
import { CODEDEPLOY_CALLS } from './codedeploy.ts';
import { ECS_CALLS } from './ecs.ts';
import { ELBV2_CALLS } from './elbv2.ts';
import { ROLE_CALLS, ZONE_CALLS } from './global.ts';
import { PARAMETER_CALLS, SECRET_CALLS } from './secrets.ts';

/**
 * The APIs whose calls are heard of, in the region where they are made. Application Auto Scaling's are said to come from
 * EC2's: https://docs.aws.amazon.com/autoscaling/application/userguide/logging-using-cloudtrail.html
 */
export const REGIONAL_SOURCES: Readonly<Record<string, CallSource>> = {
  ecs: { source: 'aws.ecs', eventSource: 'ecs.amazonaws.com', table: ECS_CALLS },
  elb: { source: 'aws.elasticloadbalancing', eventSource: 'elasticloadbalancing.amazonaws.com', table: ELBV2_CALLS },
  autoscaling: { source: 'aws.autoscaling', eventSource: 'autoscaling.amazonaws.com', table: AUTOSCALING_CALLS },
  codedeploy: { source: 'aws.codedeploy', eventSource: 'codedeploy.amazonaws.com', table: CODEDEPLOY_CALLS },
  parameters: { source: 'aws.ssm', eventSource: 'ssm.amazonaws.com', table: PARAMETER_CALLS },
  secrets: { source: 'aws.secretsmanager', eventSource: 'secretsmanager.amazonaws.com', table: SECRET_CALLS },
};

/** The APIs without regions. Their calls are told of in us-east-1: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events */
export const GLOBAL_SOURCES: Readonly<Record<string, CallSource>> = {
  roles: { source: 'aws.iam', eventSource: 'iam.amazonaws.com', table: ROLE_CALLS },
  zones: { source: 'aws.route53', eventSource: 'route53.amazonaws.com', table: ZONE_CALLS },
};

const TABLES: ReadonlyMap<string, CallSource> = new Map(
  [...Object.values(REGIONAL_SOURCES), ...Object.values(GLOBAL_SOURCES)].map((each) => [each.eventSource, each]),
);

/** Operations of a source that touch something. */
export function touchingCalls({ table }: CallSource): readonly string[] {
  return Object.keys(table).filter((name) => (table[name] ?? []).length > 0);
}

/** What a call touched, each object once; undefined when the operation is not known. */
export function objectsOfCall(eventSource: string, call: ApiCall): readonly string[] | undefined {
  const table = TABLES.get(eventSource)?.table;
  if (table === undefined || !Object.hasOwn(table, call.name)) return undefined;
  return [...new Set((table[call.name] ?? []).flatMap((touched) => touched.read(call)))];
}

/** Names of the operations of a source that may touch an object of that type. */
export function callsOn(type: ObjectType, { table }: CallSource): readonly string[] {
  return Object.keys(table).filter((name) =>
    (table[name] ?? []).some((touched) => touched.type === type || touched.type === 'any'),
  );
}
