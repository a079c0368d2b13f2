// Time to converge on AWS's clock against the floor that AWS itself sets: the critical path of a system through its
// references, each resource with the time from its creation to AWS's word that it is ready.
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  type ECSClient,
  ListClustersCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeLoadBalancersCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { startSandbox } from '@longshore/sandbox';
import { buildGraph } from '../../controller/src/core/graph.ts';
import { type Manifest, type Ref, refOf } from '../../controller/src/core/manifest.ts';
import { engineKinds } from '../../controller/src/engine/resource.ts';
import { kinds } from '../../controller/src/kinds/registry.ts';
import { application, manifest } from '../../controller/test/applications.ts';
import { report } from '../measure.ts';
import { patientClock } from '../patient-clock.ts';
import { traffic } from '../traffic.ts';
import { DESTINATION, wireEngine } from '../wired-engine.ts';

/** How exactly a moment is known that AWS does not tell, in milliseconds. */
const LOOK_MS = 1_000;

function service(name: string, image: string, more: object = {}): Manifest {
  return manifest(`Service/${name}`, {
    cluster: 'main',
    desiredCount: 3,
    launchType: 'FARGATE',
    network: { subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] },
    task: {
      cpu: 256,
      memory: 512,
      containers: [{ name: 'web', image, portMappings: [{ containerPort: 8080, name: 'http' }] }],
    },
    ...more,
  });
}

/** A load balancer, a service behind it that scales, and two workers. */
function system(image: string): readonly Manifest[] {
  return [
    manifest('Cluster/main'),
    manifest('LoadBalancer/public', {
      type: 'application',
      scheme: 'internal',
      subnets: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d'],
      securityGroups: ['sg-0a1b2c3d'],
      listeners: [{ port: 80, protocol: 'HTTP', default: { forward: [{ targetGroup: 'web' }] } }],
    }),
    manifest('TargetGroup/web', { vpcId: 'vpc-0a1b2c3d', protocol: 'HTTP', port: 8080, targetType: 'ip' }),
    service('web', image, { loadBalancers: [{ targetGroup: 'web', container: 'web', port: 8080 }] }),
    service('mailer', image),
    service('importer', image),
    manifest('ScalingPolicy/web', {
      target: { service: 'web' },
      minCapacity: 3,
      maxCapacity: 6,
      targetTracking: [{ metric: 'ECSServiceAverageCPUUtilization', targetValue: 70 }],
    }),
  ];
}

const sandbox = await startSandbox({ port: 0, runtime: 'simulated', time: 'stepped', throttle: false });
const calls = traffic(Number.POSITIVE_INFINITY);
const clock = patientClock(sandbox, calls);
using records = mkdtempDisposableSync(join(tmpdir(), 'longshore-bench-'));
await using wired = wireEngine(sandbox.url, records.path, clock, { calls });
const aws = await wired.aws();

/** Milliseconds that the last deployment of each service took, by AWS's own timestamps. */
async function deployments(ecs: ECSClient): Promise<ReadonlyMap<Ref, number>> {
  const took = new Map<Ref, number>();
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  for (const cluster of clusterArns) {
    const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }));
    const { services = [] } = await ecs.send(
      new DescribeServicesCommand({ cluster, services: serviceArns, include: ['TAGS'] }),
    );
    for (const { serviceArn, tags = [] } of services) {
      const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service: serviceArn }));
      const arns = (listed.serviceDeployments ?? []).flatMap((one) => one.serviceDeploymentArn ?? []);
      const { serviceDeployments = [] } = await ecs.send(
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns }),
      );
      const last = serviceDeployments.toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt))[0];
      const ref = tags.find((tag) => tag.key === 'longshore.dev/resource')?.value as Ref;
      took.set(ref, Number(last?.finishedAt) - Number(last?.createdAt));
    }
  }
  return took;
}

/** Milliseconds until the load balancer was active; AWS does not tell when, so it is looked at again and again. */
async function provisioning(elb: ElasticLoadBalancingV2Client, signal: AbortSignal): Promise<number> {
  while (!signal.aborted) {
    const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
    if (balancer?.State?.Code === 'active') return clock.now().getTime() - Number(balancer.CreatedTime);
    await clock.sleep(LOOK_MS);
  }
  return 0;
}

/** The longest way through the references of the manifests, in milliseconds. */
function criticalPath(manifests: readonly Manifest[], took: ReadonlyMap<Ref, number>): number {
  const engine = engineKinds(kinds);
  const graph = buildGraph(
    manifests.map((one) => ({
      ref: refOf(one),
      ...(engine.get(one.kind)?.edges(one.spec) ?? { needs: [], serves: [] }),
    })),
  );
  const until = (ref: Ref): number => (took.get(ref) ?? 0) + Math.max(0, ...[...(graph.get(ref) ?? [])].map(until));
  return Math.max(...[...graph.keys()].map(until));
}

async function sync(revision: string, manifests: readonly Manifest[]): Promise<number> {
  const operation = await wired.engine.sync(
    { ...application(manifests, { automated: { prune: true } }, revision), destination: DESTINATION },
    { initiator: { kind: 'commit', name: revision } },
    new AbortController().signal,
  );
  if (operation.phase !== 'Succeeded') throw new Error(operation.message);
  return Date.parse(operation.finishedAt ?? '') - Date.parse(operation.startedAt);
}

function tell(scenario: string, tookMs: number, floorMs: number): void {
  report({
    scenario,
    measure: 'time to converge',
    value: tookMs / 1000,
    unit: 's',
    goal: (floorMs / 1000) * 1.05 + 10,
  });
  report({ scenario, measure: 'floor of AWS', value: floorMs / 1000, unit: 's' });
}

const over = new AbortController();
const first = system('example/web:1');
const active = provisioning(aws.elbv2, over.signal);
const created = await sync('r1', first);
over.abort();
tell(
  'converge, new system',
  created,
  criticalPath(first, new Map([...(await deployments(aws.ecs)), ['LoadBalancer/public', await active]])),
);

// What is there already takes no time: only the services roll.
const second = system('example/web:2');
const rolled = await sync('r2', second);
tell('converge, new image', rolled, criticalPath(second, await deployments(aws.ecs)));
await sandbox.close();
