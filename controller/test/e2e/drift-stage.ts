import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { DescribeServicesCommand, ECSClient, ListClustersCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type Sandbox, type SandboxOptions, startSandbox } from '@longshore/sandbox';
import { execa } from 'execa';
import { longshore, type Running, type RunOptions, start } from './program.ts';

const ACCOUNT = '123456789012';
const REGION = 'eu-west-1';
/** Minutes of AWS's in seconds of a test. */
const SPEED = 60;
/** As long as a session of a role may last, in seconds: twelve minutes of the test. */
const SESSION_SECONDS = 43_200;

/** Who changes things by hand. */
export const ALICE = `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice`;

/** A line of the controller's log. */
export interface LogLine {
  readonly time: string;
  readonly code: string;
  readonly application?: string;
  readonly [key: string]: unknown;
}

/** What of an Application lives in AWS. */
export interface Live {
  readonly cluster: string;
  readonly service: string;
  readonly taskDefinition: string;
  readonly targetGroup: string;
}

/** A controller that keeps Applications in an account in which Alice works, too. */
export interface Stage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Alice's clients. */
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  /** What the controller has made for an Application. */
  live(application: string): Promise<Live>;
  /** The first line of the log, from `from` on, that is as wanted. Rejects when the controller ends before. */
  line(wanted: (line: LogLine) => boolean, from?: number): Promise<LogLine>;
  /** Lines so far. */
  readonly lines: readonly LogLine[];
}

/** What differs between stages. */
export interface StageOptions {
  /** Applications: those that correct what is changed by hand, and those that only report it. */
  readonly applications: Readonly<Record<string, { readonly selfHeal: boolean }>>;
  readonly pollIntervalSeconds: number;
  readonly cloudTrail: NonNullable<SandboxOptions['cloudTrail']>;
  /** Whether EventBridge brings anything to the queue. */
  readonly events: boolean;
}

/** Builds one with the program itself: `longshore bootstrap`, then `longshore controller` with what it printed. */
export async function driftStage(options: StageOptions): Promise<Stage> {
  const cwd = await mkdtemp(join(tmpdir(), 'longshore-drift-'));
  const sandbox = await startSandbox({
    port: 0,
    speed: SPEED,
    throttle: false,
    seed: 1,
    cloudTrail: options.cloudTrail,
    behaviours: { 'example/web': { startMs: 1_000 } },
  });
  const account = { endpoint: sandbox.url, region: REGION, credentials: key(ACCOUNT) };
  const [alice, controller] = await Promise.all([
    assume(account, 'Admin', 'alice'),
    assume(account, 'longshore', 'one'),
  ]);
  const run: RunOptions = { cwd, env: environment(sandbox.url, cwd, controller) };
  await startTrail(account);
  await writeConfiguration(run, options.events);
  await writeApplications(cwd, options);
  const program = start(['controller', '--applications', 'applications', '--config', 'config.yaml'], run);
  const log = logOf(program);
  const clients = { ...account, credentials: alice };
  const ecs = new ECSClient(clients);
  const elbv2 = new ElasticLoadBalancingV2Client(clients);
  return {
    sandbox,
    ecs,
    elbv2,
    live: (application) => liveOf(ecs, elbv2, application),
    ...log,
    [Symbol.asyncDispose]: async () => {
      program.child.kill('SIGTERM');
      await program.ended;
      ecs.destroy();
      elbv2.destroy();
      await sandbox.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
interface Account {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

function key(accessKeyId: string): Credentials {
  return { accessKeyId, secretAccessKey: 'sandbox' };
}

function environment(url: string, cwd: string, credentials: Credentials): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    XDG_CACHE_HOME: join(cwd, '.cache'),
  };
}

async function assume(account: Account, role: string, session: string): Promise<Credentials> {
  const iam = new IAMClient(account);
  const sts = new STSClient(account);
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: role,
      MaxSessionDuration: SESSION_SECONDS,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: session, DurationSeconds: SESSION_SECONDS }),
  );
  iam.destroy();
  sts.destroy();
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
}

