import { DescribeTaskDefinitionCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { READ, type TaggedTaskDefinition } from '../reads.ts';
import { Kept } from './kept.ts';
import { allPages, type Reader, singleReader } from './reader.ts';

/** How many task definitions are kept: two for each of 5,000 services. */
const KEPT = 10_000;

/** A revision never changes, but its status and tags do: what was read longer ago than this is read anew, in milliseconds. */
const MAX_AGE_MS = 1_800_000;

/**
 * Readers of task definitions. A revision is read once and kept between passes; whether somebody has deregistered it is
 * looked at every half an hour at the latest, and when an event says so.
 */
export function taskDefinitionReaders(): readonly Reader[] {
  const kept = new Kept<TaggedTaskDefinition>(KEPT);
  let count = 0;
  /** Those that are read together at the start fall due over a quarter of an hour, not all at once. */
  const head = (): number => ((count++ % 16) / 32) * MAX_AGE_MS;
  const definitions = singleReader(
    READ.taskDefinition,
    'DescribeTaskDefinition',
    async (arn, { clients, fresh, abort, now, recheck }) => {
      const at = now.getTime();
      const known = fresh ? undefined : kept.get(arn, recheck ? at : at - MAX_AGE_MS);
      if (known !== undefined) return known;
      const { taskDefinition, tags = [] } = await clients.ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }),
        abort,
      );
      return taskDefinition === undefined ? undefined : kept.keep(arn, { taskDefinition, tags }, at - head());
    },
  );
  return [definitions, activeRevisions];
}

const activeRevisions = singleReader(READ.activeRevisions, 'ListTaskDefinitions', (family, { clients, abort }) =>
  allPages(
    (nextToken) =>
      clients.ecs.send(
        new ListTaskDefinitionsCommand({ familyPrefix: family, status: 'ACTIVE', sort: 'DESC', nextToken }),
        abort,
      ),
    // familyPrefix is the full family name by its documentation; the check keeps `api` apart from `api-green` all the same.
    (page) => page.taskDefinitionArns?.filter((arn) => familyOf(arn) === family),
    (page) => page.nextToken,
  ),
);

/** Family in the ARN of a revision: `arn:...:task-definition/<family>:<revision>`. */
function familyOf(arn: string): string {
  const name = arn.slice(arn.indexOf('/') + 1);
  return name.slice(0, name.lastIndexOf(':'));
}
