import { CreateClusterCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import type { JobSpec } from '../../src/api/job.ts';
import { wantedTags } from '../../src/core/ownership.ts';
import { below } from '../../src/core/pointer.ts';
import { jobKind } from '../../src/kinds/job/index.ts';
import type { JobLive } from '../../src/kinds/job/live.ts';
import { RECORD_TAG } from '../../src/kinds/job/record.ts';
import { ENDS_WELL, jobSpecs } from './arbitraries/job.ts';
import type { KindProperty, Mutable, Mutation } from './property.ts';

/** Jobs on Fargate. A revision never changes: what can be changed by hand is its tags, the record among them. */
export const jobProperty: KindProperty<JobSpec, JobLive> = {
  kind: jobKind,
  options: { behaviours: { [ENDS_WELL]: { exitAfterMs: 5_000, exitCode: 0 } } },
  setUp: async ({ aws }) => {
    const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
    const { cluster } = await aws.ecs.send(new CreateClusterCommand({ clusterName: 'main', capacityProviders }));
    return { 'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' } };
  },
  specs: () => jobSpecs,
  mutations: ({ aws, desired, live }: Mutable<JobSpec, JobLive>) => {
    const resourceArn = live.wanted?.arn;
    const ofTags = Object.keys(wantedTags(desired.spec.tags, {})).flatMap((key): readonly Mutation[] => [
      {
        path: below('/tags', key),
        send: () => aws.ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key, value: 'by hand' }] })),
      },
      {
        path: below('/tags', key),
        send: () => aws.ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: [key] })),
      },
    ]);
    const ofRecord: Mutation = {
      path: '/run',
      send: () => aws.ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: [RECORD_TAG.succeeded] })),
    };
    return [ofRecord, ...ofTags];
  },
};
