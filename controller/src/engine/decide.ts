import type { Plan, Refusal, Step } from '../core/plan.ts';
import type { Ref } from '../core/manifest.ts';
import { ADOPT, type Found } from './found.ts';
import { keepsName } from './replacing.ts';
import { plannedRemovals } from './verdict.ts';

const DEFAULT_MAX_DELETIONS = '10%';

/** Why a sync of this plan must not start by itself. */
export function refusalsOf(plan: Plan, found: Found): readonly Refusal[] {
  if (found.asked.removal) return unconfirmed(plan);
  return [
    ...lintErrors(plan),
    ...plan.waves.flat().flatMap((step) => stepRefusals(step, found)),
    ...notSelected(plan, found),
    ...emptySource(found),
    ...tooManyDeletions(plan, found),
  ];
}

/** Half of an Application is worse than all of it: what asks for a person is asked for before anything goes. */
function unconfirmed(plan: Plan): readonly Refusal[] {
  return plan.waves
    .flat()
    .filter((step) => step.needsConfirmation === true)
    .map(({ ref, notes }) => ({
      code: 'Confirmation',
      ref,
      approvable: true,
      message: `${ref}: ${notes.join('; ')}`,
    }));
}

/** What a partial sync makes cannot wait for what it leaves out. */
function notSelected(plan: Plan, { prepared, world, selected }: Found): readonly Refusal[] {
  return plan.waves.flat().flatMap(({ ref, action }) => {
    if (action === 'none' || action === 'delete') return [];
    const missing = (prepared.resources.get(ref)?.needs ?? []).filter(
      (need) => !selected(need) && prepared.resources.has(need) && world.get(need)?.live === undefined,
    );
    return missing.map((need): Refusal => {
      const selector = need.replace('/', ':');
      const message = `${ref}: it needs ${need}, which AWS does not have and which is not selected; select ${selector} too`;
      return { code: 'NotSelected', ref, approvable: false, message };
    });
  });
}

function stepRefusals(step: Step, found: Found): readonly Refusal[] {
  const { ref } = step;
  const seen = found.world.get(ref);
  if (seen === undefined || step.action === 'delete') return [];
  const replacing = step.changes.filter((change) => change.effect === 'replaces').map((change) => change.path);
  const neighbour = found.takenBy.get(ref);
  if (neighbour !== undefined) {
    const message = `${ref}: ${step.notes.join('; ')}; it is not taken over while Application ${neighbour} has it: give it deletionPolicy: Retain there and sync, take its manifest out there and sync with prune, then annotate it here with ${ADOPT}: "true"`;
    return [{ code: 'Foreign', ref, approvable: false, message }];
  }
  if (step.action === 'adopt' && replacing.length > 0) {
    const message = `${ref}: cannot be taken over: ${replacing.join(', ')} can only be set at creation; make the manifest agree with what exists`;
    return [{ code: 'Foreign', ref, approvable: false, message }];
  }
  if (step.action === 'adopt') {
    const message = `${ref}: takes over what exists and resets ${step.changes.length} fields: this needs approval`;
    return [{ code: 'Adoption', ref, approvable: true, message }];
  }
  if (seen.owner !== 'ours') {
    const message = `${ref}: ${step.notes.join('; ')}; to take it over, annotate the manifest with ${ADOPT}: "true"`;
    return [{ code: 'Foreign', ref, approvable: false, message }];
  }
  const replaces = step.action === 'replace' && step.deletesFirst !== true;
  if (replaces && keepsName(seen.resource.manifest.spec, step.changes)) {
    const message = `${ref}: ${replacing.join(', ')} can only be set at creation, and spec.nameOverride leaves no second name for the new one: change nameOverride together with it, or remove it, or allow the old one to be deleted first by the annotation longshore.dev/sync-options: Replace=true`;
    return [{ code: 'ReplacesNamed', ref, approvable: false, message }];
  }
  return step.changes.flatMap(({ path, refused }): Refusal[] =>
    refused === undefined
      ? []
      : [{ code: 'Impossible', ref, approvable: false, message: `${ref}: ${path}: ${refused}` }],
  );
}

/** How many resources one sync may delete or replace without a person: a number, or a share of what is on record, at least one. */
export function deletionLimit(maxDeletions: number | string | undefined, inventorySize: number): number {
  const limit = maxDeletions ?? DEFAULT_MAX_DELETIONS;
  const text = String(limit).trim();
  if (text.endsWith('%')) return Math.max(1, Math.ceil((Number(text.slice(0, -1)) / 100) * inventorySize));
  return Number(text);
}

/** The resources that a plan deletes or replaces. A replacement and the deletion of its old one are one. */
function deletedRefs(plan: Plan): readonly Ref[] {
  const steps = plan.waves.flat().filter((step) => step.action === 'delete' || step.action === 'replace');
  return [...new Set(steps.map((step) => step.ref))];
}

function lintErrors(plan: Plan): readonly Refusal[] {
  return plan.findings
    .filter((finding) => finding.severity === 'error')
    .map((finding) => ({
      code: 'Lint',
      ref: finding.ref,
      approvable: false,
      message: `${finding.ref}: ${finding.code}: ${finding.message}`,
    }));
}

function emptySource(found: Found): readonly Refusal[] {
  const { input } = found.prepared;
  if (input.manifests.length > 0 || input.spec.syncPolicy?.automated?.allowEmpty === true) return [];
  const owned = plannedRemovals(found).length;
  if (owned === 0 || !found.asked.prune) return [];
  const message = `the source has no manifests: this would delete all ${owned} resources; set syncPolicy.automated.allowEmpty if that is meant`;
  return [{ code: 'EmptySource', approvable: false, message }];
}

function tooManyDeletions(plan: Plan, found: Found): readonly Refusal[] {
  const deleted = deletedRefs(plan);
  const limit = deletionLimit(found.prepared.input.spec.syncPolicy?.maxDeletions, found.inventory.entries().length);
  if (deleted.length <= limit) return [];
  const message = `${deleted.length} resources would be deleted or replaced (${deleted.slice(0, 5).join(', ')}${deleted.length > 5 ? ', ...' : ''}), more than maxDeletions allows (${limit}); this needs approval`;
  return [{ code: 'Deletions', approvable: true, message }];
}
