import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../src/aws/connect.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { refOf } from '../../src/core/manifest.ts';
import { longshore, start } from '../e2e/program.ts';
import { type TestWorld, testWorld } from '../e2e/world.ts';
import { readAccount } from './account.ts';
import { differences, orphans, type Shape, shapeOf } from './compare.ts';
import { BEHAVIOURS, GOOD, hookJob, NEXT, service, shop } from './manifests.ts';
import type { Outcome } from './reference.ts';
import { unpaused } from './rollouts.ts';

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
  { to: 'codedeploy', share: 0.4 },
  { to: 'codedeploy', share: 0.75 },
  { to: 'progressive', share: 0.4 },
  { to: 'progressive', share: 0.75 },
  { to: 'canary', share: 0.6 },
];

const FOLDER = 'shop';
/** Real time in which the sandbox, at its speed, comes to rest. */
const REST_MS = 2_000;

/**
 * Kills real processes with SIGKILL, starts new ones, and compares with a process that was left alone. `goals`: only on the
 * way to these.
 */
export async function tryKills(goals?: readonly string[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [to, kills] of Map.groupBy(KILLS, (kill) => kill.to)) {
    if (goals?.includes(to) === false) continue;
    const expected = await leftAlone(to);
    for (const { share } of kills) {
      const at = Math.max(1, Math.round(share * expected.calls));
      outcomes.push({
        scenario: 'kill',
        what: `SIGKILL of longshore apply at call ${at} on the way to ${to}`,
        again: ['--only', 'kills', '--scenario', to],
        problems: await killed(to, at, expected.shape),
      });
    }
  }
  return outcomes;
}

/** What stands in Git before, and then; nothing before means that nothing is there. */
const changes = {
  created: { before: [], after: shop() },
  updated: { before: shop(), after: updated() },
  // A hook that ran twice shows as one task more.
  hooked: { before: shop(), after: [...updated(), hookJob('migrate', 'PreSync'), hookJob('smoke', 'PostSync')] },
  codedeploy: { before: unpaused.codedeploy(GOOD), after: unpaused.codedeploy(NEXT) },
  progressive: { before: unpaused.progressive(GOOD), after: unpaused.progressive(NEXT) },
  canary: { before: unpaused.canary(GOOD), after: unpaused.canary(NEXT) },
} as const satisfies Readonly<Record<string, Record<'before' | 'after', readonly Manifest[]>>>;

type Goal = keyof typeof changes;

/** What `tryKills` can be narrowed to. */
export const GOALS = Object.keys(changes);

function updated(): readonly Manifest[] {
  return shop().map((manifest) => (manifest.kind === 'Service' ? service(NEXT) : manifest));
}

async function leftAlone(to: Goal): Promise<{ readonly shape: Shape; readonly calls: number }> {
  await using world = await testWorld(BEHAVIOURS);
  await beginning(world, to);
  const before = callsOf(world);
  await mustApply(world);
  const calls = callsOf(world) - before;
  return { shape: (await look(world, to)).shape, calls };
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
  const { shape, problems } = await look(world, to);
  const { code: planned, stdout } = await longshore(['plan', FOLDER], world);
  return [...(planned === 0 ? [] : [`the plan is not empty: ${stdout}`]), ...problems, ...differences(expected, shape)];
}

async function beginning(world: TestWorld, to: Goal): Promise<void> {
  const { before, after } = changes[to];
  if (before.length > 0) {
    await write(world, before);
    await mustApply(world);
  }
  await write(world, after);
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

async function look(
  { sandbox, env }: TestWorld,
  to: Goal,
): Promise<{ readonly shape: Shape; readonly problems: readonly string[] }> {
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const clock = { now: () => new Date(), sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)) };
  const credentials = {
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
  };
  const aws = await connect({ region: env['AWS_REGION'] ?? '' }, { clock, endpoint: sandbox.url, credentials });
  try {
    const account = await readAccount(aws);
    return { shape: shapeOf(account), problems: orphans(account, FOLDER, changes[to].after.map(refOf)) };
  } finally {
    aws.close();
  }
}

function callsOf({ sandbox }: TestWorld): number {
  return Object.values(sandbox.calls()).reduce((sum, count) => sum + count, 0);
}
