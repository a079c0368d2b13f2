import { DescribeTaskDefinitionCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { READ, type TaggedTaskDefinition } from '../reads.ts';
import { Kept } from './kept.ts';
import { allPages, type Reader, singleReader } from './reader.ts';

/** How many task definitions are kept: two for each of 5,000 services. */
const KEPT = 10_000;

/** Readers of task definitions. A revision never changes, so it is read once and kept between passes. */
export function taskDefinitionReaders(): readonly Reader[] {
  const kept = new Kept<TaggedTaskDefinition>(KEPT);
  const definitions = singleReader(
    READ.taskDefinition,
    'DescribeTaskDefinition',
    async (arn, { clients, fresh, abort }) => {
      const known = fresh ? undefined : kept.get(arn);
      if (known !== undefined) return known;
      const { taskDefinition, tags = [] } = await clients.ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }),
        abort,
      );
      return taskDefinition === undefined ? undefined : kept.keep(arn, { taskDefinition, tags });
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
