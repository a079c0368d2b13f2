import { manifest } from '../controller/test/applications.ts';
import type { Manifest } from '../controller/src/core/manifest.ts';

/** A cluster and `count` services of one task each. */
export function fleet(count: number): readonly Manifest[] {
  return [
    manifest('Cluster/main'),
    ...Array.from({ length: count }, (_, index) =>
      manifest(`Service/s${index}`, {
        cluster: 'main',
        desiredCount: 1,
        launchType: 'FARGATE',
        network: { subnets: ['subnet-0a1b2c3d'] },
        task: { cpu: 256, memory: 512, containers: [{ name: 'web', image: 'example/web:1' }] },
      }),
    ),
  ];
}
