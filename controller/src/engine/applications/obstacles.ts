import { didYouMean } from '../../core/suggest.ts';
import { windowVerdict } from '../../core/windows.ts';
import type { Approval, Hold } from '../decisions.ts';
import { planId } from '../plan-id.ts';
import { type Project, windowsFor } from '../projects.ts';
import type { Plan } from '../../core/plan.ts';
import { type Entry, isReady, isStale, problemOf, type Obstacle } from './entry.ts';
import { dependencyCycle, type Registry } from './registry.ts';

/** What dependencies stand in the way: a cycle, one that is not there, or one that is not Synced and Healthy. */
export function dependencyObstacle(entry: Entry, registry: Registry): Obstacle | undefined {
  const { dependsOn = [] } = entry.declared.spec;
  if (dependsOn.length === 0) return undefined;
  const type = 'DependencyNotReady';
  const cycle = dependencyCycle(registry, entry.declared);
  if (cycle !== undefined) {
    return { type, reason: 'DependencyCycle', message: `dependsOn goes round in a circle: ${cycle.join(' -> ')}` };
  }
  for (const name of dependsOn) {
    const other = registry.get(name);
    if (other === undefined) {
      const message = `dependsOn: there is no Application "${name}"${didYouMean(name, registry.names())}`;
      return { type, reason: 'DependencyMissing', message };
    }
    if (!isReady(other)) {
      return { type, reason: 'DependencyNotReady', message: `waits for Application ${name}: ${stateInWords(other)}` };
    }
  }
  return undefined;
}

/** A window of the Application or its Project that is closed now. `manually`: a person asks. */
export function windowObstacle(entry: Entry, project: Project, now: Date, manually: boolean): Obstacle | undefined {
  const known = entry.obstacle;
  // It is looked at once for each time that it is closed, not with every look at AWS.
  if (!manually && known?.type === 'WindowClosed' && known.until !== undefined && known.until > now) return known;
  const verdict = windowVerdict(windowsFor(project, entry.declared.name, entry.declared.spec), now);
  if (verdict.open || (manually && verdict.manual)) return undefined;
  const { opensAt, why } = verdict;
  const when = opensAt === undefined ? 'it never opens' : `it opens at ${opensAt.toISOString()}`;
  return {
    type: 'WindowClosed',
    reason: 'WindowClosed',
    message: `${why}; ${when}`,
    ...(opensAt !== undefined && { until: opensAt }),
  };
}

/** The manifests were taken back by a rollback. */
export function holdObstacle(hold: Hold | undefined, digest: string): Obstacle | undefined {
  if (hold?.digest !== digest) return undefined;
  const message = `${hold.by} rolled back to operation ${hold.to} at ${hold.at}: this revision is held until Git says something else or it is released`;
  return { type: 'Held', reason: 'RolledBack', message };
}

/** A person has to approve exactly this plan. */
export function approvalObstacle(entry: Entry, plan: Plan, approval: Approval | undefined): Obstacle | undefined {
  if (entry.declared.spec.syncPolicy?.gate !== 'manual') return undefined;
  const id = planId(plan);
  if (approval?.plan === id) return undefined;
  return { type: 'ApprovalNeeded', reason: 'ManualGate', message: `a person has to approve plan ${id}` };
}

/** Sync and health of an Application, in words. */
export function stateInWords(entry: Entry): string {
  if (entry.deletion !== undefined) return 'it is being deleted';
  const problem = problemOf(entry);
  if (problem !== undefined) return `it cannot be compared: ${problem}`;
  const status = entry.looked?.status;
  if (status === undefined) return 'it was not compared yet';
  if (entry.running !== undefined) return 'it is being synced';
  return `${isStale(entry) ? 'it has a new revision' : status.sync}, ${status.health.status}`;
}
