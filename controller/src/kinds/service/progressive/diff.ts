import type { ServiceSpec } from '../../../api/service.ts';
import type { Change, Desired } from '../../../core/driver.ts';
import type { Json } from '../../../core/json.ts';
import { below } from '../../../core/pointer.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { routeOf } from '../../../elbv2/routes.ts';
import { withoutHold } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { changesWith } from './comparing.ts';
import { isUpdatable } from './ensure.ts';
import { setOf, stateIn } from './look.ts';
import { strayWeights } from './traffic.ts';
import { refusedFields } from './refused.ts';
import type { Weights } from '../rules.ts';
import type { RolloutState, TaskSetState } from './state.ts';

/**
 * What differs. A rollout in flight to what Git says is no difference; nor is the hold that Longshore itself has set.
 * At rest weights and task sets that no rollout owns are differences, below /deployment.
 */
export function diffProgressive(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): readonly Change[] {
  const state = stateIn(live, desired, place);
  const refused = refusedFields(desired.spec);
  if (state === undefined) return [...refused, ...changesWith(desired, live, live.progressive?.sets[0], place)];
  const serves = servesNow(state);
  const changes = changesWith(desired, live, setOf(live, serves?.id), place).map(withReason);
  return [
    ...refused,
    ...(state.held ? withoutHold(changes) : changes),
    ...(state.next === undefined ? strays(desired, state) : []),
  ];
}

/** The set that the service is at, or goes to when that is what Git says. */
function servesNow({ stable, next }: RolloutState): TaskSetState | undefined {
  return next !== undefined && next.wanted && next.marks?.ended === undefined ? next : stable;
}

/** Settings of a service that UpdateService does not take under EXTERNAL. */
function withReason(change: Change): Change {
  const [, field = ''] = change.path.split('/');
  if (change.effect !== 'inPlace' || isUpdatable(change) || field === 'tags') return change;
  return {
    ...change,
    refused: `UpdateService does not take ${field} for services under the deployment controller EXTERNAL; it is what it was when the service was made. Give the service another name, so that a new one takes its place`,
  };
}

function strays(desired: Desired<ServiceSpec>, state: RolloutState): readonly Change[] {
  const { stable, orphans } = state;
  const { productionRule, testRule } = desired.spec.deployment?.progressive ?? {};
  const shifts = stable === undefined ? [] : strayWeights(state, stable);
  const weights = shifts.flatMap((action): readonly Change[] => {
    if (action.do !== 'shift') return [];
    const reference = action.rule === 'production' ? productionRule : testRule;
    // What is in this Application is seen, and put right, where it stands: the Service claims it.
    if (reference === undefined || routeOf(reference, desired.needs).on !== undefined) return [];
    const from = action.rule === 'production' ? state.production : (state.test ?? {});
    return [
      {
        part: 'elbv2:rule',
        path: `/deployment/progressive/${action.rule}Rule/weights`,
        from: asTree(from),
        to: asTree(action.weights),
        effect: 'inPlace',
      },
    ];
  });
  return [...weights, ...orphans.map(orphan), ...scaled(stable)];
}

/** A task set that somebody made by hand. */
function orphan({ id, running }: TaskSetState): Change {
  const path = below('/deployment/progressive/taskSets', id);
  return { part: 'ecs:task-set', path, from: `${running} tasks that no rollout owns`, effect: 'inPlace' };
}

function scaled(stable: TaskSetState | undefined): readonly Change[] {
  if (stable === undefined || stable.scale === 100) return [];
  const path = below(below('/deployment/progressive/taskSets', stable.id), 'scale');
  return [{ part: 'ecs:task-set', path, from: stable.scale, to: 100, effect: 'inPlace' }];
}

function asTree(weights: Weights): Json {
  return { ...weights };
}
