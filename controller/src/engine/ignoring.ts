import { SENSITIVE } from '../core/diff.ts';
import type { Change, Desired } from '../core/driver.ts';
import { InvalidInputError, type Problem, TerminalError } from '../core/errors.ts';
import { ignoring, isWithin, type KeptField, withKept } from '../core/ignore-differences.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { splitRef, type Manifest, type Position, type Ref } from '../core/manifest.ts';
import { segmentsOf } from '../core/pointer.ts';
import { didYouMean } from '../core/suggest.ts';
import type { ApplicationInput } from './engine.ts';
import type { Jq } from './jq.ts';
import type { EngineDriver, Resource } from './resource.ts';

/** Which fields of one resource Git does not decide. */
export interface IgnoreRules {
  /** Places below the spec. */
  readonly places: readonly (readonly string[])[];
  readonly expressions: readonly { readonly text: string; readonly position: Position; readonly path: string }[];
}

/** What `ignoreDifferences` does to one resource as it was found. */
export interface Ignored {
  /** Goes into the spec in the place of what Git says. */
  readonly kept: readonly KeptField[];
  /** Changes at these paths are not shown; what AWS has cannot be read back, so that it is sent with other changes. */
  readonly hidden: readonly string[];
}

/** Nothing is ignored. */
export const NOTHING_IGNORED: Ignored = { kept: [], hidden: [] };

/** How often what AWS has is put in the place of what Git says: a field can only show once another is equal. */
const ROUNDS = 3;

/**
 * The rules of `spec.ignoreDifferences`, by resource.
 * @throws InvalidInputError for pointers that name nothing in a spec, and kinds that do not exist.
 */
