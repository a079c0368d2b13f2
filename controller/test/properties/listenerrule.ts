import { ModifyRuleCommand, SetRulePrioritiesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ForwardTarget, ListenerRuleSpec } from '../../src/api/listenerrule.ts';
import { listenerRuleKind } from '../../src/kinds/listenerrule/index.ts';
import type { LiveListenerRule } from '../../src/kinds/listenerrule/live.ts';
import { listenerRules } from './arbitraries/listenerrule.ts';
import { changedActions, changedConditions, makeLoadBalancer, makeTargetGroups } from './balancing.ts';
import type { KindProperty, Mutable, Mutation } from './property.ts';
import { tagMutations } from './tags.ts';

/** Target groups of the Application, and one of somebody else. */
const NAMES = ['api', 'web', 'docs'];

/** Rules on listeners with HTTP and HTTPS. */
export const listenerRuleProperty: KindProperty<ListenerRuleSpec, LiveListenerRule> = {
  kind: listenerRuleKind,
  setUp: async ({ aws }) => {
    const groups = await makeTargetGroups(aws, 'HTTP', ...NAMES);
    const foreign = await makeTargetGroups(aws, 'HTTP', 'foreign');
    return {
      ...groups,
      'CloudResource/foreign': { ...foreign['TargetGroup/foreign'] },
      ...(await makeLoadBalancer(aws)),
    };
  },
  specs: ({ 'CloudResource/foreign': foreign }) =>
    listenerRules([
      ...NAMES.map((targetGroup): ForwardTarget => ({ targetGroup })),
      { targetGroupArn: typeof foreign?.['arn'] === 'string' ? foreign['arn'] : '' },
    ]),
  mutations: (on) => [...fields(on), ...tagMutations(on.aws, on.live.arn, on.desired.spec.tags ?? {}, '/tags')],
};

function fields({ aws, desired, live }: Mutable<ListenerRuleSpec, LiveListenerRule>): readonly Mutation[] {
  const RuleArn = live.arn;
  const { Actions = [], Conditions = [], Transforms = [] } = live.rule;
  const when = changedConditions(Conditions);
  const priority = typeof desired.spec.priority === 'number' ? desired.spec.priority : undefined;
  return [
    ...changedActions(Actions, desired.needs).map(({ path, actions }) => ({
      path: `/then${path}`,
      send: () => aws.elbv2.send(new ModifyRuleCommand({ RuleArn, Actions: actions })),
    })),
    ...(when === undefined
      ? []
      : [
          {
            path: `/when${when.path}`,
            send: () => aws.elbv2.send(new ModifyRuleCommand({ RuleArn, Conditions: when.conditions })),
          },
        ]),
    ...(Transforms.length === 1
      ? [
          {
            path: Transforms[0]?.Type === 'url-rewrite' ? '/transforms/urlRewrite' : '/transforms/hostHeaderRewrite',
            send: () => aws.elbv2.send(new ModifyRuleCommand({ RuleArn, ResetTransforms: true })),
          },
        ]
      : []),
    ...(priority === undefined
      ? []
      : [
          {
            path: '/priority',
            send: () =>
              aws.elbv2.send(
                new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority: priority === 9 ? 10 : 9 }] }),
              ),
          },
        ]),
  ];
}
