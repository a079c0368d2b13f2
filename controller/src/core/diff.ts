import { canonicalJson, equalJson } from './canonical.ts';
import type { Change, Claim, Effect, Unknown } from './driver.ts';
import { parseExpressions } from './expressions.ts';
import { isObject, type Json } from './json.ts';
import type { Ref } from './manifest.ts';
import { below, covers, matches, segmentsOf } from './pointer.ts';

/**
 * How two trees of a kind are compared. Patterns are JSON pointers into the spec in which `*` stands for any one
 * segment; items of a keyed list are named by their key (`/task/containers/*` covers every container).
 */
export interface DiffRules {
  /** Lists whose order means nothing and whose items are known by a member: pattern to the member's name. */
  readonly keyed?: Readonly<Record<string, string>>;
  /** Lists whose order means nothing: subnets, security groups. All other lists are ordered. */
  readonly sets?: readonly string[];
  /** Fields (with all below) that are left as AWS has them while Git says nothing of them. */
  readonly leaveWhenAbsent?: readonly string[];
  /** Fields (with all below) whose values are never shown. A change is still seen. */
  readonly sensitive?: readonly string[];
  /** What a change does. The longest pattern that covers the place decides; without one, `inPlace`. */
  readonly effects?: Readonly<Record<string, Effect>>;
  /** From `Desired.unknown`: values that hold references to these resources become `{afterApply}`. */
  readonly unknown?: readonly Unknown[];
  /** From `Desired.claims`: fields that Git does not decide now. */
  readonly claims?: readonly Claim[];
}

/** What stands in a change instead of a value that is not to be seen. */
export const SENSITIVE = '(sensitive)';

type Segments = readonly string[];
/** A pattern and what it stands for: the key of a list, or an effect. */
type Rule<Value> = { readonly pattern: Segments; readonly value: Value };

interface Compiled {
  readonly part: string;
  readonly keyed: readonly Rule<string>[];
  readonly sets: readonly Segments[];
  readonly leave: readonly Segments[];
  readonly sensitive: readonly Segments[];
  readonly effects: readonly Rule<Effect>[];
  readonly claims: readonly { readonly pattern: Segments; readonly holds: Claim['holds'] }[];
  readonly unknownRefs: ReadonlySet<Ref>;
  readonly changes: Change[];
}

/**
 * What has to change so that `from` (live) becomes `to` (wanted), field by field. Both trees are canonical: in the
 * shape of the manifest, with every default filled in. Sorted by path; empty when nothing differs.
 *
 * A field that is absent from one tree only is a change, with `from` or `to` left out. A claimed field is a change only
 * when the live value lies outside what the claim allows, and then goes to the nearest value that it does allow.
 */
export function diffTrees(part: string, from: Json, to: Json, rules: DiffRules = {}): readonly Change[] {
  // Nearly everything is in sync nearly always: no rule makes a difference of equal trees, but a claim does.
  if ((rules.claims ?? []).length === 0 && equalJson(from, to)) return [];
  const compiled: Compiled = {
    part,
    keyed: rulesIn(rules.keyed),
    sets: patternsIn(rules.sets),
    leave: patternsIn(rules.leaveWhenAbsent),
    sensitive: patternsIn(rules.sensitive),
    effects: rulesIn(rules.effects),
    claims: (rules.claims ?? []).map((claim) => ({ pattern: segmentsOf(claim.path), holds: claim.holds })),
    unknownRefs: new Set((rules.unknown ?? []).flatMap((unknown) => unknown.after)),
    changes: [],
  };
  compare(compiled, [], from, to);
  return compiled.changes.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Kinds keep their rules in constants, and compare by them again and again: the patterns are taken apart once. */
const patternLists = new WeakMap<readonly string[], readonly Segments[]>();
const patternMaps = new WeakMap<object, readonly Rule<string>[]>();

function patternsIn(patterns: readonly string[] = []): readonly Segments[] {
  const known = patternLists.get(patterns);
  if (known !== undefined) return known;
  const segments = patterns.map(segmentsOf);
  patternLists.set(patterns, segments);
  return segments;
}

/** Longest patterns first. */
function rulesIn<Value extends string>(map: Readonly<Record<string, Value>> = {}): readonly Rule<Value>[] {
  const known = patternMaps.get(map) as readonly Rule<Value>[] | undefined;
  if (known !== undefined) return known;
  const rules = Object.entries(map)
    .map(([pattern, value]) => ({ pattern: segmentsOf(pattern), value }))
    .toSorted((a, b) => b.pattern.length - a.pattern.length);
  patternMaps.set(map, rules);
  return rules;
}

function compare(rules: Compiled, place: Segments, from: Json | undefined, to: Json | undefined): void {
  if (from === undefined && to === undefined && !rules.claims.some((claim) => matches(claim.pattern, place))) return;
  const claim = rules.claims.find((candidate) => covers(candidate.pattern, place));
  if (claim !== undefined) {
    if (claim.pattern.length === place.length) compareClaimed(rules, place, from, claim.holds);
    return;
  }
  if (to === undefined && rules.leave.some((pattern) => covers(pattern, place))) return;
  const fromItems = keyedItems(rules, place, from);
  const toItems = keyedItems(rules, place, to);
  if (canDescend(rules, place, fromItems ?? from, toItems ?? to)) {
    compareMembers(rules, place, fromItems ?? from, toItems ?? to);
    return;
  }
  const after = to === undefined ? [] : unknownIn(rules, to);
  if (after.length > 0) {
    report(rules, place, from, { afterApply: after });
  } else if (!sameValue(rules, place, from, to)) {
    report(rules, place, from, to);
  }
}

/** Objects and keyed lists are compared member by member, unless one side is absent and nothing below needs a word of its own. */
function canDescend(rules: Compiled, place: Segments, from: Json | undefined, to: Json | undefined): boolean {
  if (isObject(from) && isObject(to)) return true;
  if (Array.isArray(from) && Array.isArray(to)) {
    const objects = from.every(isObject) && to.every(isObject);
    return objects && from.length === to.length && !rules.sets.some((pattern) => matches(pattern, place));
  }
  const only = from === undefined ? to : to === undefined ? from : undefined;
  if (!isObject(only) || Object.keys(only).length === 0) return false;
  if (place.length === 0 || unknownIn(rules, only).length > 0) return true;
  const special = [
    ...rules.leave,
    ...rules.sensitive,
    ...rules.claims.map((claim) => claim.pattern),
    ...rules.effects.map((rule) => rule.pattern),
  ];
  return special.some(
    (pattern) =>
      pattern.length > place.length &&
      covers(pattern.slice(0, place.length), place) &&
      leadsSomewhere(only, pattern.slice(place.length)),
  );
}

/** True when there is something in the value where the pattern points to. Any item of a list may be meant. */
function leadsSomewhere(value: Json, pattern: Segments): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return true;
  if (Array.isArray(value)) return value.some((item) => leadsSomewhere(item, rest));
  if (!isObject(value)) return false;
  const members = first === '*' ? Object.values(value) : Object.hasOwn(value, first) ? [value[first] as Json] : [];
  return members.some((item) => leadsSomewhere(item, rest));
}

