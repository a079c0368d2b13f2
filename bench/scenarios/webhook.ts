// 100 Applications in one repository, and commits that touch one of them each, told by a signed webhook of GitHub: how long
// until AWS is asked to change something? `npm run bench -- webhook --commits 100`
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { FinishedCall } from '../../controller/src/aws/calls.ts';
import { readConfiguration } from '../../controller/src/cli/controller/configuration.ts';
import { serveController } from '../../controller/src/cli/controller/serve.ts';
import { startController } from '../../controller/src/cli/controller/start.ts';
import { systemClock } from '../../controller/src/cli/system-clock.ts';
import { recordingIo } from '../../controller/src/cli/testing/recording-io.ts';
import { createEventFeed } from '../../controller/src/server/events/feed.ts';
import { createMetrics } from '../../controller/src/server/metrics.ts';
import type { GitRequest } from '../../controller/src/source/gitrepository.ts';
import { createRepository } from '../../controller/src/source/testing/gitfixture.ts';
import { startHttpsGit } from '../../controller/src/source/testing/httpsgit.ts';
import { ACCOUNT, REGION } from '../../controller/test/harness.ts';
import { percentile, report } from '../measure.ts';
import { startSandboxProcess } from '../sandbox-process.ts';

const { values } = parseArgs({
  options: { applications: { type: 'string', default: '100' }, commits: { type: 'string', default: '40' } },
});
const names = Array.from({ length: Number(values.applications) }, (_, index) => `app-${index}`);
const commits = Number(values.commits);
const SECRET = 'benchmark';
/** Rollouts take seconds, so that the fleet is there soon and the controller watches some of them at any time. */
const SPEED = 60;
/**
 * Between a mutation and the next commit. AWS takes about one RegisterTaskDefinition a second in the long run: commits that
 * come faster measure that.
 */
const PAUSE_MS = 1_500;
const PATIENCE_MS = 300_000;

const fileOf = (name: string): string => `apps/${name}/service.yaml`;
const serviceOf = (tag: string): string => `apiVersion: longshore.dev/v1alpha1
kind: Service
metadata: { name: web }
spec:
  clusterArn: arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/main
  desiredCount: 1
  launchType: FARGATE
  network: { subnets: [subnet-0a1b2c3d], securityGroups: [sg-0a1b2c3d] }
  task: { cpu: 256, memory: 512, containers: [{ name: web, image: "example/web:${tag}" }] }
`;
const CLUSTER = `apiVersion: longshore.dev/v1alpha1
kind: Cluster
metadata: { name: main }
spec: { nameOverride: main }
`;
const applicationOf = (name: string, repoURL: string): string => `apiVersion: longshore.dev/v1alpha1
kind: Application
metadata: { name: ${name} }
spec:
  source: { repoURL: "${repoURL}", targetRevision: main, path: apps/${name} }
  ${name === 'platform' ? '' : 'dependsOn: [platform]'}
  syncPolicy: { automated: { selfHeal: true } }
  pollIntervalSeconds: 3600
`;

using folder = mkdtempDisposableSync(join(tmpdir(), 'longshore-bench-'));
const repository = await createRepository(join(folder.path, 'served/team/deploy'));
await repository.commit('first', {
  'apps/platform/cluster.yaml': CLUSTER,
  ...Object.fromEntries(names.map((name) => [fileOf(name), serviceOf('first')])),
});
await using server = await startHttpsGit(join(folder.path, 'served'), folder.path);
const repoURL = `${server.url}/team/deploy`;

const declared = join(folder.path, 'applications');
mkdirSync(declared);
writeFileSync(
  join(declared, 'all.yaml'),
  ['platform', ...names].map((name) => applicationOf(name, repoURL)).join('---\n'),
);
writeFileSync(
  join(folder.path, 'config.yaml'),
  `apiVersion: longshore.dev/v1alpha1
kind: ControllerConfiguration
metadata: { name: bench }
spec:
  allowedRepositoryHosts: ["127.0.0.1"]
  repositories: [{ urlPrefix: "${server.url}", caFile: ${server.caFile}, token: { password: { env: SECRET } } }]
  webhooks: { github: { env: SECRET } }
`,
);

