import { clusterKind } from './cluster/index.ts';
import { jobKind } from './job/index.ts';
import type { Kind } from './kind.ts';
import { listenerRuleKind } from './listenerrule/index.ts';
import { loadBalancerKind } from './loadbalancer/index.ts';
import { scalingPolicyKind } from './scalingpolicy/index.ts';
import { serviceKind } from './service/index.ts';
import { targetGroupKind } from './targetgroup/index.ts';

/** A kind whose types the rest does not know: each is given only what came from itself. */
export type AnyKind = Kind<never, never>;

function erased<Spec, Live>(kind: Kind<Spec, Live>): AnyKind {
  return kind as unknown as AnyKind;
}

/** Every kind that becomes something in AWS, by its name. */
export const kinds: ReadonlyMap<string, AnyKind> = new Map(
  [
    erased(clusterKind),
    erased(serviceKind),
    erased(jobKind),
    erased(loadBalancerKind),
    erased(listenerRuleKind),
    erased(targetGroupKind),
    erased(scalingPolicyKind),
  ].map((kind) => [kind.name, kind]),
);
