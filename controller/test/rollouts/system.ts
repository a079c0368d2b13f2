import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Sandbox, type SandboxOptions, startSandbox } from '@longshore/sandbox';
import type { ApplicationSpec } from '../../src/api/application.ts';
import { connect } from '../../src/aws/connect.ts';
import type { Event } from '../../src/core/events.ts';
import { parseManifests } from '../../src/core/manifests/parse.ts';
import type { Plan } from '../../src/core/plan.ts';
import { createEngine } from '../../src/engine/create.ts';
import type { ApplicationInput, ApplicationStatus, Engine, Operation, SyncOptions } from '../../src/engine/engine.ts';
import { memoryStore } from '../../src/engine/stores/memory.ts';
import { kinds } from '../../src/kinds/registry.ts';
import { ACCOUNT } from '../harness.ts';
import { type WatchedClock, watchedClock } from './watched-clock.ts';

/** Clients beside those of the engine, as a person with the AWS CLI. */
export interface ByHand {
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly cloudWatch: CloudWatchClient;
  readonly codeDeploy: CodeDeployClient;
}

/** One of samples/systems, deployed by the engine into a sandbox whose time is watched. */
export interface System extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly clock: WatchedClock;
  readonly engine: Engine;
  /** What the engine told. */
  readonly events: readonly Event[];
  readonly byHand: ByHand;
  /** The Application with this tag on its image. */
  at(tag: string): ApplicationInput;
  sync(tag: string): Promise<Operation>;
  plan(tag: string): Promise<Plan>;
  status(tag: string): Promise<ApplicationStatus>;
  /** Percent of the requests to the listener on this port, by ARN of the target group. */
  shares(port: number): Promise<Readonly<Record<string, number>>>;
  /** As CloudWatch names it: `app/<name>/<id>`. */
  loadBalancer(): Promise<string>;
}

const SYSTEMS = fileURLToPath(new URL('../../../samples/systems/', import.meta.url));
const never = new AbortController().signal;
const byCommit: SyncOptions = { initiator: { kind: 'commit', name: 'test' } };

/** What differs from the sample. */
export interface SystemOptions extends Pick<SandboxOptions, 'behaviours'> {
  readonly parameters?: Readonly<Record<string, string>>;
  /** Makes another text of a manifest of the first version. */
  readonly firstly?: (text: string) => string;
  /** How much time passes between two looks of watchers at most, in milliseconds. Default: 2000. */
  readonly lookMs?: number;
}

/**
 * Starts it: secrets and log groups first, then the network, then the alarms on it, which name the load balancer, then everything at the
 * first tag.
 */
