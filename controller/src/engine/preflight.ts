import type { Change, Desired, Pass, PreflightFinding, PreflightOptions } from '../core/driver.ts';
import { TerminalError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import type { PlacedPreflight, Plan, Step } from '../core/plan.ts';
import { syncOptionsOf } from '../core/sync-options.ts';
import type { Applying } from './applying.ts';
import type { ApplicationInput, Verified } from './engine.ts';
import type { Found } from './found.ts';
import type { Resource } from './resource.ts';
import { plannedState } from './planner.ts';
import { gatherClaims } from './world.ts';

/** The plan, with what was found where something is made or its tasks are restarted. Nothing is read for the rest. */
export async function withPreflight(found: Found, plan: Plan): Promise<Plan> {
  const waves = plan.waves.map((wave) =>
    Promise.all(
      wave.map(async (step): Promise<Step> => {
        const resource = found.prepared.resources.get(step.ref);
        const looks = step.action !== 'delete' && step.action !== 'none' && startsTasks(step.action, step.changes);
        if (resource === undefined || !looks) return step;
        const preflight = await preflightOf(found, resource);
        return preflight.length === 0 ? step : { ...step, preflight };
      }),
    ),
  );
  return { ...plan, waves: await Promise.all(waves) };
}

/** Looks at what every resource and every hook rests on, whether or not a sync would change it. */
export async function verifyAll(found: Found): Promise<readonly Verified[]> {
  const { waves, resources: known, hooks } = found.prepared;
  const resources = [
    ...waves.flat().flatMap((ref) => known.get(ref) ?? []),
    ...[...hooks.values()].map(({ resource }) => resource),
  ];
  return Promise.all(
    resources
      .filter(({ driver }) => driver.preflight !== undefined)
      .map(async (resource) => ({ ref: resource.ref, findings: await preflightOf(found, resource) })),
  );
}

/** Whether a change is one that AWS may refuse half-way, or that fails afterwards. */
function startsTasks(action: Step['action'], changes: readonly Change[]): boolean {
  return action === 'create' || action === 'replace' || changes.some(({ effect }) => effect !== 'inPlace');
}

async function preflightOf(found: Found, resource: Resource): Promise<readonly PlacedPreflight[]> {
  const [place] = found.places;
  const { live } = found.world.get(resource.ref) ?? {};
  if (place === undefined || resource.driver.preflight === undefined) return [];
  const claims = gatherClaims(found.world).get(resource.ref) ?? [];
  const desired = plannedState(found, resource, claims, new Set());
  const options = optionsOf(found.prepared.input);
  return placed(resource, await resource.driver.preflight(desired, live, place.pass, options));
}

function optionsOf({ spec }: ApplicationInput): PreflightOptions {
  return spec.destination?.preflight ?? {};
}

function placed({ manifest }: Resource, findings: readonly PreflightFinding[]): readonly PlacedPreflight[] {
  return findings.map((finding) => ({ ...finding, position: manifest.positionOf(`/spec${finding.path}`) }));
}

/** True when an Application or a resource asks to go on whatever is found: the sync option `Preflight=false`. */
function skipsPreflight(input: ApplicationInput, { manifest }: Pick<Resource, 'manifest'>): boolean {
  const asked = input.spec.syncPolicy?.syncOptions?.includes('Preflight=false') === true;
  return asked || !syncOptionsOf(manifest.metadata.annotations).preflight;
}

/** What a step is about to do. */
interface Doing {
  readonly desired: Desired<JsonObject>;
  readonly live: object | undefined;
  readonly changes: readonly Change[];
  readonly pass: Pass;
}

/**
 * The last look before anything of a resource is changed. Warnings become events.
 * @throws TerminalError `PreflightFailed`, with everything that would go wrong
 */
export async function lookBefore(applying: Applying, resource: Resource, doing: Doing): Promise<void> {
  const { driver, ref } = resource;
  const { desired, live, changes, pass } = doing;
  if (driver.preflight === undefined || !startsTasks(live === undefined ? 'create' : 'update', changes)) return;
  if (skipsPreflight(applying.found.prepared.input, resource)) return;
  const findings = placed(
    resource,
    await driver.preflight(desired, live, pass, optionsOf(applying.found.prepared.input)),
  );
  for (const finding of findings.filter(({ severity }) => severity === 'warning')) {
    applying.emit('preflight.warning', 'warn', finding.message, { ref, check: finding.check, path: finding.path });
  }
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new TerminalError(
    'PreflightFailed',
    `nothing was changed: ${errors.map((one) => inWords(ref, one)).join('; ')}`,
  );
}

function inWords(ref: Ref, { check, message, position, path }: PlacedPreflight): string {
  return `${check} at ${position.file}:${position.line}:${position.column} (${ref} ${path}): ${message}`;
}
