// 1,000 Applications in one repository, and a commit that touches one of them: what does the controller ask, and what does it
// look at? `npm run bench -- monorepo --applications 1000`
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Clock } from '../../controller/src/core/clock.ts';
import { parseManifests } from '../../controller/src/core/manifests/parse.ts';
import type { LookKind } from '../../controller/src/engine/controller.ts';
import type { GitRequest } from '../../controller/src/source/gitrepository.ts';
import { GitSources } from '../../controller/src/source/git.ts';
import { createRepository } from '../../controller/src/source/testing/gitfixture.ts';
import { report } from '../measure.ts';
import { startSandboxProcess } from '../sandbox-process.ts';
import { onReconciled, wireController } from '../wired-controller.ts';
import { DESTINATION, wireEngine } from '../wired-engine.ts';

const { values } = parseArgs({ options: { applications: { type: 'string', default: '1000' } } });
const count = Number(values.applications);
/** So long after the commit was looked at, nothing else has come of it, in milliseconds. */
const QUIET_MS = 3_000;

const realTime: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => await setTimeout(ms, undefined, signal === undefined ? {} : { signal }),
};

const names = Array.from({ length: count }, (_, index) => `app-${index}`);
const manifestOf = (retention: number): string => `apiVersion: longshore.dev/v1alpha1
kind: Cluster
metadata: { name: main }
spec: { tags: { retention: "${retention}" } }
`;
const fileOf = (name: string): string => `apps/${name}/cluster.yaml`;

using folder = mkdtempDisposableSync(join(tmpdir(), 'longshore-bench-'));
const repository = await createRepository(join(folder.path, 'monorepo'));
await repository.commit('first', Object.fromEntries(names.map((name) => [fileOf(name), manifestOf(1)])));
const repoURL = pathToFileURL(repository.folder).href;

const requests: GitRequest[] = [];
const looks: { readonly application: string; readonly kind: LookKind }[] = [];
const git = new GitSources({
  cacheFolder: join(folder.path, 'mirrors'),
  allowFile: true,
  environment: process.env,
  observer: (request) => void requests.push(request),
});
using sandbox = await startSandboxProcess({});
await using wired = wireEngine(sandbox.url, folder.path, realTime);
const controller = wireController({
  wired,
  clock: realTime,
  applications: names.map((name) => ({
    name,
    spec: { source: { repoURL, targetRevision: 'main', path: `apps/${name}` }, pollIntervalSeconds: 3_600 },
  })),
  open: ({ name, spec }) => {
    const { path } = spec.source;
    const open = (targetRevision: string) => git.open({ repoURL, targetRevision, ...(path !== undefined && { path }) });
    return {
      source: { repository: repoURL, ...open('main') },
      at: open,
      input: async ({ revision, files }) => {
        const { manifests } = parseManifests(files);
        return { name, spec, destination: DESTINATION, revision, manifests };
      },
    };
  },
  observer: onReconciled((_durationMs, { application, kind }) => void looks.push({ application, kind })),
  invalidate: (address) => void git.invalidate(address),
});

const stop = new AbortController();
const ended = controller.run(stop.signal);
while (new Set(looks.map(({ application }) => application)).size < count) await setTimeout(50);
const first = requests.length;
await setTimeout(QUIET_MS);

requests.length = 0;
looks.length = 0;
const touched = names[Math.floor(count / 2)] as string;
await repository.commit('second', { [fileOf(touched)]: manifestOf(2) });
const cpu = process.cpuUsage();
const pushed = performance.now();
controller.webhook({ repoURLs: [repoURL], ref: 'refs/heads/main' });
while (looks.length === 0) await setTimeout(5);
const seenMs = performance.now() - pushed;
await setTimeout(QUIET_MS);
const { user, system } = process.cpuUsage(cpu);
stop.abort();
await ended;

if (looks.some(({ application }) => application !== touched)) throw new Error('others were looked at as well');
const of = (type: GitRequest['type']): number => requests.filter((request) => request.type === type).length;
const scenario = `monorepo, ${count} Applications`;
report({ scenario, measure: 'Git requests at the start', value: first, unit: 'requests' });
report({ scenario, measure: 'listings after a commit', value: of('ls-remote'), unit: 'requests', goal: 1 });
report({ scenario, measure: 'fetches after a commit', value: of('fetch'), unit: 'requests', goal: 1 });
report({ scenario, measure: 'Applications compared after a commit', value: looks.length, unit: 'times', goal: 1 });
report({ scenario, measure: 'CPU of a commit', value: (user + system) / 1000, unit: 'ms' });
report({ scenario, measure: 'push to compared', value: seenMs, unit: 'ms' });
