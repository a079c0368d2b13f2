import { manifest } from '../controller/test/applications.ts';
import type { Manifest } from '../controller/src/core/manifest.ts';

/** Services in one cluster: ECS takes at most 5,000. */
const SERVICES_A_CLUSTER = 2_500;

/** How many clusters hold `count` services. */
export function clustersOf(count: number): number {
  return Math.ceil(count / SERVICES_A_CLUSTER);
}

/** `count` services of one task each, and their clusters. */
export function fleet(count: number): readonly Manifest[] {
  return [
    ...Array.from({ length: clustersOf(count) }, (_, index) => manifest(`Cluster/c${index}`)),
    ...Array.from({ length: count }, (_, index) =>
      manifest(`Service/s${index}`, {
        cluster: `c${Math.floor(index / SERVICES_A_CLUSTER)}`,
        desiredCount: 1,
        launchType: 'FARGATE',
        network: { subnets: ['subnet-0a1b2c3d'] },
        task: { cpu: 256, memory: 512, containers: [{ name: 'web', image: 'example/web:1' }] },
      }),
    ),
  ];
}