function compareMembers(rules: Compiled, place: Segments, from: Json | undefined, to: Json | undefined): void {
  const keys = new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})]);
  for (const claim of rules.claims) {
    const next = claim.pattern[place.length];
    if (
      claim.pattern.length === place.length + 1 &&
      next !== undefined &&
      next !== '*' &&
      covers(claim.pattern.slice(0, -1), place)
    ) {
      keys.add(next);
    }
  }
  // Equal members need no look at any rule, unless a claim or a reference may have a word in them.
  const ruled = rules.claims.length > 0 || rules.unknownRefs.size > 0;
  for (const key of keys) {
    const [before, after] = [member(from, key), member(to, key)];
    if (ruled || !equalJson(before, after)) compare(rules, [...place, key], before, after);
  }
}

function member(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A keyed list as an object from key to item without the key; undefined when it is not a keyed list, or its keys repeat. */
function keyedItems(rules: Compiled, place: Segments, value: Json | undefined): Json | undefined {
  const rule = rules.keyed.find((candidate) => matches(candidate.pattern, place));
  if (rule === undefined || !Array.isArray(value)) return undefined;
  const items: Record<string, Json> = {};
  for (const item of value) {
    if (!isObject(item)) return undefined;
    const { [rule.value]: name, ...rest } = item;
    if ((typeof name !== 'string' && typeof name !== 'number') || Object.hasOwn(items, String(name))) return undefined;
    items[String(name)] = rest;
  }
  return items;
}

function compareClaimed(rules: Compiled, place: Segments, from: Json | undefined, holds: Claim['holds']): void {
  if (holds === 'any') return;
  if ('exactly' in holds) {
    if (!sameValue(rules, place, from, holds.exactly)) report(rules, place, from, holds.exactly);
    return;
  }
  if ('oneOf' in holds) {
    if (!holds.oneOf.some((one) => sameValue(rules, place, from, one))) report(rules, place, from, holds.oneOf[0]);
    return;
  }
  const [low, high] = holds.between;
  const value = typeof from === 'number' ? from : low;
  const legal = Math.min(Math.max(value, low), high);
  if (from !== legal) report(rules, place, from, legal);
}

function sameValue(rules: Compiled, place: Segments, from: Json | undefined, to: Json | undefined): boolean {
  if (Array.isArray(from) && Array.isArray(to) && rules.sets.some((pattern) => matches(pattern, place))) {
    return equalJson(from.map(canonicalJson).toSorted(), to.map(canonicalJson).toSorted());
  }
  return equalJson(from, to);
}

/** The resources whose outputs a value waits for, sorted. */
function unknownIn(rules: Compiled, value: Json): readonly Ref[] {
  if (rules.unknownRefs.size === 0) return [];
  const found = new Set<Ref>();
  const visit = (json: Json): void => {
    if (typeof json === 'string') {
      for (const piece of parseExpressions(json)) {
        if (piece.kind === 'reference' && rules.unknownRefs.has(piece.ref)) found.add(piece.ref);
      }
    } else if (Array.isArray(json)) json.forEach(visit);
    else if (isObject(json)) Object.values(json).forEach(visit);
  };
  visit(value);
  return [...found].toSorted();
}

function report(rules: Compiled, place: Segments, from: Json | undefined, to: Change['to']): void {
  const sensitive = rules.sensitive.some((pattern) => covers(pattern, place));
  const shown = <T>(value: T): T | typeof SENSITIVE => (sensitive ? SENSITIVE : value);
  rules.changes.push({
    part: rules.part,
    path: place.reduce(below, ''),
    ...(from === undefined ? {} : { from: shown(from) }),
    ...(to === undefined ? {} : { to: shown(to) }),
    effect: rules.effects.find((rule) => covers(rule.pattern, place))?.value ?? 'inPlace',
  });
}