using sandbox = await startSandboxProcess({ speed: SPEED });
// What the SDK takes its credentials from.
Object.assign(process.env, { AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: REGION });
const io = recordingIo({
  cwd: folder.path,
  env: { PATH: process.env['PATH'], HOME: folder.path, SECRET },
});
const configuration = await readConfiguration(join(folder.path, 'config.yaml'), 'config.yaml', io);
const metrics = createMetrics();
const feed = createEventFeed();

/** Who waits for the call that changes a service to a new image. */
let awaited: { readonly image: string; readonly found: (beganMs: number) => void } | undefined;
const requests: GitRequest[] = [];

/** Something in AWS is asked to be another: not Longshore's own notes in Parameter Store. */
function isMutation({ service, operation }: FinishedCall): boolean {
  return service !== 'ssm' && !/^(?:Describe|List|Get|Batch)/.test(operation);
}

const running = await startController({
  applications: declared,
  state: join(folder.path, 'state.sqlite'),
  configuration,
  clock: systemClock,
  sink: (event) => {
    metrics.observeEvent(event);
    feed.sink(event);
  },
  observer: (call) => {
    metrics.observeCall(call);
    if (awaited === undefined || !isMutation(call) || !JSON.stringify(call.input).includes(awaited.image)) return;
    awaited.found(performance.now() - call.durationMs);
    awaited = undefined;
  },
  gitObserver: (request) => void requests.push(request),
  controllerObserver: metrics.controllerObserver,
  globals: { endpointUrl: sandbox.url },
  io,
});
const { controller } = running;
metrics.follow(controller);
const http = await serveController(
  { host: '127.0.0.1', port: 0 },
  {
    running,
    configuration,
    clock: systemClock,
    sink: () => undefined,
    feed,
    metrics,
    healthy: () => true,
    insecureNoAuth: false,
    pullRequest: () => undefined,
  },
);

/** Everything is as Git says, and no rollout is under way. */
async function settled(): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const states = controller.states();
    const open = states.filter(({ status }) => status?.sync !== 'Synced' || status.health.status !== 'Healthy');
    if (states.length > names.length && open.length === 0) return;
    if (performance.now() > until) {
      throw new Error(`not as Git says: ${open.map(({ name }) => name).join(', ')}`);
    }
    await setTimeout(200);
  }
}

/** Tells of a push as GitHub does: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
async function push(after: string): Promise<void> {
  const body = JSON.stringify({ ref: 'refs/heads/main', after, repository: { clone_url: repoURL, html_url: repoURL } });
  const answer = await fetch(`${http.url}/api/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  if (answer.status !== 202) throw new Error(`the webhook was refused: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}

await settled();
const tookMs: number[] = [];
const gitMs: number[] = [];
for (let commit = 0; commit < commits; commit++) {
  const name = names[commit % names.length] as string;
  const image = `example/web:c${commit}`;
  const id = await repository.commit(image, { [fileOf(name)]: serviceOf(`c${commit}`) });
  requests.length = 0;
  const first = new Promise<number>((found) => {
    awaited = { image: `"${image}"`, found };
  });
  const sentMs = performance.now();
  await push(id);
  tookMs.push((await first) - sentMs);
  gitMs.push(requests.reduce((sum, { durationMs }) => sum + durationMs, 0));
  await setTimeout(PAUSE_MS);
}
await settled();
await http.close();
await running.close();

const scenario = `webhook, ${names.length} Applications`;
const p95 = percentile(tookMs, 0.95);
report({ scenario, measure: 'commits', value: commits, unit: 'commits' });
report({ scenario, measure: 'webhook to first mutation, p50', value: percentile(tookMs, 0.5), unit: 'ms' });
report({ scenario, measure: 'webhook to first mutation, p95', value: p95, unit: 'ms', goal: 1_000 });
report({ scenario, measure: 'webhook to first mutation, longest', value: Math.max(...tookMs), unit: 'ms' });
report({ scenario, measure: 'of which requests to the Git server, p50', value: percentile(gitMs, 0.5), unit: 'ms' });
