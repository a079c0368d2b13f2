import * as fc from 'fast-check';

/** Some of these members, each on or off. Undefined values never stand in a specification. */
export function some<T extends object>(
  members: { [K in keyof T]?: fc.Arbitrary<NonNullable<T[K]>> },
): fc.Arbitrary<Partial<T>> {
  return fc.record(members as { [K in keyof T]: fc.Arbitrary<T[K]> }, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

/** Tags that AWS takes. */
export const tags: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z0-9:_.-]{0,9}$/).filter((key) => !key.startsWith('aws:')),
  fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{0,12}$/),
  { maxKeys: 3, noNullPrototype: true },
);

/** A whole number as attributes have it. */
export function digits(min: number, max: number): fc.Arbitrary<string> {
  return fc.integer({ min, max }).map(String);
}

/** `true` or `false` as attributes have it. */
export const flag: fc.Arbitrary<string> = fc.constantFrom('true', 'false');

/** Attributes: some of these. */
export function attributes(
  members: Readonly<Record<string, fc.Arbitrary<string>>>,
): fc.Arbitrary<Record<string, string>> {
  return fc.record(members, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Record<string, string>>;
}

/** Minimum healthy targets: attributes of every target group. */
export const groupHealth: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': fc.oneof(fc.constant('off'), digits(1, 10)),
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': fc.oneof(fc.constant('off'), digits(1, 100)),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': digits(1, 10),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': fc.oneof(
    fc.constant('off'),
    digits(1, 100),
  ),
};

/** The members of all of these in one. */
export function merged<T extends object>(parts: readonly Partial<T>[]): T {
  return parts.reduce<Partial<T>>((all, part) => ({ ...all, ...part }), {}) as T;
}
