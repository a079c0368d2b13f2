import { manifest } from '../controller/test/applications.ts';
import { ACCOUNT, REGION } from '../controller/test/harness.ts';
import type { ApplicationInput } from '../controller/src/engine/engine.ts';

/** Services of one Application, all in one cluster. ECS takes at most 5,000 in a cluster. */
const SERVICES_AN_APPLICATION = 1_000;

/** `count` services of one task each, in Applications of a thousand with a cluster of their own. */
export function fleet(count: number): readonly ApplicationInput[] {
  const applications = Math.ceil(count / SERVICES_AN_APPLICATION);
  return Array.from({ length: applications }, (_, index) =>
    fleetApplication(index, Math.min(SERVICES_AN_APPLICATION, count - index * SERVICES_AN_APPLICATION)),
  );
}

/** One Application: a cluster and `count` services in it. */
export function fleetApplication(index: number, count: number): ApplicationInput {
  const cluster = `c${index}`;
  return {
    name: `shop-${index}`,
    spec: {
      source: { repoURL: 'https://git.example.com/shop.git' },
      syncPolicy: { automated: { prune: true, selfHeal: true }, timeoutSeconds: 24 * 3600 },
    },
    destination: { accountId: ACCOUNT, region: REGION },
    revision: 'r1',
    manifests: [
      manifest(`Cluster/${cluster}`),
      ...Array.from({ length: count }, (_, service) =>
        manifest(`Service/s${service}`, {
          cluster,
          desiredCount: 1,
          launchType: 'FARGATE',
          network: { subnets: ['subnet-0a1b2c3d'] },
          task: { cpu: 256, memory: 512, containers: [{ name: 'web', image: 'example/web:1' }] },
        }),
      ),
    ],
  };
}
