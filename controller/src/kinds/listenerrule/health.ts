import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import type { Desired, Health } from '../../core/driver.ts';
import type { LiveListenerRule } from './live.ts';

/** A rule that exists works: what it forwards to has a health of its own. */
export function health(_desired: Desired<ListenerRuleSpec>, live: LiveListenerRule): Health {
  return { status: 'Healthy', reason: 'Exists', message: `in place with priority ${live.priority}` };
}
