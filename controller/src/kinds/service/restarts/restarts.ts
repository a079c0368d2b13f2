import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { contentHash, equalJson } from '../../../core/canonical.ts';
import type { Desired, Pass } from '../../../core/driver.ts';
import type { RestartBudget } from './budget.ts';
import { labelOf, type Labels, labelsIn } from './label.ts';
import { watchedBy } from './references.ts';
import { type Version, versionOf } from './versions.ts';

/** Tasks start anew when nothing has changed for so long, in milliseconds: rotations come in groups. */
const QUIET_MS = 300_000;

/** Restarts on the same change are spread over this long, in milliseconds. */
const SPREAD_MS = 60_000;

/** What a service has now, as far as it matters for its labels. */
export interface Current {
  /** Its ARN. */
  readonly key: string;
  /** What runs; while a deployment is under way, what it goes to. */
  readonly definition: TaskDefinition | undefined;
  /** A deployment is under way. */
  readonly moves: boolean;
  /** Git changes something else of the task. */
  readonly deploys: boolean;
}

/** What the secrets of a service are now. */
export interface Secrets {
  /** The labels that containers which start now would get. */
  readonly wanted: Labels;
  /** When the newest of them changed; undefined where nothing tells. */
  readonly changedAt: Date | undefined;
  /** One of them is being rotated. */
  readonly rotating: boolean;
}

/** Reads the versions of all secrets that the containers read. Undefined: the manifest does not ask for restarts. */
export async function readSecrets(
  aws: AwsContext,
  { spec }: Pick<Desired<ServiceSpec>, 'spec'>,
  pass: Pass,
): Promise<Secrets | undefined> {
  if (spec.restartOn?.includes('secrets') !== true) return undefined;
  const all: Version[] = [];
  const labels = await Promise.all(
    spec.task.containers.map(async (container) => {
      const watched = watchedBy(container, aws);
      const versions = await Promise.all(watched.map((one) => versionOf(one, pass)));
      all.push(...versions);
      return versions.length === 0 ? [] : [[container.name, labelOf(versions.map(({ told }) => told))] as const];
    }),
  );
  const times = all.flatMap(({ changedAt }) => changedAt?.getTime() ?? []);
  return {
    wanted: Object.fromEntries(labels.flat()),
    changedAt: times.length === 0 ? undefined : new Date(Math.max(...times)),
    rotating: all.some(({ rotating }) => rotating),
  };
}

/**
 * The labels that the containers are to have now: those that they have, until the secrets have been quiet for five
 * minutes, no rotation and no deployment is under way, and not too many other services restart. A container without a
 * label gets its own at once: Git has just asked for it. So does every container when Git changes something else of the
 * task, which starts new tasks anyway.
 */
export function labelsNow(
  secrets: Secrets,
  { key, definition, moves, deploys }: Current,
  at: Date,
  budget: RestartBudget,
): Labels {
  const { wanted } = secrets;
  const now = at.getTime();
  const kept = keptOf(wanted, definition);
  if (deploys || moves || equalJson(kept, wanted)) {
    budget.rests(key, moves, now);
    return deploys ? wanted : kept;
  }
  const dueAt = (secrets.changedAt?.getTime() ?? now) + QUIET_MS + spreadOf(key);
  if (secrets.rotating || dueAt > now) return kept;
  return budget.allows(key, dueAt, now) ? wanted : kept;
}

/** The labels that containers have, and those of containers without one that are to have one. */
export function keptOf(wanted: Labels, definition: TaskDefinition | undefined): Labels {
  const had = labelsIn(definition);
  return Object.fromEntries(Object.entries(wanted).map(([name, label]) => [name, had[name] ?? label]));
}

/** The same for each look at a service, so that the next look does not draw another lot. */
function spreadOf(key: string): number {
  return (Number.parseInt(contentHash(key).slice(0, 8), 16) / 0x1_0000_0000) * SPREAD_MS;
}
