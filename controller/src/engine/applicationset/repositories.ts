import type { ApplicationSetSpec } from '../../api/applicationset.ts';

/** Every repository that the generators of a set look into. */
export function repositoriesOf({ generators }: ApplicationSetSpec): readonly string[] {
  const all = generators.flatMap((each) => [
    each,
    ...(each.matrix?.generators ?? []),
    ...(each.merge?.generators ?? []),
  ]);
  return all.flatMap(({ gitDirectories, gitFiles }) => [gitDirectories, gitFiles].flatMap((git) => git?.repoURL ?? []));
}