export async function system(name: string, first: string, options: SystemOptions = {}): Promise<System> {
  await using started = new AsyncDisposableStack();
  const { behaviours = {}, parameters: given = {}, firstly = (text) => text } = options;
  const sandbox = await startSandbox({
    port: 0,
    seed: 1,
    runtime: 'simulated',
    time: 'stepped',
    throttle: false,
    behaviours,
  });
  started.defer(() => sandbox.close());
  const sample = await readSample(name, (text, tag) => (tag === first ? firstly(text) : text));
  const { region = '' } = sample.spec.destination ?? {};
  const destination = { accountId: ACCOUNT, region };
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'secret' };
  const config = { region, endpoint: sandbox.url, credentials };
  const byHand = {
    ecs: new ECSClient(config),
    elbv2: new ElasticLoadBalancingV2Client(config),
    cloudWatch: new CloudWatchClient(config),
    codeDeploy: new CodeDeployClient(config),
  };
  started.defer(() => Object.values(byHand).forEach((client) => client.destroy()));
  const secrets = new SecretsManagerClient(config);
  started.defer(() => secrets.destroy());
  const logs = new CloudWatchLogsClient(config);
  started.defer(() => logs.destroy());
  for (const logGroupName of sample.logGroups) await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const parameters = { ...sample.spec.source.parameters, ...(await makeSecrets(secrets, sample.spec)), ...given };

  const clock = watchedClock(sandbox, options.lookMs ?? 2_000);
  const events: Event[] = [];
  const engine = createEngine({
    kinds,
    connect: (to) =>
      connect(to, { clock, endpoint: sandbox.url, credentials, middleware: [clock.middleware], maxAttempts: 1 }),
    store: memoryStore(),
    clock,
    sink: (event) => void events.push(event),
    instance: 'test',
  });
  started.defer(() => engine.close());
  const at = (tag: string): ApplicationInput => {
    const variables = { param: parameters, app: { name: sample.name, revision: tag }, aws: destination };
    const { manifests, problems } = parseManifests(sample.files(tag), { variables });
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
    return { name: sample.name, spec: sample.spec, destination, revision: tag, manifests };
  };
  let balancer: { readonly arn: string; readonly fullName: string } | undefined;
  const loadBalancer = async (): Promise<{ readonly arn: string; readonly fullName: string }> => {
    if (balancer !== undefined) return balancer;
    const { LoadBalancers: [found] = [] } = await byHand.elbv2.send(new DescribeLoadBalancersCommand({}));
    const arn = found?.LoadBalancerArn ?? '';
    balancer = { arn, fullName: arn.split(':loadbalancer/')[1] ?? '' };
    return balancer;
  };
  const whole: System = {
    sandbox,
    events,
    clock,
    engine,
    byHand,
    at,
    sync: (tag) => engine.sync(at(tag), byCommit, never),
    plan: (tag) => engine.plan(at(tag), {}, never),
    status: async (tag) => (await engine.status(at(tag), never)).status,
    shares: async (port) => {
      const { arn } = await loadBalancer();
      const { Listeners = [] } = await byHand.elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
      const action = Listeners.find(({ Port }) => Port === port)?.DefaultActions?.[0];
      const groups = action?.ForwardConfig?.TargetGroups ?? [];
      const all = groups.reduce((sum, { Weight = 0 }) => sum + Weight, 0);
      return Object.fromEntries(
        groups.map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn, (100 * Weight) / all]),
      );
    },
    loadBalancer: async () => (await loadBalancer()).fullName,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
  const network = ['Cluster:*', 'TargetGroup:*', 'LoadBalancer:*'];
  succeeded(await engine.sync(at(first), { ...byCommit, resources: network }, never));
  await putAlarms(byHand.cloudWatch, name, await whole.loadBalancer());
  succeeded(await whole.sync(first));
  const parts = started.move();
  return whole;
}

function succeeded({ phase, message }: Operation): void {
  if (phase !== 'Succeeded') throw new Error(`the first deployment ended ${phase}: ${message}`);
}

interface Sample {
  readonly name: string;
  readonly spec: ApplicationSpec;
  readonly logGroups: readonly string[];
  /** Manifests with another tag on the image, as a commit would leave them. */
  files(tag: string): ReadonlyMap<string, Uint8Array>;
}

async function readSample(name: string, edit: (text: string, tag: string) => string): Promise<Sample> {
  const folder = `${SYSTEMS}${name}/`;
  const file = 'application.yaml';
  const { manifests } = parseManifests(new Map([[file, await readFile(folder + file)]]));
  const [application] = manifests;
  if (application === undefined) throw new Error(`samples/systems/${name} has no Application`);
  const texts = new Map<string, string>();
  for (const each of await readdir(`${folder}manifests`)) {
    texts.set(each, await readFile(`${folder}manifests/${each}`, 'utf8'));
  }
  return {
    name: application.metadata.name,
    spec: application.spec as unknown as ApplicationSpec,
    logGroups: [...texts.values()].flatMap((text) => text.match(/(?<=awslogs-group: )\S+/g) ?? []),
    files: (tag) => {
      const edited = [...texts].map(
        ([each, text]) => [each, edit(text.replaceAll(/(?<=image: \S+:)\S+/g, tag), tag)] as const,
      );
      return new Map(edited.map(([each, text]) => [each, Buffer.from(text)]));
    },
  };
}

/** ARNs of the secrets that the sample's parameters name, once they are there. */
async function makeSecrets(client: SecretsManagerClient, { source }: ApplicationSpec): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const [parameter, value] of Object.entries(source.parameters ?? {})) {
    const [, Name] = /:secret:(.*)-[A-Za-z0-9]{6}$/.exec(value) ?? [];
    if (Name === undefined) continue;
    const SecretString = JSON.stringify({ client_id: 'finops', connection_string: 'postgres://' });
    made[parameter] = (await client.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? '';
  }
  return made;
}

/** The alarms of the sample's folder, with the load balancer put in, as its README says. */
async function putAlarms(client: CloudWatchClient, name: string, loadBalancer: string): Promise<void> {
  const folder = `${SYSTEMS}${name}/alarms/`;
  for (const file of await readdir(folder)) {
    const text = (await readFile(folder + file, 'utf8')).replaceAll('LOAD_BALANCER', loadBalancer);
    await client.send(new PutMetricAlarmCommand(JSON.parse(text) as PutMetricAlarmCommand['input']));
  }
}
