import type { ApplicationSpec } from '../api/application.ts';
import { InvalidInputError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import { DEFAULT_LIMITS } from '../core/manifests/limits.ts';
import { parseManifests } from '../core/manifests/parse.ts';
import { readBounded } from './read-bounded.ts';

/** A validated Application manifest. */
export type ApplicationManifest = Manifest<ApplicationSpec>;

/**
 * The Applications of a file; none when it holds resources alone. `label` is the file's name in error messages.
 * @throws InvalidInputError when an Application in it is not valid, or stands together with resources.
 */
export async function readApplications(file: string, label: string): Promise<readonly ApplicationManifest[]> {
  const bytes = await readBounded(file, label, DEFAULT_LIMITS.fileBytes);
  const { manifests, problems } = parseManifests(new Map([[label, bytes]]));
  const applications = manifests.filter(isApplication);
  if (applications.length === 0 && !saysApplication(bytes)) return [];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const other = manifests.find((manifest) => !isApplication(manifest));
  if (other === undefined) return applications;
  const message = `found a ${other.kind} beside an Application, expected Applications alone: resources belong into the folder that spec.source names`;
  throw new InvalidInputError([{ position: other.positionOf('/kind'), path: '/kind', message }]);
}

/** The schema of its kind has checked the spec. */
function isApplication(manifest: Manifest): manifest is Manifest & ApplicationManifest {
  return manifest.kind === 'Application';
}

/** A file that is meant to hold an Application, even if it cannot be read as one. */
function saysApplication(bytes: Uint8Array): boolean {
  return /^[\s"'{,]*kind["']?\s*:\s*["']?Application\b/mu.test(new TextDecoder().decode(bytes));
}