export function ignoreRulesOf(
  input: ApplicationInput,
  resources: ReadonlyMap<Ref, Resource>,
  kinds: readonly string[],
): ReadonlyMap<Ref, IgnoreRules> {
  const problems: Problem[] = [];
  const at = (path: string): Position =>
    input.positionOf?.(path) ?? { file: `Application/${input.name}`, line: 1, column: 1 };
  const found = new Map<Ref, IgnoreRules>();
  for (const [index, rule] of (input.spec.ignoreDifferences ?? []).entries()) {
    const base = `/spec/ignoreDifferences/${index}`;
    if (!kinds.includes(rule.kind)) {
      const message = `"${rule.kind}" is no kind, expected one of ${kinds.join(', ')}${didYouMean(rule.kind, kinds)}`;
      problems.push({ position: at(`${base}/kind`), path: `${base}/kind`, message });
    }
    const places: (readonly string[])[] = [];
    for (const [number, pointer] of (rule.jsonPointers ?? []).entries()) {
      const path = `${base}/jsonPointers/${number}`;
      const wrong = whatIsWrongWith(pointer);
      if (wrong === undefined) places.push(segmentsOf(pointer).slice(1));
      else problems.push({ position: at(path), path, message: wrong });
    }
    const expressions = (rule.jqPathExpressions ?? []).map((text, number) => {
      const path = `${base}/jqPathExpressions/${number}`;
      return { text, path, position: at(path) };
    });
    for (const ref of resources.keys()) {
      const { kind, name } = splitRef(ref);
      if (kind !== rule.kind || (rule.name !== undefined && rule.name !== name)) continue;
      const known = found.get(ref) ?? { places: [], expressions: [] };
      found.set(ref, {
        places: [...known.places, ...places],
        expressions: [...known.expressions, ...expressions],
      });
    }
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
  return found;
}

function whatIsWrongWith(pointer: string): string | undefined {
  if (!pointer.startsWith('/')) return `"${pointer}" is no JSON pointer, expected one such as /spec/desiredCount`;
  if (/~(?![01])/.test(pointer)) return `"${pointer}" is no JSON pointer: ~ is written ~0, and / inside a name ~1`;
  const [first, ...rest] = segmentsOf(pointer);
  if (first !== 'spec')
    return `"${pointer}" names nothing that is compared, expected a pointer that begins with /spec/`;
  if (rest.length === 0) return `"${pointer}" is everything, expected a field below /spec/`;
  return undefined;
}

/**
 * Reads what AWS has in the ignored fields of one resource: what the driver says would change there.
 * @throws InvalidInputError for a jq expression that cannot be run.
 */
export async function readIgnored(
  jq: Jq,
  rules: IgnoreRules,
  resource: Pick<Resource, 'manifest'> & { readonly driver: EngineDriver },
  desired: Desired<JsonObject>,
  live: object,
): Promise<Ignored> {
  let ignored: Ignored = NOTHING_IGNORED;
  for (let round = 0; round < ROUNDS; round++) {
    const current = withIgnored(desired, ignored);
    const changes = resource.driver.diff(current, live).filter((change) => !isHidden(ignored, change));
    if (changes.length === 0) return ignored;
    const all = await placesOf(jq, rules, resource.manifest, current.spec, changes);
    const { kept, hidden } = ignoring(current.spec, changes, all, (value) => value === SENSITIVE);
    if (kept.length === 0 && hidden.length === 0) return ignored;
    ignored = { kept: [...ignored.kept, ...kept], hidden: [...ignored.hidden, ...hidden] };
  }
  // What still differs at an ignored place is one that AWS shows in another form than the manifest has.
  const left = resource.driver.diff(withIgnored(desired, ignored), live);
  const places = await placesOf(jq, rules, resource.manifest, desired.spec, left);
  const hidden = left.filter(({ path }) => places.some((place) => isWithin(desired.spec, place, segmentsOf(path))));
  return { ...ignored, hidden: [...new Set([...ignored.hidden, ...hidden.map(({ path }) => path)])] };
}

/** Places by pointer, and those that the expressions name in what Git says, and in what AWS has where they differ. */
async function placesOf(
  jq: Jq,
  rules: IgnoreRules,
  manifest: Manifest,
  spec: JsonObject,
  changes: readonly Change[],
): Promise<readonly (readonly string[])[]> {
  const live = changes.map(({ path, from }) => (from === undefined ? { path } : { path, value: from }));
  const documents = [spec, withKept(spec, live)].map((one) => documentOf(manifest, one));
  const found: (readonly string[])[] = [...rules.places];
  for (const { text, position, path } of rules.expressions) {
    for (const document of documents) {
      try {
        const places = await jq.paths(text, document);
        for (const [first, ...rest] of places) if (first === 'spec' && rest.length > 0) found.push(rest);
      } catch (error) {
        if (!(error instanceof TerminalError)) throw error;
        throw new InvalidInputError([{ position, path, message: error.message }]);
      }
    }
  }
  return found;
}

function documentOf({ apiVersion, kind, metadata }: Manifest, spec: JsonObject): Json {
  return { apiVersion, kind, metadata: metadata as unknown as Json, spec };
}

/** What is wanted once the fields that Git does not decide are as AWS has them. */
export function withIgnored(desired: Desired<JsonObject>, { kept }: Ignored): Desired<JsonObject> {
  if (kept.length === 0) return desired;
  const unknown = desired.unknown.filter(
    ({ path }) => !kept.some((field) => isWithin(desired.spec, segmentsOf(field.path), segmentsOf(path))),
  );
  return { ...desired, spec: withKept(desired.spec, kept), unknown };
}

/** True for a change that is not shown. */
export function isHidden({ hidden }: Ignored, change: Change): boolean {
  return hidden.includes(change.path);
}

/** For the plan: which fields Git does not decide here. */
export function ignoredInWords({ kept, hidden }: Ignored): readonly string[] {
  const fields = [...new Set(kept.map(({ path }) => path))];
  return [
    ...(fields.length === 0 ? [] : [`ignoreDifferences leaves ${fields.join(', ')} as AWS has it`]),
    ...(hidden.length === 0
      ? []
      : [
          `ignoreDifferences hides ${hidden.join(', ')}, which is sent when another field changes: it cannot be read back`,
        ]),
  ];
}