async function startTrail(account: Account): Promise<void> {
  const cloudtrail = new CloudTrailClient(account);
  await cloudtrail.send(new CreateTrailCommand({ Name: 'all', S3BucketName: 'trails', IsMultiRegionTrail: true }));
  await cloudtrail.send(new StartLoggingCommand({ Name: 'all' }));
  cloudtrail.destroy();
}

/** What bootstrap prints is what the controller is given. */
async function writeConfiguration(run: RunOptions, events: boolean): Promise<void> {
  const header = 'apiVersion: longshore.dev/v1alpha1\nkind: ControllerConfiguration\nmetadata: {name: test}\n';
  const { code, stdout, stderr } = await longshore(['bootstrap', '--yes'], run);
  if (code !== 0) throw new Error(stderr);
  const [, yaml = ''] = stdout.split(/^# For the ControllerConfiguration.*$/mu);
  await writeFile(join(run.cwd, 'config.yaml'), `${header}${events ? yaml.trim() : 'spec: {}'}\n`);
}

async function writeApplications(cwd: string, { applications, pollIntervalSeconds }: StageOptions): Promise<void> {
  const manifests = join(cwd, 'deploy/manifests');
  await mkdir(manifests, { recursive: true });
  await mkdir(join(cwd, 'applications'));
  await writeFile(join(manifests, 'shop.yaml'), SHOP);
  const git = (...args: readonly string[]) => execa('git', args, { cwd: join(cwd, 'deploy') });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message', 'shop');
  for (const [name, { selfHeal }] of Object.entries(applications)) {
    await writeFile(
      join(cwd, `applications/${name}.yaml`),
      `apiVersion: longshore.dev/v1alpha1
kind: Application
metadata: {name: ${name}}
spec:
  source: {repoURL: ../deploy, targetRevision: main, path: manifests}
  syncPolicy: {automated: {selfHeal: ${selfHeal}}}
  pollIntervalSeconds: ${pollIntervalSeconds}
`,
    );
  }
}

const SHOP = `apiVersion: longshore.dev/v1alpha1
kind: Cluster
metadata: {name: main}
spec: {capacityProviders: [FARGATE]}
---
apiVersion: longshore.dev/v1alpha1
kind: TargetGroup
metadata: {name: web}
spec: {vpcId: vpc-1, protocol: HTTP, port: 80, targetType: ip, healthCheck: {path: /health}, tags: {team: shop}}
---
apiVersion: longshore.dev/v1alpha1
kind: Service
metadata: {name: api}
spec:
  cluster: main
  desiredCount: 1
  launchType: FARGATE
  network: {subnets: [subnet-1], securityGroups: [sg-1]}
  tags: {team: shop}
  task: {cpu: 256, memory: 512, containers: [{name: web, image: "example/web:1"}]}
`;

function logOf({ child, ended }: Running): Pick<Stage, 'line' | 'lines'> {
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  child.stdout?.on('data', (text: string) => {
    const whole = (rest + text).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) lines.push(JSON.parse(line) as LogLine);
    for (const look of waiting) look();
  });
  return {
    lines,
    line: (wanted, from = 0) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.slice(from).find(wanted);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then(({ stderr }) => reject(new Error(`the controller ended: ${stderr}`)));
      }),
  };
}

async function liveOf(ecs: ECSClient, elbv2: ElasticLoadBalancingV2Client, application: string): Promise<Live> {
  const named = (arn: string): boolean => (arn.split('/').at(1) ?? '').startsWith(`${application}-`);
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  const cluster = clusterArns.find(named) ?? '';
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }));
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
  const { TargetGroups: groups = [] } = await elbv2.send(new DescribeTargetGroupsCommand({}));
  return {
    cluster,
    service: services[0]?.serviceArn ?? '',
    taskDefinition: services[0]?.taskDefinition ?? '',
    targetGroup: groups.map(({ TargetGroupArn = '' }) => TargetGroupArn).find(named) ?? '',
  };
}
