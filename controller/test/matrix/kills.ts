import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../src/aws/connect.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { refOf } from '../../src/core/manifest.ts';
import { longshore, start } from '../e2e/program.ts';
import { type TestWorld, testWorld } from '../e2e/world.ts';
import { readAccount } from './account.ts';
import { differences, orphans, type Shape, shapeOf } from './compare.ts';
import { BEHAVIOURS, hookJob, NEXT, service, shop } from './manifests.ts';
import type { Outcome } from './reference.ts';

/** Where `longshore apply` is killed: after this share of the calls that it makes when left alone. */
const KILLS: readonly { readonly to: Goal; readonly share: number }[] = [
  { to: 'created', share: 0.05 },
  { to: 'created', share: 0.3 },
  { to: 'created', share: 0.55 },
  { to: 'created', share: 0.8 },
  { to: 'updated', share: 0.4 },
  { to: 'updated', share: 0.65 },
  { to: 'hooked', share: 0.25 },
  { to: 'hooked', share: 0.7 },
];

const FOLDER = 'shop';
/** Real time in which the sandbox, at its speed, comes to rest. */
const REST_MS = 2_000;

/** Kills real processes with SIGKILL, starts new ones, and compares with a process that was left alone. */
export async function tryKills(): Promise<readonly Outcome[]> {
  const expected = {
    created: await leftAlone('created'),
    updated: await leftAlone('updated'),
    hooked: await leftAlone('hooked'),
  };
  const outcomes: Outcome[] = [];
  for (const { to, share } of KILLS) {
    const at = Math.max(1, Math.round(share * expected[to].calls));
    outcomes.push({
      scenario: 'kill',
      what: `SIGKILL of longshore apply at call ${at} on the way to ${to}`,
      again: ['--only', 'kills'],
      problems: await killed(to, at, expected[to].shape),
    });
  }
  return outcomes;
}

type Goal = 'created' | 'updated' | 'hooked';

const created = shop();
const updated = shop().map((manifest) => (manifest.kind === 'Service' ? service(NEXT) : manifest));
/** A hook that ran twice shows as one task more. */
const hooked = [...updated, hookJob('migrate', 'PreSync'), hookJob('smoke', 'PostSync')];

async function leftAlone(to: Goal): Promise<{ readonly shape: Shape; readonly calls: number }> {
  await using world = await testWorld(BEHAVIOURS);
  await beginning(world, to);
  const before = callsOf(world);
  await mustApply(world);
  const calls = callsOf(world) - before;
  return { shape: (await look(world)).shape, calls };
}

async function killed(to: Goal, at: number, expected: Shape): Promise<readonly string[]> {
  await using world = await testWorld(BEHAVIOURS);
  await beginning(world, to);
  const before = callsOf(world);
  const applying = start(['apply', FOLDER, '--yes'], world);
  const watching = setInterval(() => {
    if (callsOf(world) - before >= at) applying.child.kill('SIGKILL');
  }, 1);
  const { code } = await applying.ended;
  clearInterval(watching);
  if (code !== null) return [`it ended with exit code ${code} before call ${at}`];
  await mustApply(world);
  const { shape, problems } = await look(world);
  const { code: planned, stdout } = await longshore(['plan', FOLDER], world);
  return [...(planned === 0 ? [] : [`the plan is not empty: ${stdout}`]), ...problems, ...differences(expected, shape)];
}

async function beginning(world: TestWorld, to: Goal): Promise<void> {
  await write(world, created);
  if (to === 'created') return;
  await mustApply(world);
  await write(world, to === 'updated' ? updated : hooked);
}

/** JSON is YAML. */
async function write({ cwd }: TestWorld, manifests: readonly Manifest[]): Promise<void> {
  await mkdir(join(cwd, FOLDER), { recursive: true });
  for (const { apiVersion, kind, metadata, spec } of manifests) {
    await writeFile(
      join(cwd, FOLDER, `${kind}-${metadata.name}.yaml`),
      JSON.stringify({ apiVersion, kind, metadata, spec }),
    );
  }
}

async function mustApply(world: TestWorld): Promise<void> {
  const { code, stdout, stderr } = await longshore(['apply', FOLDER, '--yes'], world);
  if (code !== 0) throw new Error(`longshore apply ended with ${code}: ${stdout}${stderr}`);
}

async function look({
  sandbox,
  env,
}: TestWorld): Promise<{ readonly shape: Shape; readonly problems: readonly string[] }> {
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const clock = { now: () => new Date(), sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)) };
  const credentials = {
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
  };
  const aws = await connect({ region: env['AWS_REGION'] ?? '' }, { clock, endpoint: sandbox.url, credentials });
  try {
    const account = await readAccount(aws);
    return { shape: shapeOf(account), problems: orphans(account, FOLDER, hooked.map(refOf)) };
  } finally {
    aws.close();
  }
}

function callsOf({ sandbox }: TestWorld): number {
  return Object.values(sandbox.calls()).reduce((sum, count) => sum + count, 0);
}
