import type { ApplicationAccess, DeclaredApplication } from '../../engine/applications/declared.ts';
import type { Clock } from '../../core/clock.ts';
import type { EventSink } from '../../core/events.ts';
import { applicationInput } from '../application-input.ts';
import type { Sources } from '../sources.ts';
import { reportWarnings } from '../warnings.ts';

/** How an Application is read: its source, and its manifests out of that. Nothing is read yet. */
export function openApplication(
  declared: DeclaredApplication,
  sources: Sources,
  clock: Clock,
  sink: EventSink,
): ApplicationAccess {
  const { name, spec, annotations, local, positionOf } = declared;
  const about = { name, trusted: local === true };
  const source = sources.open(spec, about);
  let warnedOf = '';
  return {
    source,
    at: (targetRevision) => sources.open({ source: { ...spec.source, targetRevision } }, about),
    input: async (fetched, destination) => {
      const { input, warnings } = applicationInput({ name, spec }, fetched, destination, source.folder);
      // The same files are read again after a retry or for a plan: what is wrong with them is said once.
      if (warnedOf !== fetched.treeHash) reportWarnings(warnings, name, clock, sink);
      warnedOf = fetched.treeHash;
      return { ...input, annotations, ...(positionOf !== undefined && { positionOf }) };
    },
  };
}
