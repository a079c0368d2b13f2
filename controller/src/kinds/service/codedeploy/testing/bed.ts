import { type DeploymentInfo, GetDeploymentCommand, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { type Drive, freshPass } from '../../../../../test/converge.ts';
import { desiredOf, type Sandboxed } from '../../../../../test/sandboxed.ts';
import type { CodeDeployDeployment, DeploymentSpec } from '../../../../api/deployment.ts';
import type { ServiceSpec } from '../../../../api/service.ts';
import { readListener } from '../../../../aws/reads.ts';
import { rolloutClients } from '../../../../aws/rollout-clients.ts';
import type { Desired, Outputs } from '../../../../core/driver.ts';
import { WaitError } from '../../../../core/errors.ts';
import type { Ref } from '../../../../core/manifest.ts';
import { serviceKind } from '../../index.ts';
import type { ServiceLive } from '../../live.ts';
import { weightsOf } from '../../rules.ts';
import { bed as progressiveBed } from '../../progressive/testing/bed.ts';

/** A cluster, a pair of target groups, and a load balancer with a listener for production and one for tests. */
export interface Bed extends Sandboxed {
  readonly drive: Drive<ServiceSpec, ServiceLive>;
  readonly needs: Readonly<Record<Ref, Outputs>>;
  readonly primary: string;
  readonly alternate: string;
  readonly production: string;
  readonly test: string;
}

/** The role that CodeDeploy works with. */
const ROLE = 'arn:aws:iam::123456789012:role/codedeploy';

/** Images: `bad` crashes, `sick` fails its health checks, all others are well. */
export async function bed(options: Parameters<typeof progressiveBed>[0] = {}): Promise<Bed> {
  const on = await progressiveBed(options);
  const listeners = { 'listenerArn(80)': on.production, 'listenerArn(8080)': on.test };
  return { ...on, needs: { ...on.needs, 'LoadBalancer/public': { ...on.needs['LoadBalancer/public'], ...listeners } } };
}

/** A manifest of that image. */
export function manifest(
  { needs }: Pick<Bed, 'needs'>,
  image: string,
  codeDeploy: Partial<CodeDeployDeployment> = {},
  more: Partial<ServiceSpec> = {},
  deployment: Partial<DeploymentSpec> = {},
): Desired<ServiceSpec> {
  const spec: ServiceSpec = {
    cluster: 'main',
    launchType: 'FARGATE',
    desiredCount: 2,
    network: { subnets: ['subnet-1', 'subnet-2'] },
    loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
    task: { cpu: 256, memory: 512, containers: [{ name: 'web', image, portMappings: [{ containerPort: 8000 }] }] },
    deployment: {
      strategy: 'CodeDeploy',
      codeDeploy: {
        serviceRole: ROLE,
        productionListener: { loadBalancer: 'public', port: 80 },
        ...codeDeploy,
      },
      ...deployment,
    },
    ...more,
  };
  return desiredOf('Service/api', spec, needs);
}

/** One look. @throws when the service is not there */
export async function look(on: Bed, desired: Desired<ServiceSpec>): Promise<ServiceLive> {
  const live = await serviceKind.driver(on.aws).observe({ desired, recorded: [] }, freshPass(on.drive));
  if (live === undefined) throw new Error('the service is not there');
  return live;
}

/** Observes and ensures until this is true of a look. @throws when it does not become so within `rounds` */
export async function driveUntil(
  on: Bed,
  desired: Desired<ServiceSpec>,
  isSo: (live: ServiceLive) => boolean,
  rounds = 400,
): Promise<ServiceLive> {
  const driver = serviceKind.driver(on.aws);
  let waitsFor = '';
  for (let round = 0; round < rounds; round++) {
    const pass = freshPass(on.drive);
    const live = await driver.observe({ desired, recorded: [] }, pass);
    if (live !== undefined && isSo(live)) return live;
    try {
      const progress = await driver.ensure(desired, live, pass);
      if (progress.done) throw new Error('it is done, and was never so');
      waitsFor = progress.waitsFor;
    } catch (error) {
      if (!(error instanceof WaitError)) throw error;
      waitsFor = error.message;
    }
    await on.sandbox.advance(5_000);
  }
  throw new Error(`it never was so; it waits for: ${waitsFor}`);
}

/** Every deployment that there was, oldest first. */
export async function deployments(on: Bed): Promise<readonly DeploymentInfo[]> {
  const { codeDeploy } = rolloutClients(on.aws);
  const group = (await look(on, manifest(on, 'example/any'))).codeDeploy?.key;
  const list = new ListDeploymentsCommand({ applicationName: group?.application, deploymentGroupName: group?.group });
  const { deployments: ids = [] } = await codeDeploy.send(list);
  const infos = await Promise.all(
    ids.map((deploymentId) => codeDeploy.send(new GetDeploymentCommand({ deploymentId }))),
  );
  return infos
    .flatMap(({ deploymentInfo }) => deploymentInfo ?? [])
    .toSorted((a, b) => (a.createTime?.getTime() ?? 0) - (b.createTime?.getTime() ?? 0));
}

/** Percent of the requests to the production or the test listener, by side of the pair. */
export async function shares(on: Bed, listener: 'production' | 'test' = 'production'): Promise<object> {
  const found = await readListener(freshPass(on.drive), on[listener], { fresh: true });
  const weights = weightsOf({ actions: found?.DefaultActions ?? [] });
  return { primary: weights[on.primary] ?? 0, alternate: weights[on.alternate] ?? 0 };
}

/** Image of what serves. */
export function serving(live: ServiceLive): string | undefined {
  return live.taskDefinition?.taskDefinition.containerDefinitions?.[0]?.image;
}
