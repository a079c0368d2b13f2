import { AwsError } from '../../kernel/service.ts';
import type { Scope } from '../../kernel/world.ts';

const namePattern = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;

/**
 * Checks the name of a load balancer or target group: at most 32 letters, digits and hyphens, no hyphen at either end;
 * a load balancer's must not begin with `internal-`.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 * @throws AwsError ValidationError
 */
export function checkName(kind: 'Load balancer' | 'Target group', name: string): void {
  const refuse = (why: string): never => {
    throw new AwsError('ValidationError', `${kind} name '${name}' ${why}`);
  };
  if (name.length > 32) refuse("cannot be longer than '32' characters");
  if (name.startsWith('-') || name.endsWith('-')) refuse("cannot begin or end with '-'");
  if (!namePattern.test(name)) refuse('can only contain characters that are alphanumeric characters and hyphens(-)');
  if (kind === 'Load balancer' && name.startsWith('internal-')) refuse("cannot begin with 'internal-'");
}

/** The kinds of resource that an Elastic Load Balancing ARN can name. */
export type ElbResource = 'loadbalancer' | 'targetgroup' | 'listener' | 'listener-rule';

const words: Readonly<Record<ElbResource, string>> = {
  loadbalancer: 'load balancer',
  targetgroup: 'target group',
  listener: 'listener',
  'listener-rule': 'listener rule',
};

/** The ARN of an Elastic Load Balancing resource; `path` is all that follows the resource type. */
export function elbArn(scope: Scope, resource: ElbResource, path: string): string {
  return `arn:aws:elasticloadbalancing:${scope.region}:${scope.accountId}:${resource}/${path}`;
}

/** What follows the resource type in an ARN: `app/my-alb/50dc6c495c0c9188`. */
export function arnPath(arn: string): string {
  return arn.slice(arn.indexOf('/') + 1);
}

/** The resource that an ARN names; undefined when it is not one of Elastic Load Balancing. */
export function resourceOf(arn: string): ElbResource | undefined {
  const resource = /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:([a-z-]+)\/.+$/.exec(arn)?.[1];
  return resource !== undefined && Object.hasOwn(words, resource) ? (resource as ElbResource) : undefined;
}

/** Checks that an ARN names a resource of this kind. @throws AwsError ValidationError */
export function checkArn(arn: string, resource: ElbResource): void {
  if (resourceOf(arn) !== resource) {
    throw new AwsError('ValidationError', `'${arn}' is not a valid ${words[resource]} ARN`);
  }
}
