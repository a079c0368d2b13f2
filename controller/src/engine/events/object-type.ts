import type { ObjectType } from './calls/call.ts';
import { isArn, resourceOf } from './place.ts';

/** Types by the service in the ARN and the first word of what it names. */
const TYPES: Readonly<Record<string, ObjectType>> = {
  'ecs service': 'ecs:service',
  'ecs task': 'ecs:task',
  'ecs task-definition': 'ecs:task-definition',
  'ecs cluster': 'ecs:cluster',
  'ecs capacity-provider': 'ecs:capacity-provider',
  'elasticloadbalancing loadbalancer': 'elbv2:load-balancer',
  'elasticloadbalancing listener': 'elbv2:listener',
  'elasticloadbalancing listener-rule': 'elbv2:listener-rule',
  'elasticloadbalancing targetgroup': 'elbv2:target-group',
  'elasticloadbalancing truststore': 'elbv2:trust-store',
  'application-autoscaling scalable-target': 'autoscaling:scalable-target',
  'codedeploy application': 'codedeploy:application',
  'codedeploy deploymentgroup': 'codedeploy:deployment-group',
  'ssm parameter': 'ssm:parameter',
  'secretsmanager secret': 'secretsmanager:secret',
  'iam role': 'iam:role',
  'route53 hostedzone': 'route53:hosted-zone',
};

/** What sort of thing an ARN, or the id of a scalable target, stands for; undefined when it is none that is known. */
export function typeOfObject(id: string): ObjectType | undefined {
  if (!isArn(id)) return id.startsWith('service/') ? 'autoscaling:scalable-target' : undefined;
  const service = id.split(':')[2] ?? '';
  const [word = ''] = resourceOf(id).split(/[/:]/u);
  const name = `${service} ${word}`;
  return Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
}
