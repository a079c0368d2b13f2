import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import type { Kind } from '../kind.ts';
import { listenerRuleDriver } from './driver.ts';
import type { LiveListenerRule } from './live.ts';
import { listenerRuleOffline } from './offline.ts';

/** A rule on a listener. Services on the target groups that it forwards to wait for it. */
export const listenerRuleKind: Kind<ListenerRuleSpec, LiveListenerRule> = {
  ...listenerRuleOffline,
  driver: listenerRuleDriver,
};
