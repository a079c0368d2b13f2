import type { FaultRule } from '../index.ts';
import { worldEffects } from '../kernel/faults.ts';

const callEffects = ['throttle', 'serverError', 'dropAnswer', 'delay', 'expiredCredentials', 'staleReads'];
const effects: readonly string[] = [...callEffects, ...worldEffects];

const texts = ['service', 'operation', 'target'];
const numbers = ['delayMs', 'lagMs', 'times', 'probability'];

/** Reads a fault rule from JSON; a text says what is wrong with it. */
export function parseFaultRule(body: Readonly<Record<string, unknown>>): FaultRule | string {
  const { effect, ...fields } = body;
  if (typeof effect !== 'string' || !effects.includes(effect)) {
    return `effect is ${JSON.stringify(effect)}; expected one of ${effects.join(', ')}`;
  }
  for (const [name, value] of Object.entries(fields)) {
    if (![...texts, ...numbers].includes(name)) {
      return `${name} is no field of a fault rule; expected effect, ${[...texts, ...numbers].join(', ')}`;
    }
    if (texts.includes(name) && typeof value !== 'string') {
      return `${name} is ${JSON.stringify(value)}; expected a string`;
    }
    if (numbers.includes(name) && (typeof value !== 'number' || value < 0)) {
      return `${name} is ${JSON.stringify(value)}; expected a number of 0 or more`;
    }
  }
  const call = callEffects.includes(effect);
  if (call && fields['target'] !== undefined) return `target is for ${worldEffects.join(', ')}; ${effect} hits calls`;
  return { ...(call ? { service: '*', operation: '*' } : {}), ...fields, effect } as FaultRule;
}
