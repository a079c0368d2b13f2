import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type Running, start } from './program.ts';
import { type TestWorld, testWorld } from './world.ts';

const PROMETHEUS = '/usr/bin/prometheus';
const PROMTOOL = '/usr/bin/promtool';
const present = existsSync(PROMETHEUS) && existsSync(PROMTOOL);
if (!present && !process.env['CI']) {
  process.stderr.write(
    `${PROMETHEUS} and ${PROMTOOL} are not here (apt-get install prometheus): they scrape nothing.\n`,
  );
}

const chart = (path: string): string => fileURLToPath(new URL(`../../../charts/longshore/${path}`, import.meta.url));
const RULES = chart('rules/longshore.yaml');

/** Every expression of the dashboard and of the rules. */
function expressions(): readonly string[] {
  const dashboard = JSON.parse(readFileSync(chart('dashboards/longshore.json'), 'utf8')) as {
    readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  };
  const rules = parse(readFileSync(RULES, 'utf8')) as { groups: { rules: { expr: string }[] }[] };
  return [
    ...dashboard.panels.flatMap((panel) => (panel.targets ?? []).map(({ expr }) => expr)),
    ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
  ];
}

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let world: TestWorld;
let program: Running;
let url = '';
let metrics = '';
beforeAll(async () => {
  world = await testWorld();
  await mkdir(join(world.cwd, 'deploy'));
  await mkdir(join(world.cwd, 'applications'));
  await writeFile(
    join(world.cwd, 'deploy/web.yaml'),
    `apiVersion: longshore.dev/v1alpha1
kind: TargetGroup
metadata: {name: web}
spec: {vpcId: vpc-1, protocol: HTTP, port: 80, targetType: ip}
`,
  );
  await writeFile(
    join(world.cwd, 'applications/web.yaml'),
    `apiVersion: longshore.dev/v1alpha1
kind: Application
metadata: {name: web}
spec:
  source: {repoURL: ../deploy}
  syncPolicy: {automated: {selfHeal: true, prune: true}}
`,
  );
  program = start(['controller', '--applications', 'applications', '--listen', '0'], world);
  url = (await program.until(/answer at (http:\S+?)"/u))[1] ?? '';
  await program.until(/"code":"operation\.finished".*"phase":"Succeeded"/u);
  metrics = await (await fetch(`${url}/metrics`)).text();
});
afterAll(async () => {
  program.child.kill('SIGTERM');
  await program.ended;
  await world[Symbol.asyncDispose]();
});

it('has every metric that the dashboard and the alert rules name, with the labels that they use', () => {
  const known = new Set([...metrics.matchAll(/^# TYPE (\S+) /gmu)].map(([, name]) => name));
  const named = new Set(
    expressions().flatMap((expression) => [...expression.matchAll(/\blongshore_\w+/gu)].map(([name]) => name)),
  );
  expect(named.size).toBeGreaterThan(20);
  const missing = [...named].filter(
    (name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/u, '')),
  );
  expect(missing).toEqual([]);
});

describe.skipIf(!present && !process.env['CI'])("Debian's Prometheus", () => {
  it('finds nothing to complain about in the metrics and in the rules', async () => {
    const checked = await execa(PROMTOOL, ['check', 'metrics'], { input: metrics, reject: false });
    expect(`${checked.stdout}${checked.stderr}`).toBe('');
    expect(checked.exitCode).toBe(0);
    await execa(PROMTOOL, ['check', 'rules', RULES]);
    await execa(PROMTOOL, ['test', 'rules', chart('rules/longshore.test.yaml')]);
  });

  it('scrapes a running controller, and evaluates every expression of the dashboard and of the rules', async () => {
    const port = await freePort();
    const config = join(world.cwd, 'prometheus.yml');
    await writeFile(
      config,
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [RULES],
        scrape_configs: [{ job_name: 'longshore', static_configs: [{ targets: [new URL(url).host] }] }],
      }),
    );
    const api = `http://127.0.0.1:${port}/api/v1`;
    const prometheus = spawn(
      PROMETHEUS,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(world.cwd, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const ended = new Promise((resolve) => prometheus.once('close', resolve));
    try {
      await vi.waitFor(async () => expect(await query(api, 'up{job="longshore"}')).toEqual(['1']), {
        timeout: 60_000,
        interval: 250,
      });
      expect(await query(api, 'longshore_app_info{name="web", sync_status="Synced"}')).toEqual(['1']);
      for (const expression of expressions()) {
        await expect(query(api, expression.replaceAll('$application', '.*')), expression).resolves.toBeDefined();
      }
      const { data } = (await (await fetch(`${api}/rules`)).json()) as {
        data: { groups: { rules: { health: string; lastError?: string }[] }[] };
      };
      const unhealthy = data.groups.flatMap((group) => group.rules).filter(({ health }) => health === 'err');
      expect(unhealthy).toEqual([]);
    } finally {
      prometheus.kill('SIGTERM');
      await ended;
    }
  });
});

/** Values of an instant query. @throws when Prometheus does not take the expression */
async function query(api: string, expression: string): Promise<readonly string[]> {
  const response = await fetch(`${api}/query?query=${encodeURIComponent(expression)}`);
  const answer = (await response.json()) as {
    status: string;
    error?: string;
    data: { result: { value: [number, string] }[] };
  };
  if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error ?? ''}`);
  return answer.data.result.map(({ value }) => value[1]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
