import type { LoadBalancerInfo, TrafficRoute } from '@aws-sdk/client-codedeploy';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import type { GroupSettings } from './state.ts';

/** The ARN of a target group by its name, which is all that CodeDeploy is told; undefined: there is none. */
export function targetGroupArn(world: World, scope: Scope, name: string): string | undefined {
  return world.resources
    .list(scope.accountId, scope.region)
    .find(({ arn }) => arn.includes(':elasticloadbalancing:') && arn.includes(`:targetgroup/${name}/`))?.arn;
}

/**
 * The pair of target groups and the listeners of a group for ECS.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TargetGroupPairInfo.html
 *
 * @throws AwsError InvalidLoadBalancerInfoException, InvalidTargetGroupPairException
 */
export function pairOf(
  info: LoadBalancerInfo | undefined,
  call: Call,
): Pick<GroupSettings, 'targetGroups' | 'productionListener' | 'testListener'> {
  const { world, scope } = call;
  const [pair, ...others] = info?.targetGroupPairInfoList ?? [];
  if (!pair || others.length > 0 || info?.elbInfoList?.length || info?.targetGroupInfoList?.length) {
    throw invalidInfo('An ECS deployment group must have exactly one target group pair, and nothing else');
  }
  const [one = '', two = '', ...more] = (pair.targetGroups ?? []).map(({ name = '' }) => name);
  if (one === '' || two === '' || one === two || more.length > 0) {
    throw new AwsError('InvalidTargetGroupPairException', 'A target group pair must have two target groups');
  }
  const unknown = [one, two].find((name) => targetGroupArn(world, scope, name) === undefined);
  if (unknown !== undefined) {
    throw new AwsError('InvalidTargetGroupPairException', `The target group ${unknown} could not be found`);
  }
  const productionListener = listenerOf('production', pair.prodTrafficRoute, call);
  if (productionListener === undefined) throw invalidInfo('A target group pair must have a production traffic route');
  const testListener = listenerOf('test', pair.testTrafficRoute, call);
  if (testListener === productionListener) {
    throw invalidInfo('The listeners of production and test traffic must be different ones');
  }
  return { targetGroups: [one, two], productionListener, ...(testListener === undefined ? {} : { testListener }) };
}

/** "This is an array of strings with a maximum size of one." */
function listenerOf(which: string, route: TrafficRoute | undefined, { world, scope }: Call): string | undefined {
  const [arn, ...others] = route?.listenerArns ?? [];
  if (arn === undefined) return undefined;
  if (others.length > 0) throw invalidInfo(`The ${which} traffic route must have one listener`);
  if (!world.ports.traffic.rules(scope, arn)) throw invalidInfo(`The listener ${arn} could not be found`);
  return arn;
}

function invalidInfo(message: string): AwsError {
  return new AwsError('InvalidLoadBalancerInfoException', message);
}
