import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import { contentHash } from '../../../core/canonical.ts';
import type { Desired } from '../../../core/driver.ts';
import { DOMAIN } from '../../../core/manifest.ts';

/**
 * Docker label of the containers that read secrets: the versions that they were started with. Another version is another
 * label, and so another revision.
 */
export const SECRETS_LABEL = `${DOMAIN}/secrets`;

/** Labels by container. */
export type Labels = Readonly<Record<string, string>>;

/** The longest list of versions that is written out; a longer one is a digest. */
const MAX_LENGTH = 1_000;

/** The label of a container that reads these versions. */
export function labelOf(versions: readonly string[]): string {
  const list = [...new Set(versions)].toSorted().join(' ');
  return list.length <= MAX_LENGTH ? list : `sha256:${contentHash(list)}`;
}

/** What Git says, with the labels on its containers. Other labels stay as they are. */
export function labelled(desired: Desired<ServiceSpec>, labels: Labels | undefined): Desired<ServiceSpec> {
  if (labels === undefined || Object.keys(labels).length === 0) return desired;
  const containers = desired.spec.task.containers.map((container) => {
    const label = labels[container.name];
    if (label === undefined) return container;
    return { ...container, dockerLabels: { ...container.dockerLabels, [SECRETS_LABEL]: label } };
  });
  return { ...desired, spec: { ...desired.spec, task: { ...desired.spec.task, containers } } };
}

/** The labels that a task definition has. */
export function labelsIn(definition: TaskDefinition | undefined): Labels {
  return Object.fromEntries(
    (definition?.containerDefinitions ?? []).flatMap(({ name = '', dockerLabels }) => {
      const label = dockerLabels?.[SECRETS_LABEL];
      return label === undefined ? [] : [[name, label]];
    }),
  );
}
