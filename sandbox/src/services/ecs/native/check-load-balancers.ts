import type { AdvancedConfiguration, DeploymentConfiguration, LoadBalancer } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { invalidParameter } from '../errors.ts';
import type { RevisionSpec } from '../state.ts';
import { shiftsTraffic } from './strategy.ts';

/**
 * Throws for load balancers that the strategy cannot shift traffic with, as CreateService and UpdateService refuse them.
 * Source, of the words too: developer guide, "Troubleshooting Amazon ECS blue/green deployments" (synchronous path).
 */
export function checkShiftableLoadBalancers(
  world: World,
  scope: Scope,
  configuration: DeploymentConfiguration,
  { loadBalancers }: RevisionSpec,
): void {
  const advanced = loadBalancers.filter(({ advancedConfiguration }) => advancedConfiguration);
  if (shiftsTraffic(configuration) && advanced.length < loadBalancers.length) {
    throw invalidParameter(
      'advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy',
    );
  }
  if (advanced.length > 0 && advanced.length < loadBalancers.length) {
    throw invalidParameter('Either all or none of the provided loadBalancers must have advancedConfiguration defined');
  }
  checkUnique(loadBalancers);
  for (const loadBalancer of advanced) checkAdvanced(world, scope, loadBalancer);
}

function checkUnique(loadBalancers: readonly LoadBalancer[]): void {
  if (loadBalancers.every(({ advancedConfiguration }) => !advancedConfiguration)) return;
  const seen = new Set<string>();
  for (const { targetGroupArn, advancedConfiguration } of loadBalancers) {
    for (const arn of [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn]) {
      if (arn === undefined) continue;
      if (seen.has(arn)) throw invalidParameter(`Duplicate targetGroupArn found: ${arn}`);
      seen.add(arn);
    }
  }
}

function checkAdvanced(world: World, scope: Scope, { targetGroupArn = '', ...loadBalancer }: LoadBalancer): void {
  const advanced: AdvancedConfiguration = loadBalancer.advancedConfiguration ?? {};
  for (const name of ['alternateTargetGroupArn', 'productionListenerRule', 'roleArn'] as const) {
    if (!advanced[name]) throw invalidParameter(`${name} must be specified in advancedConfiguration`);
  }
  const { productionListenerRule: production = '', testListenerRule: test, alternateTargetGroupArn = '' } = advanced;
  checkRule(world, scope, 'productionListenerRule', production);
  if (test) checkRule(world, scope, 'testListenerRule', test);
  if (production === test) {
    throw invalidParameter(`The following rules cannot be used as both production and test listener rules: ${test}`);
  }
  const group = world.ports.loadBalancing.targetGroup(scope, alternateTargetGroupArn);
  if (!group) throw invalidParameter(`The target group with targetGroupArn ${alternateTargetGroupArn} does not exist.`);
  const weights = world.ports.traffic.weights(scope, production) ?? {};
  const onProduction = [targetGroupArn, alternateTargetGroupArn].every((arn) => weights[arn] !== undefined);
  if (isListenerRule(production) && !test && !onProduction) {
    throw invalidParameter(
      'For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated with ' +
        'both targetGroup and alternateTargetGroup',
    );
  }
}

function checkRule(world: World, scope: Scope, name: string, arn: string): void {
  if (!isListenerRule(arn) && !isNetworkListener(arn)) {
    throw invalidParameter(
      `${name} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: ${arn}`,
    );
  }
  if (world.ports.traffic.weights(scope, arn) === undefined) {
    throw invalidParameter(`The ${name} ${arn} does not exist.`);
  }
}

/** Whether the ARN is of a rule of an Application Load Balancer. */
function isListenerRule(arn: string): boolean {
  return /^arn:aws[a-z-]*:elasticloadbalancing:[^:]+:\d{12}:listener-rule\/app\//.test(arn);
}

/** Whether the ARN is of a listener of a Network Load Balancer. */
export function isNetworkListener(arn: string): boolean {
  return /^arn:aws[a-z-]*:elasticloadbalancing:[^:]+:\d{12}:listener\/net\//.test(arn);
}
