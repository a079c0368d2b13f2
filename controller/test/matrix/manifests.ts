import type { SandboxOptions } from '@longshore/sandbox';
import type { Manifest } from '../../src/core/manifest.ts';
import { manifest } from '../applications.ts';

/** An image that runs until it is stopped. */
export const GOOD = 'example/web:1';
/** Its next version. */
export const NEXT = 'example/web:2';
/** An image whose container exits as soon as it runs. */
export const BAD = 'example/web:bad';

/** How these images behave. The load is too high to scale in and too low to scale out. */
export const BEHAVIOURS: NonNullable<SandboxOptions['behaviours']> = {
  [BAD]: { exitAfterMs: 2_000, exitCode: 1 },
  'example/web': { startMs: 1_000, cpuPercent: 68 },
  'example/migrate': { exitAfterMs: 20_000, exitCode: 0 },
};

/** Fields that a scenario says otherwise than the manifest of the shop. */
type Fields = Readonly<Record<string, unknown>>;

/** The cluster that everything runs in. */
export function cluster(fields: Fields = {}): Manifest {
  return manifest('Cluster/main', { capacityProviders: ['FARGATE'], ...fields });
}

/** A target group that fails and drains fast. */
export function targetGroup(fields: Fields = {}, name = 'api'): Manifest {
  return manifest(`TargetGroup/${name}`, {
    vpcId: 'vpc-1',
    protocol: 'HTTP',
    port: 8000,
    healthCheck: { path: '/health', intervalSeconds: 10, healthyThreshold: 2 },
    attributes: { 'deregistration_delay.timeout_seconds': '5' },
    ...fields,
  });
}

/** A listener that forwards everything to one target group. */
export function listener(fields: Fields = {}): Fields {
  return { port: 80, protocol: 'HTTP', default: { forward: [{ targetGroup: 'api' }] }, ...fields };
}

/** The load balancer in front of the shop. */
export function loadBalancer(fields: Fields = {}): Manifest {
  return manifest('LoadBalancer/public', {
    subnets: ['subnet-1', 'subnet-2'],
    securityGroups: ['sg-1'],
    listeners: [listener()],
    ...fields,
  });
}

/** A rule of its own on the load balancer's listener. */
export function listenerRule(fields: Fields = {}, name = 'reports'): Manifest {
  return manifest(`ListenerRule/${name}`, {
    listener: { loadBalancer: 'public', port: 80 },
    priority: 10,
    when: { pathPattern: [`/${name}/*`] },
    then: { forward: [{ targetGroup: 'api' }] },
    ...fields,
  });
}

/** A service without a load balancer: it needs nothing but the cluster. */
export function plainService(image = GOOD, fields: Fields = {}): Manifest {
  return manifest('Service/api', {
    cluster: 'main',
    desiredCount: 2,
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
    deployment: { rolling: { circuitBreaker: { enable: true, rollback: true } } },
    task: {
      cpu: 256,
      memory: 512,
      containers: [{ name: 'web', image, portMappings: [{ containerPort: 8000, name: 'http' }] }],
    },
    ...fields,
  });
}

/** The service behind the load balancer. */
export function service(image = GOOD, fields: Fields = {}): Manifest {
  return plainService(image, { loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }], ...fields });
}

/** A migration: it runs once for each of its versions. */
export function job(version = '1', fields: Fields = {}): Manifest {
  return manifest('Job/migrate', {
    cluster: 'main',
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
    task: { cpu: 256, memory: 512, containers: [{ name: 'migrate', image: `example/migrate:${version}` }] },
    ...fields,
  });
}

/** The autoscaler of the service. */
export function scalingPolicy(fields: Fields = {}): Manifest {
  return manifest('ScalingPolicy/api', {
    target: { service: 'api' },
    minCapacity: 2,
    maxCapacity: 6,
    targetTracking: [{ metric: 'ECSServiceAverageCPUUtilization', targetValue: 70 }],
    ...fields,
  });
}

/** One of each kind, working together. */
export function shop(): readonly Manifest[] {
  return [cluster(), targetGroup(), loadBalancer(), listenerRule(), service(), scalingPolicy()];
}

/** A Job as a hook of these phases. */
export function hookJob(name: string, phases: string, annotations: Readonly<Record<string, string>> = {}): Manifest {
  const from = job();
  return { ...from, metadata: { name, annotations: { 'longshore.dev/hook': phases, ...annotations } } };
}

/** The shop with every resource under another name, moved from the one that it had. */
export function renamedShop(): readonly Manifest[] {
  const forward = { forward: [{ targetGroup: 'orders' }] };
  const behind = { loadBalancers: [{ targetGroup: 'orders', container: 'web', port: 8000 }] };
  return [
    renamed(cluster(), 'prod'),
    renamed(targetGroup(), 'orders'),
    renamed(loadBalancer({ listeners: [listener({ default: forward })] }), 'edge'),
    renamed(
      listenerRule({
        listener: { loadBalancer: 'edge', port: 80 },
        when: { pathPattern: ['/reports/*'] },
        then: forward,
      }),
      'charts',
    ),
    renamed(service(GOOD, { cluster: 'prod', ...behind }), 'orders'),
    renamed(scalingPolicy({ target: { service: 'orders' } }), 'orders'),
  ];
}

/** A resource under another name, moved from the one that it had. */
export function renamed(from: Manifest, name: string): Manifest {
  const { kind, metadata } = from;
  const annotations = { ...metadata.annotations, 'longshore.dev/moved-from': `${kind}/${metadata.name}` };
  return { ...from, metadata: { ...metadata, name, annotations } };
}

/** The same manifest, taking over what exists under its name. */
export function adopting(from: Manifest): Manifest {
  const annotations = { ...from.metadata.annotations, 'longshore.dev/adopt': 'true' };
  return { ...from, metadata: { ...from.metadata, annotations } };
}
