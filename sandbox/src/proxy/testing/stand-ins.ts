import * as sts from '@aws-sdk/client-sts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../index.ts';
import type { Backend, ScalableServices } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { services } from '../../services/index.ts';

/** A sandbox whose ECS is a stand-in, so that tests say where targets answer and what services count. */
export interface StandIns {
  readonly sandbox: Sandbox;
  readonly world: World;
  /** Where targets answer, by `address:port`. */
  readonly backends: Map<string, Backend>;
  /** Desired counts, by resource id. */
  readonly counts: Map<string, number>;
  /** Resource ids of services with a deployment in progress. */
  readonly deploying: Set<string>;
  /** For AWS clients. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { accessKeyId: string; secretAccessKey: string };
    readonly maxAttempts: number;
  };
}

/** Starts a sandbox with stand-ins for ECS; stepped time, a free port and no throttling unless the options say otherwise. */
export async function startWithStandIns(options: SandboxOptions = {}): Promise<StandIns> {
  const backends = new Map<string, Backend>();
  const counts = new Map<string, number>();
  const deploying = new Set<string>();
  const scalableServices: ScalableServices = {
    desiredCount: (_scope, resourceId) => counts.get(resourceId),
    setDesiredCount: (_scope, resourceId, count) => void counts.set(resourceId, count),
    deploymentInProgress: (_scope, resourceId) => deploying.has(resourceId),
  };
  let world: World | undefined;
  const standIn: Service = {
    name: 'stand-in',
    sdk: sts,
    model: 'sts',
    handlers: {},
    start(started) {
      world = started;
      Object.assign(started.ports, {
        tasks: {
          backend: (_scope: unknown, target: { id: string; port: number }) =>
            backends.get(`${target.id}:${target.port}`),
        },
        scalableServices,
      });
    },
  };
  const served = services.filter((service) => service.name !== 'ecs');
  const sandbox = await startSandbox({ time: 'stepped', port: 0, throttle: false, ...options }, [standIn, ...served]);
  if (!world) throw new Error('the sandbox did not start its services');
  return {
    sandbox,
    world,
    backends,
    counts,
    deploying,
    client: {
      endpoint: sandbox.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: '123456789012', secretAccessKey: 'any' },
      maxAttempts: 1,
    },
  };
}
